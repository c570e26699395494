using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>The ring of AF_PACKET on a cable of the test's own.</summary>
public sealed class RingCaptureTests
{
    private static readonly string Capture = Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng");

    [Fact]
    public async Task WhatIsSentIsCapturedAndEveryFrameIsAccountedFor()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        await using var listener = await Listener.StartAsync(lab, On(LinkLab.Mirror));

        lab.Run("tcpreplay", "-q", "--topspeed", "-i", LinkLab.Sender, Capture);
        var events = await listener.StopAsync();

        var found = Assert.Single(events);
        Assert.Equal(("stratum-v1", LinkLab.Mirror), (found.Dialect, found.CaptureFile));
        var seen = Assert.Single(listener.Snapshots);
        Assert.Equal(69, seen.Capture.FramesOffered);
        AssertAccounted(seen);
    }

    [Fact]
    public async Task AnInterfaceThatIsNotThereIsNamedWithThoseThatAre()
    {
        using var lab = LinkLab.OrSkip();

        var refused = await Assert.ThrowsAsync<CaptureException>(() => Listener.StartAsync(lab, On("mfnone")));

        Assert.Contains("mfnone: there is no such network interface", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{LinkLab.Mirror}, {LinkLab.Sender}", refused.Message, StringComparison.Ordinal);
    }

    internal static LiveCaptureOptions On(string device, int workers = 1, int megabytes = 4) =>
        new() { Interfaces = [new LiveInterfaceOptions { Name = device, Workers = workers, RingMegabytes = megabytes }] };

    /// <summary>captured = decoded + rejected + dropped, each by the one who knows: the kernel, the source, the decoder.</summary>
    internal static void AssertAccounted(CaptureSnapshot seen)
    {
        var rejected = 0L;
        foreach (var count in seen.Connections.Rejected)
        {
            rejected += count;
        }

        Assert.Equal(seen.Capture.Frames, seen.Connections.Decoded + rejected + seen.Connections.FragmentsHeld);
        Assert.Equal(seen.Capture.FramesOffered, seen.Capture.Frames + seen.Capture.KernelDrops + seen.Capture.FramesShed + seen.Capture.FramesLeft);
    }
}
