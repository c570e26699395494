using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>
/// Lines in a file, durable before they count as sent. A file is whole lines at any time that somebody may read it for longer: what a stop cut short is taken back,
/// and what a full disk took in part as well.
/// </summary>
public sealed class FileTransport(FileTransportOptions options, TimeProvider time) : IFeedTransport
{
    private const string Moment = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>ENOSPC and EDQUOT (errno(3)): the runtime gives the number as the error's code.</summary>
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private FileStream? _file;
    private long _period;
    private volatile bool _reopen;

    public string Target => options.Path;

    public void Reopen() => _reopen = true;

    public async Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var done = 0;
        try
        {
            while (done < messages.Count)
            {
                var file = Current(messages[done].Bytes.Length + 1);
                var (count, lines) = Lines(messages, done, options.MaxBytes - file.Length);
                await Append(file, lines, cancellation).ConfigureAwait(false);
                done += count;
            }

            return new FeedOutcome(done);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            var kind = problem.HResult is NoSpace or QuotaExceeded ? FeedProblem.DiskFull : _file is null ? FeedProblem.Connect : FeedProblem.Write;
            Close();
            return FeedOutcome.Stopped(done, kind, problem.Message);
        }
    }

    public Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        try
        {
            using var probe = new FileStream(options.Path + ".probe", new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return Task.FromResult<IReadOnlyList<ChannelStep>>([new ChannelStep("write", true, Path.GetDirectoryName(Path.GetFullPath(options.Path))!)]);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult<IReadOnlyList<ChannelStep>>([new ChannelStep("write", false, problem.Message)]);
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <summary>The file that takes the next line: opened when it is not, a new one when this one is full or its period is over.</summary>
    private FileStream Current(int length)
    {
        if (_reopen || (_file is not null && !File.Exists(options.Path)))
        {
            _reopen = false;
            Close();
        }

        _file ??= Open();
        if (_file.Length > 0 && (_file.Length + length > options.MaxBytes || PeriodOf(time.GetUtcNow()) != _period))
        {
            Rotate();
        }

        return _file!;
    }

    private FileStream Open()
    {
        var isNew = !File.Exists(options.Path);
        var file = new FileStream(options.Path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 });
        try
        {
            if (isNew)
            {
                // The service's umask lets nobody else read; a log shipper is given the file's group.
                File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(options.Path))!);
            }

            _period = PeriodOf(file.Length == 0 ? time.GetUtcNow() : new DateTimeOffset(File.GetLastWriteTimeUtc(file.SafeFileHandle)));
            file.SetLength(EndOfLastLine(file));
            file.Seek(0, SeekOrigin.End);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private long PeriodOf(DateTimeOffset moment) => options.Period is { } period ? (moment - DateTimeOffset.UnixEpoch).Ticks / period.Ticks : 0;

    /// <summary>Where the last whole line ends: a stop may have cut the one behind it, which then comes again.</summary>
    private static long EndOfLastLine(FileStream file)
    {
        var end = file.Length;
        var piece = new byte[4_096];
        while (end > 0)
        {
            var start = Math.Max(0, end - piece.Length);
            file.Seek(start, SeekOrigin.Begin);
            var read = piece.AsSpan(0, (int)(end - start));
            file.ReadExactly(read);
            var last = read.LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                return start + last + 1;
            }

            end = start;
        }

        return 0;
    }

    /// <summary>As many lines as there is room for in the file, at least one.</summary>
    private static (int Count, byte[] Lines) Lines(IReadOnlyList<FeedMessage> messages, int first, long room)
    {
        var count = 0;
        long length = 0;
        while (first + count < messages.Count && (count == 0 || length + messages[first + count].Bytes.Length + 1 <= room))
        {
            length += messages[first + count++].Bytes.Length + 1;
        }

        var lines = new byte[length];
        var at = 0;
        for (var i = first; i < first + count; i++)
        {
            messages[i].Bytes.Span.CopyTo(lines.AsSpan(at));
            at += messages[i].Bytes.Length;
            lines[at++] = (byte)'\n';
        }

        return (count, lines);
    }

    private static async Task Append(FileStream file, byte[] lines, CancellationToken cancellation)
    {
        var before = file.Length;
        try
        {
            await file.WriteAsync(lines, cancellation).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            file.SetLength(before);
            throw;
        }
    }

    /// <summary>The name changes at once, so a reader by name sees the one file or the other.</summary>
    private void Rotate()
    {
        Close();
        File.Move(options.Path, EndedName());
        _file = Open();
        foreach (var old in EndedFiles().SkipLast(options.Kept))
        {
            File.Delete(old);
        }
    }

    /// <summary>Names sort by the moment at which the files ended, also of several in one second.</summary>
    private string EndedName()
    {
        var name = $"{options.Path}.{time.GetUtcNow().UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture)}";
        for (var i = 0; ; i++)
        {
            var free = $"{name}-{i:0000}";
            if (!File.Exists(free))
            {
                return free;
            }
        }
    }

    private IEnumerable<string> EndedFiles()
    {
        var path = Path.GetFullPath(options.Path);
        return Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".????????T??????Z-????").Order(StringComparer.Ordinal);
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
