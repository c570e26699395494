using System.Runtime.InteropServices;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>Either backend on a cable of the test's own.</summary>
public sealed class LiveCaptureTests
{
    private const string Scenario = "stratum-v1/cgminer";

    public static TheoryData<LiveBackend> Backends => new(Enum.GetValues<LiveBackend>());

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task WhatIsSentIsCapturedAndEveryFrameIsAccountedFor(LiveBackend backend)
    {
        using var lab = Lab(backend);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend));

        lab.Send(Scenario, TrafficForm.Plain);
        var events = await listener.StopAsync();

        var found = Assert.Single(events);
        Assert.Equal(("stratum-v1", LinkLab.Mirror), (found.Dialect, found.CaptureFile));
        var seen = Assert.Single(listener.Snapshots);
        Assert.Equal(TrafficWriter.Frames(Repository.ReadScenario(Scenario), TrafficForm.Plain).Count(), seen.Capture.FramesOffered);
        AssertAccounted(seen);
    }

    // The kernel takes the outer tag off; what the decoder and the capture file get has it.
    [Theory]
    [MemberData(nameof(Backends))]
    public async Task TagsAreSeenAsTheyWereOnTheWire(LiveBackend backend)
    {
        using var lab = Lab(backend);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend));
        var form = TrafficForm.Others.Single(each => each.Encapsulation == Encapsulation.QinQ);

        lab.Send(Scenario, form);
        var events = await listener.StopAsync();

        Assert.Equal("stratum-v1", Assert.Single(events).Dialect);
        Assert.Equal(TrafficWriter.Frames(Repository.ReadScenario(Scenario), form).Sum(frame => frame.Bytes.Length), Assert.Single(listener.Snapshots).Capture.Bytes);
    }

    [Theory]
    [InlineData(LiveBackend.Ring, "tcp port 3333", true)]
    [InlineData(LiveBackend.Ring, "tcp port 4444", false)]
    [InlineData(LiveBackend.Ring, "vlan and tcp port 3333", true)]
    [InlineData(LiveBackend.Ring, "not vlan", false)]
    [InlineData(LiveBackend.Libpcap, "vlan and tcp port 3333", true)]
    [InlineData(LiveBackend.Libpcap, "tcp port 4444", false)]
    public async Task OnlyWhatTheFilterTakesComes(LiveBackend backend, string filter, bool comes)
    {
        using var lab = Lab(LiveBackend.Libpcap);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend, filter: filter));

        lab.Send(Scenario, TrafficForm.Others.Single(each => each.Encapsulation == Encapsulation.Vlan));
        var events = await listener.StopAsync();

        Assert.Equal(comes ? 1 : 0, events.Count);
        Assert.Equal(comes, Assert.Single(listener.Snapshots).Capture.FramesOffered > 0);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AWrongFilterIsRefusedInTheWordsOfLibpcap(LiveBackend backend)
    {
        using var lab = Lab(LiveBackend.Libpcap);

        var refused = await Assert.ThrowsAsync<CaptureException>(() => Listener.StartAsync(lab.Network, On(backend, filter: "tcp prot 3333")));

        Assert.StartsWith($"{LinkLab.Mirror}: the filter 'tcp prot 3333' cannot be used: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("syntax error", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AnInterfaceThatIsNotThereIsNamedWithThoseThatAre(LiveBackend backend)
    {
        using var lab = Lab(backend);

        var refused = await Assert.ThrowsAsync<CaptureException>(() => Listener.StartAsync(lab.Network, On(backend, "mfnone")));

        Assert.Contains("mfnone: there is no such network interface", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{LinkLab.Mirror}, {LinkLab.Sender}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task FramesAreCutToTheSnapLength(LiveBackend backend)
    {
        using var lab = Lab(backend);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend, snapLength: 96));

        lab.Send(Scenario, TrafficForm.Plain);
        await listener.StopAsync();

        var seen = Assert.Single(listener.Snapshots);
        Assert.Equal(TrafficWriter.Frames(Repository.ReadScenario(Scenario), TrafficForm.Plain).Sum(frame => Math.Min(frame.Bytes.Length, 96)), seen.Capture.Bytes);
        Assert.True(seen.Connections.PayloadBytesCut > 0);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AnInterfaceThatGoesDownIsListenedToAgainWhenItIsUp(LiveBackend backend)
    {
        using var lab = Lab(backend);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend));
        lab.Send(Scenario, TrafficForm.Plain);
        await listener.UntilAsync(seen => seen[0].Capture.Frames == 69);

        lab.Network.Ip("link", "set", LinkLab.Mirror, "down");
        await listener.UntilAsync(seen => seen[0].Capture.LinkLosses == 1);
        lab.Network.Ip("link", "set", LinkLab.Mirror, "up");
        await listener.UntilLinkAsync($"{LinkLab.Mirror} Up");
        lab.Send(Scenario, TrafficForm.Plain);
        await listener.UntilAsync(seen => seen[0].Capture.Frames == 138);
        await listener.StopAsync();

        AssertAccounted(listener.Snapshots[0]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task AnInterfaceThatGoesAwayIsListenedToAgainWhenOneOfItsNameComes(LiveBackend backend)
    {
        using var lab = Lab(backend);
        await using var listener = await Listener.StartAsync(lab.Network, On(backend, workers: backend == LiveBackend.Ring ? 2 : 1));
        lab.Send(Scenario, TrafficForm.Plain);
        await listener.UntilAsync(seen => seen.Sum(each => each.Capture.Frames) == 69);

        lab.Unplug();
        await listener.UntilLinkAsync($"{LinkLab.Mirror} Gone");
        lab.Plug();
        await listener.UntilLinkAsync($"{LinkLab.Mirror} Up");
        await listener.UntilAsync(_ => listener.Links.Count(link => link.EndsWith("Up", StringComparison.Ordinal)) >= listener.Snapshots.Count);
        lab.Send(Scenario, TrafficForm.Plain);
        await listener.UntilAsync(seen => seen.Sum(each => each.Capture.Frames) == 138);
        await listener.StopAsync();

        Assert.All(listener.Snapshots, AssertAccounted);
    }

    [Fact]
    public async Task ANewNameOfTheInterfaceIsToldAndNothingElseChanges()
    {
        using var lab = Lab(LiveBackend.Ring);
        await using var listener = await Listener.StartAsync(lab.Network, On(LiveBackend.Ring));

        lab.Network.Ip("link", "set", LinkLab.Mirror, "down");
        lab.Network.Ip("link", "set", LinkLab.Mirror, "name", "mfother");
        lab.Network.Ip("link", "set", "mfother", "up");
        await listener.UntilLinkAsync("mfother Up");
        lab.Send(Scenario, TrafficForm.Plain);
        var events = await listener.StopAsync();

        Assert.Equal(LinkLab.Mirror, Assert.Single(events).CaptureFile);
    }

    [Fact]
    public async Task TwoWorkersShareTheFlowsAndEachSeesBothDirections()
    {
        using var lab = Lab(LiveBackend.Ring);
        await using var listener = await Listener.StartAsync(lab.Network, On(LiveBackend.Ring, workers: 2));

        foreach (var scenario in Repository.Scenarios)
        {
            lab.Send(scenario, TrafficForm.Plain);
        }

        await listener.StopAsync();

        Assert.Equal(
            Repository.Scenarios.Sum(scenario => TrafficWriter.Frames(Repository.ReadScenario(scenario), TrafficForm.Plain).Count()),
            listener.Snapshots.Sum(each => each.Capture.FramesOffered));
        Assert.All(listener.Snapshots, seen => Assert.InRange(seen.Capture.Frames, 1, long.MaxValue));
        Assert.All(listener.Snapshots, AssertAccounted);
    }

    internal static LinkLab Lab(LiveBackend backend)
    {
        if (backend == LiveBackend.Libpcap && !NativeLibrary.TryLoad("libpcap.so.1", out _) && !NativeLibrary.TryLoad("libpcap.so.0.8", out _))
        {
            Assert.Skip("not installed: libpcap");
        }

        return LinkLab.OrSkip("tcpreplay");
    }

    internal static LiveCaptureOptions On(
        LiveBackend backend, string device = LinkLab.Mirror, int workers = 1, int megabytes = 8, string? filter = null, int snapLength = 262_144) => new()
        {
            Interfaces = [new LiveInterfaceOptions { Name = device, Workers = workers, RingMegabytes = megabytes }],
            Backend = backend,
            Filter = filter,
            SnapLength = snapLength,
        };

    /// <summary>captured = decoded + rejected + dropped, each by the one who knows: the kernel, the source, the decoder.</summary>
    internal static void AssertAccounted(CaptureSnapshot seen)
    {
        var rejected = 0L;
        foreach (var count in seen.Connections.Rejected)
        {
            rejected += count;
        }

        Assert.Equal(seen.Capture.Frames, seen.Connections.Decoded + rejected + seen.Connections.FragmentsHeld + seen.Connections.FramesSampledOut + seen.Connections.FramesShed);
        Assert.Equal(seen.Capture.FramesOffered, seen.Capture.Frames + seen.Capture.KernelDrops + seen.Capture.FramesShed + seen.Capture.FramesLeft);
    }
}
