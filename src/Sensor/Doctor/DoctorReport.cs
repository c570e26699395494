using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>Findings for people, or one JSON object a line.</summary>
internal static class DoctorReport
{
    /// <summary>Tells the findings of a visit.</summary>
    /// <returns>1 when something needs a person.</returns>
    public static int Tell(Terminal terminal, IReadOnlyList<Finding> findings, bool inJson, DoctorTexts texts)
    {
        if (inJson)
        {
            WriteJsonLines(terminal.Output, findings);
        }
        else
        {
            WriteText(terminal.Output, findings, texts);
        }

        return findings.All(finding => finding.State == FindingState.Good) ? ExitCode.Done : ExitCode.NeedsPerson;
    }

    private static void WriteJsonLines(Stream output, IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartObject();
                json.WriteString("event_type", "doctor");
                json.WriteString("check", finding.Check);
                json.WriteString("subject", finding.Subject);
                json.WriteString("state", finding.State.ToString().ToLowerInvariant());
                json.WriteString("seen", finding.Seen);
                json.WriteString("advice", finding.Advice);
                json.WriteEndObject();
            }

            output.Write("\n"u8);
        }
    }

    private static void WriteText(Stream output, IReadOnlyList<Finding> findings, DoctorTexts texts)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            var subject = finding.Subject.Length > 0 ? $" {finding.Subject}" : "";
            text.Append(CultureInfo.InvariantCulture, $"[{texts.States[finding.State]}] {finding.Check}{subject}: {CellGuard.Printable(finding.Seen)}\n");
            if (finding.Advice.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    -> {CellGuard.Printable(finding.Advice)}\n");
            }
        }

        text.AppendFormat(CultureInfo.InvariantCulture, texts.Summary, Count(FindingState.Good), Count(FindingState.Doubtful), Count(FindingState.Bad)).Append('\n');
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));

        int Count(FindingState state) => findings.Count(finding => finding.State == state);
    }
}
