using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

public sealed class LiveCaptureOptionsTests
{
    public static TheoryData<LiveCaptureOptions, string> Wrong => new()
    {
        { new(), "name at least one interface" },
        { new() { Interfaces = [new()] }, "Name" },
        { new() { Interfaces = [new() { Name = "two words" }] }, "Name" },
        { new() { Interfaces = [new() { Name = "a-name-of-16-long" }] }, "Name" },
        { new() { Interfaces = [new() { Name = "eth0", RingMegabytes = 0 }] }, "RingMegabytes" },
        { new() { Interfaces = [new() { Name = "eth0", Workers = 65 }] }, "Workers" },
        { new() { Interfaces = [new() { Name = "eth0" }, new() { Name = "eth0" }] }, "eth0 is named 2 times" },
        { new() { Interfaces = [new() { Name = "eth0", Workers = 2, Processors = [0] }] }, "2 Workers and 1 Processors" },
        { new() { Interfaces = [new() { Name = "eth0", Processors = [-1] }] }, "processor -1" },
        { new() { Interfaces = [new() { Name = "eth0", Processors = [0], NearCard = true }] }, "Processors and NearCard" },
        { new() { Interfaces = [new() { Name = "eth0", Workers = 2 }], Backend = LiveBackend.Libpcap }, "libpcap feeds one" },
        { new() { Interfaces = [new() { Name = "eth0" }], Backend = LiveBackend.Libpcap, Shed = ShedPolicy.Flows }, "Shed" },
        { new() { Interfaces = [new() { Name = "eth0" }], SnapLength = 10 }, "SnapLength" },
        { new() { Interfaces = [new() { Name = "eth0" }], BlockTimeout = TimeSpan.Zero }, "BlockTimeout" },
        { new() { Interfaces = [new() { Name = "eth0" }], DrainTimeout = TimeSpan.FromHours(1) }, "DrainTimeout" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void WhatIsWrongIsNamed(LiveCaptureOptions options, string problem) => Assert.Contains(Problems(options), line => line.Contains(problem, StringComparison.Ordinal));

    [Fact]
    public void AllProblemsAreNamedAtOnce() =>
        Assert.Equal(3, Problems(new LiveCaptureOptions { SnapLength = 1, Interfaces = [new() { Name = "eth0", RingMegabytes = 0, Workers = 2, Processors = [0] }] }).Count);

    [Fact]
    public void AnInterfaceAloneIsEnough() => Assert.Empty(Problems(new LiveCaptureOptions { Interfaces = [new() { Name = "eth0" }] }));

    private static List<string> Problems(LiveCaptureOptions options) =>
    [
        .. new LiveCaptureOptionsValidator().Validate(null, options).Failures ?? [],
        .. new LiveCaptureRules().Validate(null, options).Failures ?? [],
    ];
}
