using System.Buffers.Binary;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

public sealed class SegmentIndexTests
{
    /// <summary>Runs shorter and longer than the pages between two fences, beginning on one and beside it; every third prefix begins three pages, as that of a shared address does.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(31, 1, 32, 33)]
    [InlineData(32, 64, 3)]
    [InlineData(5, 5, 5, 300, 1)]
    public void TheFirstPageIsTheOneThatGoingThroughAllWouldFind(params int[] pagesOfRuns)
    {
        var first = new List<UInt128>();
        var index = Index(pagesOfRuns, first);

        foreach (ref readonly var run in index.Runs)
        {
            for (UInt128 prefix = 0; prefix <= run.Last + 2; prefix++)
            {
                var page = index.FirstPage(run, prefix);
                Assert.Equal(FirstPage(first, run, prefix), page);
            }
        }
    }

    private static int FirstPage(List<UInt128> first, in SegmentIndex.Run run, UInt128 prefix)
    {
        if (prefix < first[run.FirstPage] || prefix > run.Last)
        {
            return run.EndPage;
        }

        var page = run.FirstPage;
        while (page + 1 < run.EndPage && first[page + 1] < prefix)
        {
            page++;
        }

        return page;
    }

    private static SegmentIndex Index(int[] pagesOfRuns, List<UInt128> first)
    {
        using var bytes = new MemoryStream();
        Span<byte> run = stackalloc byte[SegmentFormat.RunLength];
        BinaryPrimitives.WriteInt32LittleEndian(run, pagesOfRuns.Length);
        bytes.Write(run[..4]);
        for (var i = 0; i < pagesOfRuns.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(run, 100 + i);
            BinaryPrimitives.WriteInt32LittleEndian(run[4..], first.Count);

            // Each run counts from the beginning: what comes before in the index may be larger.
            for (var page = 0; page < pagesOfRuns[i]; page++)
            {
                first.Add((UInt128)(2 + (page / 9 * 21) + (page % 9 < 3 ? 0 : page % 9 * 2)));
            }

            BinaryPrimitives.WriteUInt128BigEndian(run[8..], first[^1] + 1);
            bytes.Write(run);
        }

        Span<byte> entry = stackalloc byte[SegmentFormat.IndexEntryLength];
        foreach (var prefix in first)
        {
            BinaryPrimitives.WriteUInt128BigEndian(entry, prefix);
            bytes.Write(entry);
        }

        return SegmentIndex.From(bytes.ToArray(), new AddressFilter(1).Bytes, first.Count)!;
    }
}
