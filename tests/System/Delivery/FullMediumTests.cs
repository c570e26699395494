using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>A medium that is full takes nothing, and no half stays on it.</summary>
public sealed class FullMediumTests
{
    [Fact]
    public async Task APackageThatDoesNotFitLeavesTheMediumAsItWas()
    {
        using var settings = new ServiceFolder();
        using var medium = new ServiceFolder();
        medium.MountOrSkip(megabytes: 1);
        File.WriteAllText(settings.PathOf("medium.yaml"), $"channel: folder\nrecipient: 示例市发展改革委\nfolder: {medium.Path}\n");
        await using var destination = Destination.Load(settings.PathOf("medium.yaml"), new List<Problem>())!;
        var (large, small) = (SyntheticPackage.Of(1, 100_000, 2_000_000), SyntheticPackage.Of(2, 100_000));

        var refused = await destination.Channel.Send(large, TestContext.Current.CancellationToken);

        Assert.Equal(DeliveryOutcomeKind.TryLater, refused.Kind);
        Assert.Contains("No space left on device", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(medium.Path));
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await destination.Channel.Send(small, TestContext.Current.CancellationToken)).Kind);
    }
}
