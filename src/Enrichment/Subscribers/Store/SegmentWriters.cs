using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>The segments that one flush or merge writes, one for each partition it touches.</summary>
internal sealed class SegmentWriters(string folder, KeyFolder keys, long nextFile, long told) : IDisposable
{
    private readonly SortedList<int, (SegmentEntry Entry, SegmentWriter Writer)> _writers = [];
    private bool _isFinished;

    public SegmentWriter Of(int partition)
    {
        if (!_writers.TryGetValue(partition, out var found))
        {
            var entry = new SegmentEntry(nextFile + _writers.Count, partition, 0, 0);
            found = (entry, new SegmentWriter(Path.Combine(folder, entry.FileName), partition, keys.GetOrCreate(entry.KeyName), told));
            _writers.Add(partition, found);
        }

        return found.Writer;
    }

    /// <summary>Makes all of them durable, names included.</summary>
    public List<SegmentEntry> Finish()
    {
        var finished = new List<SegmentEntry>();
        foreach (var (entry, writer) in _writers.Values)
        {
            var summary = writer.Finish();
            finished.Add(entry with { Rows = summary.Rows, Bytes = summary.Length });
        }

        DurableFolder.Sync(folder);
        _isFinished = true;
        return finished;
    }

    public void Dispose()
    {
        foreach (var (_, writer) in _writers.Values)
        {
            writer.Dispose();
            if (!_isFinished)
            {
                // A full disk is not to be kept full by what came of the attempt.
                File.Delete(writer.Path);
            }
        }
    }
}
