using MinerFlow.Abstractions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Reads rules and sources again when it is asked to, and when their files have changed and then rested for one look. What has problems is refused whole, and
/// what is in force stays.
/// </summary>
internal sealed class SourceReload : IDisposable
{
    /// <summary>Problems of a refused set that are named.</summary>
    private const int MostTold = 100;

    private readonly SourceOptions _options;
    private readonly Func<ICollection<Problem>, LoadedSources> _load;
    private readonly Action<LoadedSources> _use;
    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly TimeProvider _time;
    private readonly AutoResetEvent _asked = new(initialState: false);
    private string _inForce;
    private string _lastSeen;
    private bool _stopped;

    /// <param name="options">The files, and how often they are looked at.</param>
    /// <param name="load">Reads them.</param>
    /// <param name="use">Puts what was read in force.</param>
    /// <param name="log">Told what came of it.</param>
    /// <param name="texts">Language of the log.</param>
    /// <param name="time">Stamps the last success.</param>
    public SourceReload(SourceOptions options, Func<ICollection<Problem>, LoadedSources> load, Action<LoadedSources> use, ServiceLog log, ServiceTexts texts, TimeProvider time)
    {
        _options = options;
        _load = load;
        _use = use;
        _log = log;
        _texts = texts;
        _time = time;
        _inForce = _lastSeen = Stamp();
        LastDone = time.GetUtcNow();
    }

    public long Done { get; private set; }

    public long Refused { get; private set; }

    /// <summary>When what is in force was read.</summary>
    public DateTimeOffset LastDone { get; private set; }

    /// <summary>False while files lie there that were refused.</summary>
    public bool IsUpToDate { get; private set; } = true;

    /// <summary>Reads all again soon, changed or not.</summary>
    public void Ask() => _asked.Set();

    public void Stop()
    {
        Volatile.Write(ref _stopped, true);
        _asked.Set();
    }

    /// <summary>Looks and listens until it is stopped.</summary>
    public void Run()
    {
        var rest = _options.WatchSeconds > 0 ? TimeSpan.FromSeconds(_options.WatchSeconds) : Timeout.InfiniteTimeSpan;
        while (true)
        {
            var wasAsked = _asked.WaitOne(rest);
            if (Volatile.Read(ref _stopped))
            {
                return;
            }

            if (wasAsked || HasChanged())
            {
                Reload();
            }
        }
    }

    public void Dispose() => _asked.Dispose();

    /// <summary>Changed since it was last read, and not still being written.</summary>
    private bool HasChanged()
    {
        var stamp = Stamp();
        var rested = stamp == _lastSeen;
        _lastSeen = stamp;
        return rested && stamp != _inForce;
    }

    private void Reload()
    {
        _inForce = _lastSeen = Stamp();
        var problems = new List<Problem>();
        var loaded = _load(problems);
        IsUpToDate = problems.Count == 0;
        if (problems.Count == 0)
        {
            _use(loaded);
            Done++;
            LastDone = _time.GetUtcNow();
            _log.Say(_texts.Reloaded, loaded.Rules.Protocols.Count(), loaded.Intervals);
            if (loaded.LinesLeftOut > 0)
            {
                _log.Warn(_texts.LinesLeftOut, loaded.LinesLeftOut);
            }

            return;
        }

        Refused++;
        _log.Fail(_texts.ReloadRefused, problems.Count);
        foreach (var problem in problems.Take(MostTold))
        {
            _log.Fail("{0}", _texts.Problems.Of(problem));
        }
    }

    /// <summary>Name, length and time of change of every file.</summary>
    private string Stamp()
    {
        var files = new List<string>([.. _options.Subscribers, .. _options.Inventories, .. _options.Radius]);
        if (!string.IsNullOrEmpty(_options.Geo))
        {
            files.Add(_options.Geo);
        }

        try
        {
            files.AddRange(Directory.EnumerateFiles(_options.Rules, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            files.Add(problem.Message);
        }

        return string.Join('\n', files.Select(path => new FileInfo(path)).Select(file => file.Exists ? $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}" : $"{file.FullName} -"));
    }
}
