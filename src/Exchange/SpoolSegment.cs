using System.Globalization;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;

namespace MinerFlow.Exchange;

/// <summary>One file of the spool: records in order of their numbers, written at its end, read anywhere.</summary>
internal sealed class SpoolSegment : IDisposable
{
    public const string Extension = ".spool";

    private readonly SafeFileHandle _file;

    private SpoolSegment(string path, SafeFileHandle file, Guid id, long first)
    {
        Path = path;
        _file = file;
        Id = id;
        First = first;
        Last = first - 1;
        Length = SpoolFormat.HeaderLength;
    }

    public string Path { get; }

    public Guid Id { get; }

    /// <summary>Number of the first record; also that of the next one while the segment is empty.</summary>
    public long First { get; }

    /// <summary>Number of the last record that is on disk for good; one less than <see cref="First"/> while there is none.</summary>
    public long Last { get; private set; }

    /// <summary>Bytes that are on disk for good.</summary>
    public long Length { get; private set; }

    public static SpoolSegment Create(string folder, Guid id, long first)
    {
        var path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{first:D19}{Extension}"));
        var file = DurableFolder.CreateFile(path);
        try
        {
            Span<byte> header = stackalloc byte[SpoolFormat.HeaderLength];
            SpoolFormat.WriteHeader(header, id, first);
            RandomAccess.Write(file, header, 0);
            RandomAccess.FlushToDisk(file);
            DurableFolder.Sync(folder);
            return new SpoolSegment(path, file, id, first);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a segment that is there and finds its last whole record.</summary>
    /// <param name="path">Path of the segment.</param>
    /// <param name="surplus">Bytes behind the last whole record.</param>
    /// <returns>Null when the file has no header: a crash came before it was written.</returns>
    public static SpoolSegment? Open(string path, out long surplus)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            Span<byte> header = stackalloc byte[SpoolFormat.HeaderLength];
            var read = RandomAccess.Read(file, header, 0);
            surplus = RandomAccess.GetLength(file);
            if (!SpoolFormat.TryReadHeader(header[..read], out var id, out var first))
            {
                file.Dispose();
                return null;
            }

            var segment = new SpoolSegment(path, file, id, first);
            var record = Array.Empty<byte>();
            while (segment.TryRead(segment.Length, segment.Last + 1, ref record, out var length) || segment.Continues(length, ref record))
            {
                segment.Commit(segment.Length + length, segment.Last + 1);
            }

            surplus -= segment.Length;
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the header anew that a segment lost; its name has the number of its first record, which the record itself confirms.</summary>
    /// <returns>False when there is no such record.</returns>
    public static bool Rebuild(string path, Guid id)
    {
        if (!long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var first))
        {
            return false;
        }

        using var segment = new SpoolSegment(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read), id, first);
        var record = Array.Empty<byte>();
        if (!segment.TryRead(SpoolFormat.HeaderLength, first, ref record, out _))
        {
            return false;
        }

        Span<byte> header = stackalloc byte[SpoolFormat.HeaderLength];
        SpoolFormat.WriteHeader(header, id, first);
        segment.Write(header, 0);
        segment.Sync();
        return true;
    }

    /// <summary>Writes behind what is there; it counts only after <see cref="Commit"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long position) => RandomAccess.Write(_file, bytes, position);

    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Commit(long length, long last) => (Length, Last) = (length, last);

    /// <summary>Takes away what was written and not committed.</summary>
    public void CutBack() => RandomAccess.SetLength(_file, Length);

    /// <summary>Reads the record with this number at this place.</summary>
    /// <param name="position">Where it begins.</param>
    /// <param name="sequence">Its number.</param>
    /// <param name="record">Takes header and payload; made longer when it has to be.</param>
    /// <param name="length">Bytes of the record, also when they are not sound; 0 when even that cannot be told.</param>
    /// <returns>False when there is no such record, or not a whole one.</returns>
    public bool TryRead(long position, long sequence, ref byte[] record, out int length)
    {
        Span<byte> header = stackalloc byte[SpoolFormat.RecordHeaderLength];
        length = SpoolFormat.LengthOf(header[..RandomAccess.Read(_file, header, position)]);
        if (length == 0)
        {
            return false;
        }

        if (record.Length < length)
        {
            record = new byte[Math.Max(length, 65_536)];
        }

        var bytes = record.AsSpan(0, length);
        return RandomAccess.Read(_file, bytes, position) == length && SpoolFormat.IsSound(bytes, sequence);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>A record that is not sound, with one behind it that is: damage to its bytes alone, and what follows is still good.</summary>
    private bool Continues(int length, ref byte[] record) => length > 0 && TryRead(Length + length, Last + 2, ref record, out _);
}
