using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Exchange;

/// <summary>A sighting in the spool. Numbers begin at 1, follow each other and are never used again.</summary>
public readonly record struct SpooledSighting(long Sequence, Sighting Sighting);

/// <summary>
/// Sightings on disk until the ledger has them: what <see cref="Append"/> returned from survives kill and loss of power. One thread appends, another reads
/// and releases. How far the ledger is, the ledger itself remembers, in the transaction that adds the sightings: so each arrives exactly once.
/// </summary>
public sealed class SightingSpool : IDisposable
{
    /// <summary>Bytes gathered before they are written. 256 KiB: some hundred sightings.</summary>
    private const int ChunkBytes = 256 * 1_024;

    /// <summary>Ending of a segment that cannot be read and is kept for whoever can.</summary>
    private const string AsideExtension = ".damaged";

    private readonly Lock _turn = new();
    private readonly SpoolOptions _options;
    private readonly List<SpoolSegment> _segments = [];
    private readonly List<string> _notes = [];
    private readonly ArrayBufferWriter<byte> _chunk = new(ChunkBytes);
    private (long Sequence, long Position) _next;
    private byte[] _record = [];
    private SafeFileHandle? _claim;

    private SightingSpool(SpoolOptions options) => _options = options;

    /// <summary>Name of this row of numbers; another one begins when the folder was emptied.</summary>
    public Guid Id { get; private set; }

    /// <summary>Number of the last sighting that is on disk.</summary>
    public long Last { get; private set; }

    /// <summary>Number of the oldest sighting still here; one more than <see cref="Last"/> when there is none.</summary>
    public long First
    {
        get
        {
            lock (_turn)
            {
                return _segments[0].First;
            }
        }
    }

    /// <summary>Bytes on disk.</summary>
    public long Bytes
    {
        get
        {
            lock (_turn)
            {
                return _segments.Sum(segment => segment.Length);
            }
        }
    }

    /// <summary>Sightings that damage on the disk has cost, as far as the numbers tell.</summary>
    public long Damaged { get; private set; }

    /// <summary>What opening met and mended, in English sentences.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Opens the spool or begins one. A record that a crash left half written is cut off: nobody was told that it was kept.</summary>
    /// <exception cref="SpoolException">The folder cannot be made, read or written, or another process uses it.</exception>
    public static SightingSpool Open(SpoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var spool = new SightingSpool(options);
        try
        {
            DurableFolder.Create(options.Folder);
            spool._claim = File.OpenHandle(Path.Combine(options.Folder, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            spool.Recover();
            return spool;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            spool.Dispose();
            throw new SpoolException($"{options.Folder}: the spool cannot be opened: {problem.Message}", problem);
        }
    }

    /// <summary>Puts sightings on disk, all or none of those that the bound leaves room for; when this returns they are safe.</summary>
    /// <returns>How many were taken, from the front; the rest would be beyond <see cref="SpoolOptions.MaxBytes"/>.</returns>
    /// <exception cref="SpoolException">The disk is full or fails; none was taken.</exception>
    public int Append(IReadOnlyList<Sighting> sightings)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        if (sightings.Count == 0)
        {
            return 0;
        }

        try
        {
            var segment = SegmentToWrite();
            var room = _options.MaxBytes - Bytes;
            try
            {
                return Write(segment, sightings, room);
            }
            catch
            {
                segment.CutBack();
                throw;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SpoolException($"{_options.Folder}: the spool cannot be written: {problem.Message}", problem);
        }
    }

    /// <summary>Sightings behind a number, in order.</summary>
    /// <param name="after">Number of the last one that is not wanted.</param>
    /// <param name="most">How many at most.</param>
    /// <exception cref="SpoolException">The disk fails, or what it holds is not what was written.</exception>
    public IReadOnlyList<SpooledSighting> Read(long after, int most)
    {
        var found = new List<SpooledSighting>();
        try
        {
            for (var sequence = Math.Max(after + 1, First); found.Count < most && sequence <= Last; sequence++)
            {
                if (SegmentOf(sequence) is { } segment && ReadOne(segment, sequence) is { } sighting)
                {
                    found.Add(new SpooledSighting(sequence, sighting));
                }
            }

            return found;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SpoolException($"{_options.Folder}: the spool cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>The ledger has everything up to this number: segments that hold no more are deleted. The last one stays, for it keeps the numbers.</summary>
    public void Release(long upTo)
    {
        lock (_turn)
        {
            while (_segments.Count > 1 && _segments[0].Last <= upTo)
            {
                Drop(_segments[0]);
            }
        }
    }

    public void Dispose()
    {
        _segments.ForEach(segment => segment.Dispose());
        _claim?.Dispose();
    }

    private void Recover()
    {
        var paths = Directory.GetFiles(_options.Folder, "*" + SpoolSegment.Extension);
        Array.Sort(paths, StringComparer.Ordinal);
        var mayHaveLostNumbers = false;
        foreach (var path in paths)
        {
            if ((SpoolSegment.Open(path, out var surplus) ?? Mend(path, ref surplus)) is not { } segment)
            {
                mayHaveLostNumbers |= surplus > 0;
                continue;
            }

            mayHaveLostNumbers |= surplus > 0;
            if (surplus > 0)
            {
                Note($"{path}: {surplus} bytes behind the last whole record; cut off");
                segment.CutBack();
            }

            if (_segments is [.., var before] && segment.First != before.Last + 1)
            {
                Damaged += Math.Max(0, segment.First - before.Last - 1);
                Note($"{path}: begins with record {segment.First}, {before.Last + 1} was expected; what lay between is lost");
            }

            _segments.Add(segment);
        }

        if (_segments.Count == 0 || mayHaveLostNumbers)
        {
            BeginAnotherRow();
        }

        Id = _segments[^1].Id;
        Last = _segments[^1].Last;
    }

    /// <summary>A segment without a sound header: one that a crash left before it was written, or damage.</summary>
    /// <param name="path">Path of the segment.</param>
    /// <param name="surplus">Its length; then the bytes of it that cannot be used.</param>
    /// <returns>Null when there is nothing in it, or nothing that can be read.</returns>
    private SpoolSegment? Mend(string path, ref long surplus)
    {
        if (surplus <= SpoolFormat.HeaderLength)
        {
            Note($"{path}: has no header, a crash came before it; removed ({surplus} bytes)");
            File.Delete(path);
            surplus = 0;
            return null;
        }

        if (SpoolSegment.Rebuild(path, _segments is [.., var before] ? before.Id : Guid.NewGuid()) && SpoolSegment.Open(path, out surplus) is { } segment)
        {
            Note($"{path}: its header was damaged; made anew from the records");
            return segment;
        }

        Note($"{path}: damaged from its front on; put aside as {path}{AsideExtension} ({surplus} bytes)");
        File.Move(path, path + AsideExtension, overwrite: true);
        return null;
    }

    /// <summary>
    /// What cannot be read may have held numbers that the ledger has seen. Under another name the numbers that follow cannot be taken for those.
    /// </summary>
    private void BeginAnotherRow()
    {
        var first = _segments is [.., var last] ? last.Last + 1 : 1;
        if (_segments is [.., { } empty] && empty.First == first)
        {
            Drop(empty);
        }

        _segments.Add(SpoolSegment.Create(_options.Folder, Guid.NewGuid(), first));
    }

    private SpoolSegment SegmentToWrite()
    {
        var last = _segments[^1];
        if (last.Length < _options.SegmentBytes)
        {
            return last;
        }

        var next = SpoolSegment.Create(_options.Folder, Id, last.Last + 1);
        lock (_turn)
        {
            _segments.Add(next);
        }

        return next;
    }

    private int Write(SpoolSegment segment, IReadOnlyList<Sighting> sightings, long room)
    {
        var (position, taken) = (segment.Length, 0);
        _chunk.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_chunk, new JsonWriterOptions { SkipValidation = true });
        for (; taken < sightings.Count; taken++)
        {
            var start = _chunk.WrittenCount;
            _chunk.Advance(_chunk.GetSpan(SpoolFormat.RecordHeaderLength)[..SpoolFormat.RecordHeaderLength].Length);
            json.Reset(_chunk);
            SightingJson.Write(json, sightings[taken]);
            json.Flush();
            if (position - segment.Length + _chunk.WrittenCount > room)
            {
                WriteChunk(segment, ref position, start);
                break;
            }

            SpoolFormat.Seal(Written(_chunk)[start..], segment.Last + 1 + taken);
            if (_chunk.WrittenCount >= ChunkBytes)
            {
                WriteChunk(segment, ref position, _chunk.WrittenCount);
            }
        }

        WriteChunk(segment, ref position, _chunk.WrittenCount);
        segment.Sync();
        lock (_turn)
        {
            segment.Commit(position, segment.Last + taken);
            Last = segment.Last;
        }

        return taken;
    }

    private void WriteChunk(SpoolSegment segment, ref long position, int length)
    {
        segment.Write(_chunk.WrittenSpan[..length], position);
        position += length;
        _chunk.ResetWrittenCount();
    }

    /// <summary>What a writer has written, to be changed: the header of a record is known after its payload.</summary>
    private static Span<byte> Written(ArrayBufferWriter<byte> writer) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(writer.WrittenMemory).Span;

    private SpoolSegment? SegmentOf(long sequence)
    {
        lock (_turn)
        {
            return _segments.Find(segment => segment.First <= sequence && sequence <= segment.Last);
        }
    }

    /// <summary>Reads on from the last one read; anywhere else from the segment's front. Null for a record that is damaged.</summary>
    private Sighting? ReadOne(SpoolSegment segment, long sequence)
    {
        var (at, position) = _next.Sequence == sequence && sequence != segment.First ? _next : (segment.First, SpoolFormat.HeaderLength);
        for (; ; at++)
        {
            var isSound = segment.TryRead(position, at, ref _record, out var length);
            if (length == 0)
            {
                throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{segment.Path} is damaged before record {at + 1}"));
            }

            position += length;
            if (at == sequence)
            {
                _next = (sequence + 1, position);
                Damaged += isSound ? 0 : 1;
                return !isSound ? null : SightingJson.Read(_record.AsSpan(SpoolFormat.RecordHeaderLength, length - SpoolFormat.RecordHeaderLength));
            }
        }
    }

    private void Drop(SpoolSegment segment)
    {
        _segments.Remove(segment);
        segment.Dispose();
        File.Delete(segment.Path);
    }

    private void Note(string text) => _notes.Add(text);
}
