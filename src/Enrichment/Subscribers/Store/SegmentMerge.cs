namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Several segments of a partition as one, each interval in its winning version.</summary>
internal static class SegmentMerge
{
    /// <summary>Writes the rows that <paramref name="keeps"/> says yes to.</summary>
    public static void Run(IReadOnlyList<Segment> segments, SegmentWriters writers, int partition, Func<IntervalRow, bool> keeps)
    {
        var opened = segments.Select(segment => new SegmentCursor(segment)).ToList();
        try
        {
            Run(opened.FindAll(cursor => cursor.TryMoveNext()), writers, partition, keeps);
        }
        finally
        {
            opened.ForEach(cursor => cursor.Dispose());
        }
    }

    private static void Run(List<SegmentCursor> cursors, SegmentWriters writers, int partition, Func<IntervalRow, bool> keeps)
    {
        var same = new List<SegmentCursor>();
        while (cursors.Count > 0)
        {
            same.Clear();
            same.Add(cursors[0]);
            for (var i = 1; i < cursors.Count; i++)
            {
                var order = IntervalRow.Compare(cursors[i].Row, same[0].Row);
                if (order < 0)
                {
                    same.Clear();
                }

                if (order <= 0)
                {
                    same.Add(cursors[i]);
                }
            }

            var best = same[0];
            foreach (var cursor in same)
            {
                best = cursor.Row.Supersedes(best.Row) ? cursor : best;
            }

            if (keeps(best.Row))
            {
                writers.Of(partition).Add(best.Row);
            }

            foreach (var cursor in same)
            {
                if (!cursor.TryMoveNext())
                {
                    cursors.Remove(cursor);
                }
            }
        }
    }
}
