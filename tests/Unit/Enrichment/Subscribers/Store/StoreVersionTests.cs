using System.IO.Compression;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>
/// <c>version1.zip</c> is a store as the program wrote it when lines were named by SHA-256: of 2022-04-07, 203.0.113.9:1024-2047 for 100.64.0.1 from 8 to 20 o'clock
/// ("assigned", "withdrawn") and :2048-3071 for 100.64.0.2 from 8 o'clock ("assigned too") in segments, and in the log alone that the second ended at 21 ("withdrawn too").
/// </summary>
public sealed class StoreVersionTests
{
    [Fact]
    public void AStoreOfTheVersionBeforeIsReadAndWrittenOn()
    {
        using var folder = new StoreFolder();
        Extract(folder);
        using (var store = folder.Open())
        {
            AssertHolder(store, 1024, "100.64.0.1", "sha256:2ebb9294801961cd320305d8d688146c", "sha256:fd60c459d03b66a8600f5c72ca868c83");
            AssertHolder(store, 2048, "100.64.0.2", "sha256:fd9c9c7d58fd4a196c34cc13a549494b", "sha256:62bc9bda9e66db634bca1d182f88d540");

            // Read again by this version: the end is told with another digest, the start keeps its own until it is told again.
            var first = Find(store, 1024);
            store.Add(first with { LastLine = LineDigest.Of("withdrawn"u8) });
            store.Commit();
            store.Flush();
        }

        using var again = folder.Open(isReadOnly: true);
        AssertHolder(again, 1024, "100.64.0.1", "sha256:2ebb9294801961cd320305d8d688146c", LineDigest.Of("withdrawn"u8).ToString());
        AssertHolder(again, 2048, "100.64.0.2", "sha256:fd9c9c7d58fd4a196c34cc13a549494b", "sha256:62bc9bda9e66db634bca1d182f88d540");
    }

    private static void Extract(StoreFolder folder) =>
        ZipFile.ExtractToDirectory(Repository.PathOf("tests", "Unit", "Enrichment", "Subscribers", "Store", "version1.zip"), Path.GetDirectoryName(folder.Store)!);

    private static AddressInterval Find(IntervalStore store, ushort port)
    {
        var found = new List<AddressInterval>();
        var noon = At("2022-04-07T12:00:00");
        store.Find(Ip("203.0.113.9"), port, noon, noon, found);
        return Assert.Single(found);
    }

    private static void AssertHolder(IntervalStore store, ushort port, string inner, string firstLine, string lastLine)
    {
        var interval = Find(store, port);
        Assert.Equal((Ip(inner), firstLine, lastLine), (interval.Inner, interval.FirstLine.ToString(), interval.LastLine.ToString()));
    }
}
