using MinerFlow.Abstractions;
using MinerFlow.Capture.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>Hosts that talk over the kernel's own TCP, with its segments, offloads and acknowledgements.</summary>
public sealed class RealSocketTests
{
    [Fact]
    public async Task EveryDialogueBetweenRealSocketsIsFoundAsInItsCapture()
    {
        NetworkNamespace.OrSkip();
        using var hosts = new HostPair();
        await using var listener = await Listener.StartAsync(hosts.Server, LiveCaptureTests.On(LiveBackend.Ring, HostPair.Mirror));
        var scenarios = Repository.Scenarios.Where(scenario => Repository.ReadScenario(scenario).Flows.All(flow => !flow.IsUdp)).ToList();

        foreach (var scenario in scenarios)
        {
            await hosts.HoldAsync(Repository.ReadScenario(scenario));
        }

        var live = await listener.StopAsync();

        var expected = scenarios.SelectMany(scenario => Listener.Replay(Repository.PathOf("captures", scenario + ".pcapng"))).ToList();
        Assert.InRange(scenarios.Count, 40, int.MaxValue);
        Assert.Equal(expected.Select(Facts).Order(StringComparer.Ordinal), live.Select(Facts).Order(StringComparer.Ordinal));
        LiveCaptureTests.AssertAccounted(Assert.Single(listener.Snapshots));
    }

    /// <summary>What does not depend on when it was said, as coins told by a height at a time and rates do: the dialogues are held today, and as fast as they go.</summary>
    private static string Facts(MiningEvent found) =>
        $"{found.Client} {found.Server} {found.Role} {found.State} {found.Dialect} {found.Agent} {found.Login?.Digest} {found.Worker?.Digest} "
        + $"{found.Jobs} {found.SharesSubmitted}/{found.SharesAccepted}/{found.SharesRejected} {found.Difficulty}";
}
