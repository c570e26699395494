using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Reporting.Forms;

/// <summary>Counts of a snapshot: by county, and over all.</summary>
internal sealed class FormFigures
{
    public FormFigures(FormSource source)
    {
        var states = source.Snapshot.Cases.GroupBy(line => line.Subject).ToDictionary(group => group.Key, group => group.Last().State);
        var counties = source.Snapshot.Counties.ToDictionary(week => week.RegionCode, week => new CountyFigures(week), StringComparer.Ordinal);
        foreach (var answer in source.Snapshot.Answers)
        {
            var isPerson = source.Shown(answer.Subject)?.IsNaturalPerson;
            var isCleared = answer.Subject is { } subject && states.GetValueOrDefault(subject) == CaseState.Cleared;
            Total.Add(answer, isPerson, isCleared);
            counties[answer.RegionCode ?? ""].Add(answer, isPerson, isCleared);
        }

        foreach (var line in source.Snapshot.Cases)
        {
            Total.Add(line);
            counties[line.RegionCode ?? ""].Add(line);
        }

        Counties = [.. counties.Values.Where(county => county.IsNamed || county.Listed > 0 || county.Cases > 0)];
        Rows = source.Head.Batches.Sum(batch => batch.Rows - batch.Noise);
    }

    /// <summary>In the order of the regions; rows without a county last, if there are any.</summary>
    public IReadOnlyList<CountyFigures> Counties { get; }

    public CountyFigures Total { get; } = new(week: null);

    /// <summary>Rows of the lists that ask something.</summary>
    public int Rows { get; }
}

/// <summary>Counts of one county.</summary>
internal sealed class CountyFigures(CountyWeek? week)
{
    private readonly HashSet<long> _organisations = [];
    private readonly HashSet<long> _persons = [];
    private readonly int[] _answers = new int[Enum.GetValues<RowAnswer>().Length];
    private readonly int[] _judgements = new int[Enum.GetValues<Judgement>().Length];

    /// <summary>How its week was judged; null for all counties together.</summary>
    public CountyWeek? Judged => week;

    public CountyWeek Week => week!;

    /// <summary>A county that a notice can go to.</summary>
    public bool IsNamed => week is { RegionCode.Length: > 0 };

    public int Listed { get; private set; }

    /// <summary>Answered, whatever the answer.</summary>
    public int Verified => Listed - this[RowAnswer.Silent];

    public int Ours => Listed - this[RowAnswer.NotOurs] - this[RowAnswer.BadFormat] - this[RowAnswer.Duplicate];

    public int Unanswerable => this[RowAnswer.None] + this[RowAnswer.Insufficient] + this[RowAnswer.BadFormat];

    public int Organisations => _organisations.Count;

    public int Persons => _persons.Count;

    public int Key { get; private set; }

    public int KeyCleared { get; private set; }

    /// <summary>Listed miners.</summary>
    public int Miners { get; private set; }

    /// <summary>Of these, those our sensors saw.</summary>
    public int MinersSeen { get; private set; }

    public int Cases { get; private set; }

    public int Open { get; private set; }

    public int Cleared { get; private set; }

    /// <summary>Cases in which mining is not confirmed yet.</summary>
    public int Unconfirmed => Cases - Open - Cleared;

    public int OwnDiscoveries { get; private set; }

    public int ConcentratedOpen { get; private set; }

    public int PublicResourceOpen { get; private set; }

    public int BitcoinOpen { get; private set; }

    public double Kilowatts { get; private set; }

    /// <summary>Share of what we saw ourselves in all that is known: listed miners and own discoveries.</summary>
    public double? OwnShare => Miners + OwnDiscoveries == 0 ? null : (double)(MinersSeen + OwnDiscoveries) / (Miners + OwnDiscoveries);

    public int this[RowAnswer answer] => _answers[(int)answer];

    public int this[Judgement judgement] => _judgements[(int)judgement];

    public void Add(AnswerLine answer, bool? isPerson, bool isCleared)
    {
        Listed++;
        _answers[(int)answer.Answer]++;
        if (answer.Judgement is { } judgement)
        {
            _judgements[(int)judgement]++;
            if (judgement.IsMining())
            {
                Miners++;
                MinersSeen += answer.OwnView == OwnView.Seen ? 1 : 0;
            }
        }

        if (answer.Subject is { } subject && isPerson is { } person)
        {
            (person ? _persons : _organisations).Add(subject);
        }

        if (answer.IsPriority || answer.IsConcentrated || answer.IsPublicResource || answer.IsBitcoin)
        {
            Key++;
            KeyCleared += isCleared ? 1 : 0;
        }
    }

    public void Add(CaseLine line)
    {
        if (line.State == CaseState.Dismissed)
        {
            return;
        }

        Cases++;
        OwnDiscoveries += line.IsOwnDiscovery ? 1 : 0;
        Cleared += line.State == CaseState.Cleared ? 1 : 0;
        if (!line.IsOpen)
        {
            return;
        }

        Open++;
        Kilowatts += line.Kilowatts ?? 0;
        ConcentratedOpen += line.IsConcentrated ? 1 : 0;
        PublicResourceOpen += line.IsPublicResource ? 1 : 0;
        BitcoinOpen += line.IsBitcoin ? 1 : 0;
    }
}
