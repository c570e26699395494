using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.HitLists;

/// <summary>The cells of one hit as a person reads them; every text from the wire is cleaned.</summary>
internal sealed class HitListTableRow(Sighting sighting, TimeSpan offset, ReportTexts texts)
{
    private readonly MiningEvent _event = sighting.Best.Event;

    public bool IsAccepted => _event.State == MiningState.Accepted;

    public string Client => sighting.Connections == 1 && sighting.ClientPorts.Count == 1
        ? new Endpoint(sighting.Client, sighting.ClientPorts[0]).ToString()
        : Lines(sighting.Client.ToString(), PluralFormat.Of(texts.Connections, sighting.Connections));

    public string Pool => Lines(CellGuard.Printable(sighting.Best.Pool?.Name ?? _event.PoolTag ?? _event.PoolHost ?? ""), sighting.Server.ToString());

    public string CoinAndDialect => Lines(CellGuard.Printable(_event.Coin), CellGuard.Printable(_event.Dialect));

    public string State => _event.Role == MiningRole.Miner ? texts.States[_event.State] : $"{texts.States[_event.State]}, {texts.Roles[_event.Role]}";

    public string Shares => Lines(
        string.Create(CultureInfo.InvariantCulture, $"{_event.SharesAccepted}/{_event.SharesRejected}"),
        _event.SharesStale > 0 ? string.Format(CultureInfo.InvariantCulture, texts.Stale, _event.SharesStale) : "");

    public string Rate => _event.Hashrate is { } rate ? HumanUnits.Rate(rate) : "";

    public string Power => sighting.Best.Power is { } power
        ? Lines(HumanUnits.Power(power.Watts), $"{HumanUnits.Power(power.LowWatts)}–{HumanUnits.Power(power.HighWatts)}")
        : "";

    public string Subscriber
    {
        get
        {
            if (sighting.Best.Attribution is not { } answer)
            {
                return "";
            }

            var row = new HitListRow(0, sighting, offset, texts);
            var who = row.OfCandidates((candidate, shown) => shown?.Name ?? Masking.Account(candidate));
            var where = row.OfCandidates((_, shown) => shown?.InstallationAddress);
            var outcome = answer.Grade is { } grade ? $"{texts.Outcomes[answer.Outcome]} {grade}" : texts.Outcomes[answer.Outcome];
            return Lines(CellGuard.Printable(who), CellGuard.Printable(where), outcome, CellGuard.Printable(string.Join("; ", answer.Missing)));
        }
    }

    public string Interval => HumanUnits.Interval(sighting.FirstSeen, sighting.LastSeen, offset);

    /// <summary>The interval on two lines, for a narrow column.</summary>
    public string Seen => Interval.Replace(" – ", "\n", StringComparison.Ordinal).Replace('–', '\n');

    /// <summary>How far the conversation came, with the frame to look at: a share that the pool took says more than a login.</summary>
    public string Why => _event.Evidence.Count == 0
        ? CellGuard.Printable(_event.Rule)
        : CellGuard.Printable($"{texts.Reason(_event.Evidence[^1])} ({texts.FrameWord} {_event.Evidence[^1].FrameNumber})");

    private static string Lines(params ReadOnlySpan<string> lines)
    {
        var text = "";
        foreach (var line in lines)
        {
            text = line.Length == 0 ? text : text.Length == 0 ? line : $"{text}\n{line}";
        }

        return text;
    }
}
