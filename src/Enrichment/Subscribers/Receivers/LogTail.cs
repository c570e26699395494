using System.Security.Cryptography;
using MinerFlow.Enrichment.Subscribers.Ingest;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Takes the lines of a file that is read while it grows.</summary>
internal interface ITailReader
{
    /// <summary>Another file begins, or the same is taken up within; nothing is left of the one before.</summary>
    /// <param name="path">Where it lies now.</param>
    void Begin(string path);

    /// <summary>Takes a line without its end; true when reading may be taken up behind it.</summary>
    bool Take(ReadOnlySpan<byte> line);
}

/// <summary>
/// Follows one log by its name: reads what is appended, goes on with the new file when the old one was given another name, begins again when it was emptied. A file is known by its first
/// bytes, so reading is taken up where the store has it, wherever it lies by then; what was renamed while nobody looked is read to its end first. For one thread.
/// </summary>
internal sealed class LogTail(string path, ITailReader reader, IntervalIntake intake) : IDisposable
{
    // Enough lines to tell two logs apart: a time, a device, an address. A log begins to be read when it has as many.
    private const int FingerprintBytes = 128;

    private const int ReadBytes = 256 * 1024;

    private readonly byte[] _buffer = new byte[ReadBytes];
    private readonly Queue<string> _renamed = [];
    private FileStream? _file;
    private byte[] _fingerprint = [];
    private int _input;
    private long _offset;
    private long _readBefore;
    private int _held;
    private bool _isSkipping;
    private bool _isDrained;
    private bool _hasLooked;

    public string Path => path;

    public long Lines { get; private set; }

    /// <summary>Bytes of the file that are not read yet, as of the last look.</summary>
    public long Behind { get; private set; }

    /// <summary>Times that a file could not be read; it is tried again.</summary>
    public long Failures { get; private set; }

    /// <summary>Reads what there is, up to a bound; true when there is more.</summary>
    public bool Read()
    {
        try
        {
            if (_file is null && !Open())
            {
                return false;
            }

            return ReadOn();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Failures++;
            Close();
            return false;
        }
    }

    public void Dispose() => Close();

    private bool Open()
    {
        if (!_hasLooked)
        {
            _hasLooked = true;
            FindRenamed();
        }

        var isRenamed = _renamed.TryDequeue(out var next);
        next ??= path;
        if (!File.Exists(next))
        {
            return isRenamed;
        }

        var file = new FileStream(next, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _fingerprint = Fingerprint(file);
        if (_fingerprint.Length < FingerprintBytes)
        {
            file.Dispose();
            return false;
        }

        _file = file;
        _input = intake.Begin(NameOf(_fingerprint), out var position);
        _offset = position.Joined;
        _readBefore = position.Read;
        _held = 0;
        _isSkipping = _isDrained = false;
        file.Seek(_offset, SeekOrigin.Begin);
        reader.Begin(next);
        return true;
    }

    private bool ReadOn()
    {
        var read = _file!.Read(_buffer.AsSpan(_held));
        Behind = Math.Max(0, _file.Length - _file.Position);
        if (read > 0)
        {
            _isDrained = false;
            Take(_held + read);
            return true;
        }

        // Twice at the end before it is left: whoever renamed it may write to it until told to reopen.
        if (HasTurned() && (_isDrained || _file.Length < _offset))
        {
            Close();
            return true;
        }

        _isDrained = true;
        return false;
    }

    private void Take(int held)
    {
        var rest = _buffer.AsSpan(0, held);
        while (rest.IndexOf((byte)'\n') is >= 0 and var end)
        {
            if (!_isSkipping)
            {
                Lines++;
                intake.Line(_input, _offset, _offset < _readBefore);
                var mayResume = reader.Take(rest[..end].TrimEnd((byte)'\r'));
                _offset += end + 1;
                if (mayResume)
                {
                    intake.Reached(_input, _offset);
                }
            }
            else
            {
                _offset += end + 1;
            }

            _isSkipping = false;
            rest = rest[(end + 1)..];
        }

        if (rest.Length == _buffer.Length)
        {
            // No log has lines as long as the buffer: this is none.
            _isSkipping = true;
            _offset += rest.Length;
            rest = [];
        }

        rest.CopyTo(_buffer);
        _held = rest.Length;
    }

    /// <summary>Another file lies under the name now, or this one was emptied and written anew.</summary>
    private bool HasTurned()
    {
        if (_renamed.Count > 0 || _file!.Length < _offset || !Fingerprint(_file).AsSpan().SequenceEqual(_fingerprint))
        {
            return true;
        }

        if (!File.Exists(path))
        {
            return false;
        }

        using var current = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return !Fingerprint(current).AsSpan().SequenceEqual(_fingerprint) || PlaceOf(current) != PlaceOf(_file);
    }

    /// <summary>Where an open file lies now (proc_pid_fd(5)): a file that is written anew may begin with the same lines as the one it replaces.</summary>
    private static string? PlaceOf(FileStream file) => File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName;

    /// <summary>Files that an earlier run had begun to read under the name and that have another since (<c>NAME.1</c>, <c>NAME-20220408</c>), the oldest first.</summary>
    private void FindRenamed()
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            return;
        }

        var names = Directory.GetFiles(folder, System.IO.Path.GetFileName(path) + "?*").Where(name => !name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase));
        foreach (var name in names.OrderBy(File.GetLastWriteTimeUtc))
        {
            using var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var read = intake.Store.PositionOf(NameOf(Fingerprint(file))).Read;
            if (read > 0 && read < file.Length)
            {
                _renamed.Enqueue(name);
            }
        }
    }

    private static byte[] Fingerprint(FileStream file)
    {
        var bytes = new byte[FingerprintBytes];
        var read = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
        return bytes[..read];
    }

    private static string NameOf(ReadOnlySpan<byte> fingerprint) => "tail " + Convert.ToHexStringLower(SHA256.HashData(fingerprint));

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        Behind = 0;
    }
}
