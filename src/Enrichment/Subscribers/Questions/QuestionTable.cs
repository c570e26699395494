using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Questions;

/// <summary>How exact a stated time is.</summary>
public enum TimePrecision : byte
{
    /// <summary>As many digits as the text has.</summary>
    AsWritten,
    Second,
    Minute,
    Hour,
    Day,
}

/// <summary>A row of a list of questions. Rows that cannot be read are kept: they are answered as invalid, not dropped.</summary>
/// <param name="Row">Its number in the list (序号), or file and line.</param>
/// <param name="Question">Null when the row cannot be read; that was reported.</param>
/// <param name="Precision">Word of the machine format: <c>second</c>, <c>minute</c>, <c>hour</c>, <c>day</c>, <c>window</c>.</param>
public sealed record ListedQuestion(string Row, AttributionQuestion? Question, string Precision)
{
    /// <summary>The same at another time: what a list means that was written by a clock of another zone.</summary>
    public ListedQuestion Shift(TimeSpan by) => Question is not { } question ? this : this with
    {
        Question = question with { From = new PacketTime(question.From.UnixNanoseconds + (by.Ticks * 100)), To = new PacketTime(question.To.UnixNanoseconds + (by.Ticks * 100)) },
    };
}

/// <summary>Lists of addresses and times as CSV, with the headers of the regulator's form or their English words.</summary>
public static class QuestionTable
{
    private static readonly string[] Required = ["IP地址|ip", "发现时间|at|首次发现时间|from|最近发现时间|to"];

    /// <summary>Reads the list. Every field that cannot be read is named in <paramref name="problems"/> with line and column.</summary>
    public static IReadOnlyList<ListedQuestion> Load(string path, TimeSpan utcOffset, TimePrecision precision, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (CsvFile.Read(path, Required, problems) is not { } file)
        {
            return [];
        }

        return [.. file.Rows.Select(row => Read(file, row, utcOffset, precision))];
    }

    /// <summary>One question from single fields, as a command line has them.</summary>
    /// <param name="time">The time asked, such as <c>2022-04-07T21:03+08:00</c>.</param>
    /// <param name="utcOffset">Zone of a time that names none.</param>
    /// <param name="precision">What the time is exact to.</param>
    /// <param name="window">First and last moment.</param>
    /// <param name="word">The precision's word.</param>
    public static bool TryReadTime(string time, TimeSpan utcOffset, TimePrecision precision, out (PacketTime From, PacketTime To) window, out string word)
    {
        window = default;
        word = "";
        if (!CsvTimes.TryParse(time, utcOffset, out var from, out var length))
        {
            return false;
        }

        length = precision switch
        {
            TimePrecision.Second => TimeSpan.FromSeconds(1),
            TimePrecision.Minute => TimeSpan.FromMinutes(1),
            TimePrecision.Hour => TimeSpan.FromHours(1),
            TimePrecision.Day => TimeSpan.FromDays(1),
            _ => length,
        };
        if (precision != TimePrecision.AsWritten)
        {
            var local = from.ToDateTimeOffset().ToOffset(utcOffset);
            from = PacketTime.From(new DateTimeOffset(local.Ticks - (local.Ticks % length.Ticks), utcOffset));
        }

        word = length.TotalSeconds switch { < 1 => "instant", 1 => "second", 60 => "minute", 3600 => "hour", _ => "day" };
        window = (from, length == TimeSpan.Zero ? from : new PacketTime(from.UnixNanoseconds + (length.Ticks * 100) - 1));
        return true;
    }

    public static bool TryReadProtocol(string text, out byte protocol)
    {
        protocol = text.ToUpperInvariant() switch { "TCP" => 6, "UDP" => 17, "ICMP" => 1, _ => 0 };
        return protocol != 0 || text.Length == 0 || byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out protocol);
    }

    private static ListedQuestion Read(CsvFile file, CsvRow row, TimeSpan utcOffset, TimePrecision precision)
    {
        var name = file.Get(row, "序号", "row");
        name = name.Length > 0 ? name : $"{Path.GetFileName(file.Path)}:{row.Line}";
        var isGood = AddressText.TryParse(file.Get(row, "IP地址", "ip"), out var address);
        if (!isGood)
        {
            Report(file, row, "IP地址", "ip", "is no IPv4 or IPv6 address (decimal parts without leading zeros).");
        }

        ushort? port = null;
        var portText = file.Get(row, "源端口", "port");
        if (portText.Length > 0)
        {
            if (ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            {
                port = number;
            }
            else
            {
                Report(file, row, "源端口", "port", "is no port from 1 to 65535; leave it empty when it is not known.");
                isGood = false;
            }
        }

        if (!TryReadProtocol(file.Get(row, "协议", "proto"), out var protocol))
        {
            Report(file, row, "协议", "proto", "is neither TCP nor UDP nor a protocol number.");
            isGood = false;
        }

        if (!TryReadWindow(file, row, utcOffset, precision, out var window, out var word) || !isGood)
        {
            return new ListedQuestion(name, null, word);
        }

        Endpoint? pool = AddressText.TryParse(file.Get(row, "矿池地址", "pool_ip"), out var server)
            && ushort.TryParse(file.Get(row, "矿池端口", "pool_port"), NumberStyles.None, CultureInfo.InvariantCulture, out var serverPort)
            ? new Endpoint(server, serverPort)
            : null;
        return new ListedQuestion(name, new AttributionQuestion(address, window.From, window.To) { Port = port, Protocol = protocol, Destination = pool }, word);
    }

    private static bool TryReadWindow(CsvFile file, CsvRow row, TimeSpan utcOffset, TimePrecision precision, out (PacketTime From, PacketTime To) window, out string word)
    {
        var at = file.Get(row, "发现时间", "at");
        var first = file.Get(row, "首次发现时间", "from");
        var last = file.Get(row, "最近发现时间", "to");
        first = first.Length > 0 ? first : at.Length > 0 ? at : last;
        last = last.Length > 0 ? last : first;
        window = default;
        if (!TryReadTime(first, utcOffset, precision, out var begin, out word))
        {
            Report(file, row, "发现时间", "at", "is no time; write 2022-04-07 21:03:00, or with a zone 2022-04-07T21:03:00+08:00.");
            return false;
        }

        window = begin;
        if (last == first)
        {
            return true;
        }

        word = "window";
        if (!TryReadTime(last, utcOffset, precision, out var end, out _) || end.To < begin.From)
        {
            Report(file, row, "最近发现时间", "to", "is no time, or lies before the first.");
            return false;
        }

        window = (begin.From, end.To);
        return true;
    }

    private static void Report(CsvFile file, CsvRow row, string chinese, string english, Sentence message) => file.Report(row, file.Has(chinese) ? chinese : english, message);
}
