using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Sensor.Commands;

/// <summary>Shows what a profile makes of a sample: tables for people, one object a line for programs.</summary>
internal sealed class NatLogReport(NatLogTrial trial, TimeSpan offset, NatLogTexts texts)
{
    // Texts go to the terminal or a file, never into HTML.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void WriteTables(TextWriter output)
    {
        if (trial.Events.Count > 0)
        {
            Table(output, texts.Events, texts.Columns, trial.Events.Select(Row));
        }

        if (trial.Intervals.Count > 0)
        {
            Table(output, texts.Intervals, texts.IntervalColumns, trial.Intervals.Select(Row));
        }

        if (trial.Rejections.Count > 0)
        {
            Table(output, texts.Rejected, texts.RejectionColumns, trial.Rejections.Select(Row));
        }

        output.WriteLine(string.Format(
            CultureInfo.InvariantCulture, texts.Summary, trial.Lines, trial.Events.Count, trial.Ignored, trial.Rejections.Count, trial.Intervals.Count));
        if (trial.BadPriorities > 0)
        {
            output.WriteLine(string.Format(CultureInfo.InvariantCulture, texts.BadPriorities, trial.BadPriorities));
        }
    }

    public void WriteLines(Stream output)
    {
        foreach (var happened in trial.Events)
        {
            Line(output, json => Write(json, happened));
        }

        foreach (var interval in trial.Intervals)
        {
            Line(output, json => Write(json, interval));
        }

        foreach (var rejection in trial.Rejections)
        {
            Line(output, json => Write(json, rejection));
        }

        Line(output, WriteSummary);
    }

    private string[] Row(TrialEvent happened) =>
    [
        happened.Line.ToString(CultureInfo.InvariantCulture), Word(happened.Kind), happened.Device, Moment(happened.Time), Inner(happened.Inner, happened.InnerPort),
        happened.Outer.ToString(), Ports(happened.FirstPort, happened.LastPort), Protocol(happened.Protocol),
        Join(happened.Vrf, happened.Account, happened.Destination == default ? null : $"→ {Inner(happened.Destination, happened.DestinationPort)}"),
    ];

    private string[] Row(TrialInterval interval) =>
    [
        interval.Device, Inner(interval.Inner, 0), interval.Outer.ToString(), Ports(interval.FirstPort, interval.LastPort), Protocol(interval.Protocol),
        Moment(interval.From), interval.To is { } to ? Moment(to) : texts.Open,
        Join(interval.Vrf, interval.Account, interval.StartIsEstimated ? texts.EstimatedStart : null, interval is { EndIsEstimated: true, To: not null } ? texts.EstimatedEnd : null),
    ];

    private string[] Row(TrialRejection rejection) =>
    [
        rejection.Line.ToString(CultureInfo.InvariantCulture), rejection.Column == 0 ? "" : rejection.Column.ToString(CultureInfo.InvariantCulture),
        texts.Reasons[rejection.Reason], rejection.Expected, CellGuard.Printable(rejection.Found),
    ];

    private static void Table(TextWriter output, string title, string[] columns, IEnumerable<string[]> rows)
    {
        var lines = rows.Prepend(columns).ToList();
        var widths = Enumerable.Range(0, columns.Length).Select(column => lines.Max(line => Width(line[column]))).ToArray();
        output.WriteLine($"{title}:");
        foreach (var line in lines)
        {
            var text = new StringBuilder(" ");
            for (var i = 0; i < columns.Length; i++)
            {
                text.Append(' ').Append(line[i]).Append(' ', widths[i] - Width(line[i]) + 1);
            }

            output.WriteLine(text.ToString().TrimEnd());
        }

        output.WriteLine();
    }

    /// <summary>Columns on a terminal: ideographs take two.</summary>
    private static int Width(string text) => text.Sum(c => c is >= '\u1100' and (<= '\u115F' or >= '\u2E80') ? 2 : 1);

    private static string Join(params string?[] parts) => string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part)));

    private static string Inner(IpAddress address, int port) =>
        address == default ? "" : port == 0 ? address.ToString() : address.IsIPv4 ? $"{address}:{port}" : $"[{address}]:{port}";

    private string Ports(int first, int last) => (first, last) == (0, ushort.MaxValue) ? texts.All : first == last ? $"{first}" : $"{first}-{last}";

    private string Protocol(byte protocol) => protocol switch { 0 => texts.Any, 6 => "TCP", 17 => "UDP", 1 => "ICMP", _ => protocol.ToString(CultureInfo.InvariantCulture) };

    private string Moment(PacketTime time) => time.ToDateTimeOffset().ToOffset(offset).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private void Write(Utf8JsonWriter json, TrialEvent happened)
    {
        json.WriteNumber("line", happened.Line);
        json.WriteString("event", Word(happened.Kind));
        json.WriteString("device", happened.Device);
        json.WriteString("time", happened.Time.ToIso8601(offset));
        WriteInner(json, happened.Inner, happened.Vrf, happened.Account);
        if (happened.InnerPort != 0)
        {
            json.WriteNumber("inner_port", happened.InnerPort);
        }

        WritePorts(json, happened.Outer, happened.FirstPort, happened.LastPort, happened.Protocol);
        if (happened.Destination != default)
        {
            json.WriteString("destination", happened.Destination.ToString());
            json.WriteNumber("destination_port", happened.DestinationPort);
        }

        WriteMoment(json, "started", happened.Started);
        WriteMoment(json, "received", happened.Received);
        json.WriteString("digest", happened.Digest);
    }

    private void Write(Utf8JsonWriter json, TrialInterval interval)
    {
        json.WriteString("interval", interval.Device);
        WriteInner(json, interval.Inner, interval.Vrf, interval.Account);
        WritePorts(json, interval.Outer, interval.FirstPort, interval.LastPort, interval.Protocol);
        json.WriteString("from", interval.From.ToIso8601(offset));
        json.WriteString("to", interval.To?.ToIso8601(offset));
        json.WriteBoolean("start_estimated", interval.StartIsEstimated);
        json.WriteBoolean("end_estimated", interval.EndIsEstimated);
        json.WriteString("last_proof", interval.LastProof.ToIso8601(offset));
    }

    private static void Write(Utf8JsonWriter json, TrialRejection rejection)
    {
        json.WriteNumber("line", rejection.Line);
        json.WriteString("rejected", Words(rejection.Reason.ToString()));
        if (rejection.Column > 0)
        {
            json.WriteNumber("column", rejection.Column);
            json.WriteString("wanted", rejection.Expected);
            json.WriteString("found", rejection.Found);
            json.WriteString("pattern", rejection.Pattern);
        }
    }

    private void WriteSummary(Utf8JsonWriter json)
    {
        json.WriteNumber("lines", trial.Lines);
        json.WriteNumber("events", trial.Events.Count);
        json.WriteNumber("ignored", trial.Ignored);
        json.WriteNumber("rejected", trial.Rejections.Count);
        json.WriteNumber("intervals", trial.Intervals.Count);
        json.WriteNumber("bad_priorities", trial.BadPriorities);
    }

    private static void WriteInner(Utf8JsonWriter json, IpAddress inner, string? vrf, string? account)
    {
        if (inner != default)
        {
            json.WriteString("inner", inner.ToString());
        }

        if (vrf is not null)
        {
            json.WriteString("vrf", vrf);
        }

        if (account is not null)
        {
            json.WriteString("account", account);
        }
    }

    private static void WritePorts(Utf8JsonWriter json, IpAddress outer, int first, int last, byte protocol)
    {
        json.WriteString("outer", outer.ToString());
        json.WriteNumber("first_port", first);
        json.WriteNumber("last_port", last);
        json.WriteNumber("protocol", protocol);
    }

    private void WriteMoment(Utf8JsonWriter json, string name, PacketTime time)
    {
        if (!time.IsNone)
        {
            json.WriteString(name, time.ToIso8601(offset));
        }
    }

    private static void Line(Stream output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, Json))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static string Word(NatEventKind kind) => Words(kind.ToString());

    /// <summary>The name of a member as the rules write it: <c>block-allocated</c>.</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && words.Length > 0)
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
