using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Reporting.HitLists;
using Spectre.Console;

namespace MinerFlow.Sensor.Hosting;

/// <summary>A column of what a verb of the ledger shows.</summary>
/// <param name="Name">Of the machine format, the same in every language.</param>
/// <param name="Title">In the user's language.</param>
internal sealed record DeskColumn(string Name, string Title)
{
    public static DeskColumn[] Of(IReadOnlyList<string> names, IReadOnlyList<string> titles) => [.. names.Zip(titles, (name, title) => new DeskColumn(name, title))];
}

/// <summary>What verbs of the ledger show: a table for people, or one JSON object a line.</summary>
internal sealed class DeskOutput(Terminal terminal, bool inJson, TimeSpan offset)
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="columns">Of each row.</param>
    /// <param name="rows">Values: texts, numbers, flags, moments, lists of texts; null where there is none.</param>
    /// <param name="word">How a word of the machine format reads in the user's language.</param>
    public void Write(IReadOnlyList<DeskColumn> columns, IEnumerable<object?[]> rows, Func<Enum, string> word)
    {
        if (inJson)
        {
            foreach (var row in rows)
            {
                WriteObject(columns, row);
            }

            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns([.. columns.Select(column => new TableColumn(Markup.Escape(column.Title)).NoWrap())]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(value => Markup.Escape(CellGuard.Printable(Text(value, word))))]);
        }

        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = terminal.OutputIsTerminal ? terminal.Width : 1_000;
        console.Write(table);
        terminal.Output.Write(Encoding.UTF8.GetBytes(string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)) + "\n"));
    }

    /// <summary>For people only; a machine has the exit code.</summary>
    public void Note(string text, params object[] values) => terminal.Error.WriteLine($"minerflow: {string.Format(CultureInfo.InvariantCulture, text, values)}");

    private void WriteObject(IReadOnlyList<DeskColumn> columns, object?[] row)
    {
        using (var json = new Utf8JsonWriter(terminal.Output, JsonOptions))
        {
            json.WriteStartObject();
            foreach (var (column, value) in columns.Zip(row))
            {
                json.WritePropertyName(column.Name);
                switch (value)
                {
                    case null:
                        json.WriteNullValue();
                        break;
                    case bool flag:
                        json.WriteBooleanValue(flag);
                        break;
                    case int or long:
                        json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                        break;
                    case IReadOnlyList<string> texts:
                        JsonSerializer.Serialize(json, texts);
                        break;
                    default:
                        json.WriteStringValue(Text(value, other => other.ToString()));
                        break;
                }
            }

            json.WriteEndObject();
        }

        terminal.Output.Write("\n"u8);
    }

    private string Text(object? value, Func<Enum, string> word) => value switch
    {
        null => "",
        bool flag => flag ? "✓" : "",
        DateTimeOffset moment => moment.ToOffset(offset).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        TimeSpan span => string.Create(CultureInfo.InvariantCulture, $"{(span < TimeSpan.Zero ? "-" : "")}{(long)span.Duration().TotalHours}:{span.Duration().Minutes:00}"),
        Enum any => word(any),
        IReadOnlyList<string> texts => string.Join(", ", texts),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
