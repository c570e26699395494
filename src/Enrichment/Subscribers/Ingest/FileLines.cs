using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>The lines of one file, each with its place, into an intake.</summary>
internal abstract class FileLines : IPlacedLineHandler
{
    /// <summary>Told of the byte behind each line or record that was taken.</summary>
    public Action<long> Taken { get; set; } = _ => { };

    public abstract void Take(in PlacedLine line);

    /// <summary>The file is at its end. Returns the bytes of what may still be written and is left for the next time.</summary>
    public virtual long End(bool isWhole) => 0;

    /// <summary>Says what was not understood.</summary>
    public abstract void Report(FileReport report);

    /// <summary>The name of a reason as reports spell it: <c>bad-time</c>.</summary>
    public static string WordOf(string reason) =>
        string.Concat(reason.Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"-{char.ToLowerInvariant(letter)}" : char.ToLowerInvariant(letter).ToString()));
}

/// <summary>Lines of a translation log.</summary>
internal sealed class TranslationLines(IntervalIntake intake, int input, LogPosition position, NatProfile profile, NatLineOptions options, Stream? quarantine) : FileLines
{
    // A log read with a wrong profile must not fill the disk a second time.
    private const long MostQuarantineBytes = 256L << 20;

    private readonly NatLineParser _parser = new(profile, options, intake.Nat);
    private readonly LineDigester _digester = new();

    public override void Take(in PlacedLine line)
    {
        intake.Line(input, line.Offset, line.Offset < position.Read);
        if (_parser.Parse(line.Bytes, PacketTime.None, digest: _digester.Of(line)) is not (LineRejection.None or LineRejection.Empty) && quarantine?.Position < MostQuarantineBytes)
        {
            quarantine.Write(line.Bytes);
            quarantine.WriteByte((byte)'\n');
        }

        intake.Reached(input, line.Next);
        Taken(line.Next);
    }

    public override void Report(FileReport report)
    {
        foreach (var reason in Enum.GetValues<LineRejection>())
        {
            report.Reject(WordOf(reason.ToString()), _parser.Counters[reason]);
        }
    }
}

/// <summary>Lines of an accounting file. Its records are joined at once, so where one has ended everything before is in the store.</summary>
internal sealed class AccountingLines : FileLines
{
    private readonly IntervalIntake _intake;
    private readonly int _input;
    private readonly RadiusRecordParser _parser;
    private readonly RadiusDetailLines _lines;
    private readonly long _malformedBefore;
    private long _ended;
    private long _last;

    public AccountingLines(IntervalIntake intake, int input, LogPosition position, string path, ICollection<Problem> problems)
    {
        (_intake, _input, _ended, _last) = (intake, input, position.Joined, position.Joined);
        _malformedBefore = intake.Radius.Log.Malformed;
        var options = new RadiusOptions();
        _parser = new RadiusRecordParser(path, intake.Radius, problems, options);
        _lines = new RadiusDetailLines(_parser, options.MaxLineBytes, Ended);
    }

    public override void Take(in PlacedLine line)
    {
        _last = line.Next;
        _lines.Take(line);
    }

    public override long End(bool isWhole)
    {
        if (isWhole)
        {
            _parser.End(cutOff: false);
            _intake.Reached(_input, _last);
            return 0;
        }

        _parser.Leave();
        return _last - _ended;
    }

    public override void Report(FileReport report) => report.Reject("malformed", _intake.Radius.Log.Malformed - _malformedBefore);

    private void Ended(long next)
    {
        _ended = next;
        _intake.Reached(_input, next);
        Taken(next);
    }
}
