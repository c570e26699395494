using MinerFlow.Abstractions;
using MinerFlow.Capture.Files;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>A log file that is open for reading: plain, or in gzip when its name ends so.</summary>
internal sealed class LogFile : IDisposable
{
    private readonly string _path;
    private readonly Unpacked? _unpacked;

    private LogFile(string path)
    {
        _path = path;
        Content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        IsCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        if (IsCompressed)
        {
            Content = _unpacked = new Unpacked(Content);
        }
    }

    public bool IsCompressed { get; }

    /// <summary>Stands at the beginning; a plain one can seek.</summary>
    public Stream Content { get; }

    /// <summary>The content met damage of the gzip and ended there: its last line, or what else was begun, is not whole.</summary>
    public bool IsDamaged => _unpacked?.Damage is not null;

    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static LogFile Open(string path) => new(path);

    /// <summary>Adds what is wrong with the gzip as far as it was read.</summary>
    public void Tell(ICollection<Problem> problems)
    {
        if (_unpacked?.Damage is { } damage)
        {
            problems.Add(new Problem(_path, 0, 0, $"cannot be read to its end: {damage}"));
        }
    }

    public void Dispose() => Content.Dispose();

    /// <summary>Ends at damage: what was unpacked until then is a log like another.</summary>
    private sealed class Unpacked(Stream packed) : ForwardStream
    {
        private readonly GzipInput _content = new(packed);

        public Sentence? Damage { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return Damage is null ? _content.Read(buffer) : 0;
            }
            catch (GzipException problem)
            {
                Damage = problem.Sentence;
                return 0;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
