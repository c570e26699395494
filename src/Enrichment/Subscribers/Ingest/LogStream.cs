using System.Globalization;
using System.Security.Cryptography;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>
/// A log file as its content: plain or in gzip, and known again by its first bytes when it was renamed, compressed, or has grown.
/// </summary>
internal sealed class LogStream : IDisposable
{
    // The first lines of a log have times or identifiers: what agrees in so much is the same log.
    private const int FingerprintBytes = 4096;

    // A plain file that nobody has written to for so long is whole, also without a line feed at its end.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private readonly LogFile _file;
    private readonly byte[] _start;
    private readonly DateTime? _lastWrite;

    private LogStream(LogFile file, byte[] start, DateTime? lastWrite)
    {
        _file = file;
        _start = start;
        _lastWrite = lastWrite;
    }

    /// <summary>Stands at the beginning.</summary>
    public Stream Content => _file.Content;

    /// <inheritdoc cref="LogFile.IsDamaged"/>
    public bool IsDamaged => _file.IsDamaged;

    public static LogStream Open(string path)
    {
        var lastWrite = File.GetLastWriteTimeUtc(path);
        var start = new byte[FingerprintBytes];
        using (var first = LogFile.Open(path))
        {
            start = start[..first.Content.ReadAtLeast(start, FingerprintBytes, throwOnEndOfStream: false)];
        }

        var file = LogFile.Open(path);
        return new LogStream(file, start, file.IsCompressed ? null : lastWrite);
    }

    /// <summary>Whether its last line is whole: nothing will be added to it, and no damage has cut it.</summary>
    public bool IsWholeAt(DateTimeOffset now) => !IsDamaged && (_lastWrite is not { } written || now.UtcDateTime - written > Settled);

    /// <summary>The name among positions: that under which a shorter state of it is known, or a new one.</summary>
    public string NameAmong(IReadOnlyCollection<string> known)
    {
        foreach (var length in known.Select(LengthIn).Where(length => length > 0 && length <= _start.Length).Distinct().OrderDescending())
        {
            var name = NameOf(length);
            if (known.Contains(name))
            {
                return name;
            }
        }

        return NameOf(_start.Length);
    }

    /// <summary>Skips what was read before.</summary>
    public void SkipTo(long offset)
    {
        if (Content.CanSeek)
        {
            Content.Position = offset;
            return;
        }

        var buffer = new byte[1 << 16];
        for (long left = offset; left > 0;)
        {
            var read = Content.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            left = read == 0 ? 0 : left - read;
        }
    }

    /// <inheritdoc cref="LogFile.Tell"/>
    public void Tell(ICollection<Problem> problems) => _file.Tell(problems);

    public void Dispose() => _file.Dispose();

    private string NameOf(int length) => string.Create(CultureInfo.InvariantCulture, $"{length}:{Convert.ToHexStringLower(SHA256.HashData(_start.AsSpan(0, length)).AsSpan(0, 16))}");

    private static int LengthIn(string name) => int.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf(':'))), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;
}
