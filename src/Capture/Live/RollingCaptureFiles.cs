using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Live;

/// <summary>
/// A folder of capture files that never takes more than its bound: the last file is written, full ones stay, the oldest go. Each file can be read by itself.
/// Files of earlier runs count. A disk that fails costs what was to be written then; the next blocks begin another file.
/// </summary>
public sealed class RollingCaptureFiles : ICaptureBlocks
{
    private const string Extension = ".pcapng";

    private readonly string _folder;
    private readonly string _prefix;
    private readonly long _maxBytes;
    private readonly long _fileBytes;
    private readonly TimeProvider _time;
    private readonly SafeFileHandle _claim;
    private readonly Queue<(string Path, long Length)> _full = new();
    private readonly List<byte> _description = [];
    private FileStream? _file;
    private string _path = "";
    private long _length;
    private long _next = 1;
    private long _fullBytes;
    private long _bytes;
    private long _removed;

    /// <param name="folder">Made when it is missing; for its owner alone, as its files.</param>
    /// <param name="prefix">First word of the files' names; others in the folder are left alone.</param>
    /// <param name="maxBytes">Bytes of all files, at least twice <paramref name="fileBytes"/>.</param>
    /// <param name="fileBytes">Bytes of one file.</param>
    /// <param name="time">Puts into a file's name when it was begun.</param>
    /// <exception cref="IOException">The folder cannot be made or read, or another process writes there.</exception>
    public RollingCaptureFiles(string folder, string prefix, long maxBytes, long fileBytes, TimeProvider time)
    {
        (_folder, _prefix, _maxBytes, _fileBytes, _time) = (folder, prefix, maxBytes, fileBytes, time);
        DurableFolder.Create(folder);
        _claim = File.OpenHandle(Path.Combine(folder, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        foreach (var file in new DirectoryInfo(folder).GetFiles($"{prefix}-*{Extension}").OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            _full.Enqueue((file.FullName, file.Length));
            _fullBytes += file.Length;
            var number = file.Name.AsSpan(prefix.Length + 1);
            _next = long.TryParse(number[..Math.Max(number.IndexOf('-'), 0)], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? Math.Max(_next, last + 1) : _next;
        }

        _bytes = _fullBytes;
    }

    /// <summary>Bytes on disk. Any thread may ask.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Files that went because of the bound. Any thread may ask.</summary>
    public long Removed => Volatile.Read(ref _removed);

    public void Dispose()
    {
        _file?.Dispose();
        _claim.Dispose();
    }

    void ICaptureBlocks.Describe(ReadOnlySpan<byte> block)
    {
        _description.AddRange(block);
        if (_file is not null)
        {
            Append(block);
        }
    }

    void ICaptureBlocks.Write(ReadOnlySpan<byte> blocks)
    {
        if (_file is not null && _length + blocks.Length > _fileBytes)
        {
            Close();
        }

        if (_file is null)
        {
            Begin();
        }

        Append(blocks);
    }

    // Every write goes to the kernel at once; what a crash of the machine would cost is what a ring of evidence may cost.
    void ICaptureBlocks.Flush()
    {
    }

    private void Begin()
    {
        while (_full.Count > 0 && _fullBytes + _fileBytes > _maxBytes)
        {
            var (oldest, length) = _full.Peek();
            File.Delete(oldest);
            _full.Dequeue();
            _fullBytes -= length;
            Volatile.Write(ref _removed, _removed + 1);
        }

        var begun = _time.GetUtcNow();
        _path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{_next:D8}-{begun:yyyyMMdd'T'HHmmss'Z'}{Extension}"));
        _file = OwnFile.Create(_path);
        _next++;
        Append(CollectionsMarshal.AsSpan(_description));
    }

    private void Append(ReadOnlySpan<byte> blocks)
    {
        try
        {
            _file!.Write(blocks);
        }
        catch (IOException)
        {
            GiveUp();
            throw;
        }

        _length += blocks.Length;
        Volatile.Write(ref _bytes, _fullBytes + _length);
    }

    /// <summary>Ends the file behind its last whole block, so that it can still be read; one that holds no frame goes.</summary>
    private void GiveUp()
    {
        try
        {
            _file!.SetLength(_length);
        }
        catch (IOException)
        {
            // Then its reader finds a tail that is cut off.
        }

        Close();
        if (_full.Last().Length <= _description.Count)
        {
            File.Delete(_path);
        }
    }

    private void Close()
    {
        _file!.Dispose();
        _file = null;
        _full.Enqueue((_path, _length));
        _fullBytes += _length;
        _length = 0;
        Volatile.Write(ref _bytes, _fullBytes);
    }
}
