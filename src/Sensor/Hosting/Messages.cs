using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Lines for people on standard error, with a progress line below them on a terminal. Remembers what the exit code must tell, and the
/// first lines for the notes of a workbook.
/// </summary>
internal sealed class Messages(Terminal terminal, CommandTexts texts) : IDisposable
{
    /// <summary>Problems of one source that are named.</summary>
    private const int MostTold = 100;

    /// <summary>Lines kept for the notes.</summary>
    private const int MostKept = 1_000;

    /// <summary>ECMA-48: back to the first column, erase to the end of the line.</summary>
    private const string EraseLine = "\r\u001b[K";

    private readonly Lock _turn = new();
    private readonly List<string> _kept = [];
    private Timer? _timer;
    private bool _progressShown;

    public IReadOnlyList<string> Kept => _kept;

    /// <summary>Something that a person should look at was told.</summary>
    public bool NeedsPerson { get; private set; }

    /// <summary>An input could not be read at all.</summary>
    public bool Unreadable { get; private set; }

    /// <summary>For information.</summary>
    public void Note(string text) => Write(text);

    /// <summary>Something in an input that a person should look at.</summary>
    public void Finding(string text)
    {
        NeedsPerson = true;
        Write(text);
    }

    /// <summary>An input that could not be read.</summary>
    public void Failure(string text)
    {
        Unreadable = true;
        Write(text);
    }

    /// <summary>Problems of one source: a whole file is a failure, a line of it a finding. The first are named, the rest is counted.</summary>
    public void Tell(IReadOnlyCollection<Problem> problems)
    {
        foreach (var problem in problems.Take(MostTold))
        {
            if (problem.Line == 0)
            {
                Failure(texts.Problems.Of(problem));
            }
            else
            {
                Finding(texts.Problems.Of(problem));
            }
        }

        if (problems.Count > MostTold)
        {
            Finding(string.Format(CultureInfo.InvariantCulture, texts.MoreProblems, problems.Count - MostTold));
        }
    }

    /// <summary>Shows progress twice a second while standard error is a terminal.</summary>
    public void StartProgress(Func<string> line)
    {
        if (terminal.ErrorIsTerminal)
        {
            _timer = new Timer(_ => ShowProgress(line), null, 500, 500);
        }
    }

    public void StopProgress()
    {
        _timer?.Dispose();
        _timer = null;
        lock (_turn)
        {
            EraseProgress();
        }
    }

    public void Dispose() => StopProgress();

    private void ShowProgress(Func<string> line)
    {
        lock (_turn)
        {
            if (_timer is not null)
            {
                terminal.Error.Write(EraseLine + line());
                _progressShown = true;
            }
        }
    }

    private void Write(string text)
    {
        var printable = CellGuard.Printable(text);
        lock (_turn)
        {
            if (_kept.Count < MostKept)
            {
                _kept.Add(printable);
            }

            EraseProgress();
            terminal.Error.WriteLine($"minerflow: {printable}");
        }
    }

    private void EraseProgress()
    {
        if (_progressShown)
        {
            terminal.Error.Write(EraseLine);
            _progressShown = false;
        }
    }
}
