using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Findings;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>What is written when a run is over, in the format that was asked for; JSON lines were written as they came.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="rules">Say in Chinese what their protocols saw.</param>
/// <param name="terminal">Where a table may be drawn.</param>
internal sealed class FindingLists(ReplayOptions options, RuleSet rules, Terminal terminal)
{
    public void Write(
        OutputTarget target, FindingJsonWriter? json, IReadOnlyList<Sighting> sightings, FindingSink sink, CaptureTotals totals, IReadOnlyList<NamedCount> counters)
    {
        switch (options.Format)
        {
            case OutputFormat.JsonLines:
                target.Write(_ =>
                {
                    if (options.Stats)
                    {
                        json!.WriteCounters(counters);
                    }

                    json!.Flush();
                });
                break;
            case OutputFormat.Csv:
                target.Write(stream => HitListCsv.Write(stream, sightings, options.Offset, options.Language, rules.ReasonsInChinese, options.Encoding));
                break;
            default:
                target.Write(stream => WriteTable(stream, sightings, sink, totals));
                break;
        }
    }

    private void WriteTable(Stream stream, IReadOnlyList<Sighting> sightings, FindingSink sink, CaptureTotals totals)
    {
        var isTerminal = terminal.OutputIsTerminal && options.Output is null;
        var summary = new HitListSummary
        {
            Captures = totals.Captures,
            CapturesUnread = totals.Unread,
            Frames = totals.Frames,
            Bytes = totals.Bytes,
            PoolBackends = sink[MiningRole.PoolBackend],
            Nodes = sink[MiningRole.Node],
            Visitors = sink[MiningRole.Visitor],
            First = sink.First,
            Last = sink.Last,
        };
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 65_536, leaveOpen: true) { NewLine = "\n" };
        HitListTable.Write(
            writer,
            sightings,
            summary,
            new HitListTableSettings(isTerminal ? terminal.Width : Terminal.PageWidth, isTerminal, options.Language, options.Offset, options.Rows) { ReasonsInChinese = rules.ReasonsInChinese });
    }
}
