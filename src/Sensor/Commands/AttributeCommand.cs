using System.CommandLine;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow attribute</c>: its options, and what they mean once checked.</summary>
internal sealed class AttributeCommand
{
    private readonly CommandTexts _common;
    private readonly SourceOptions _sources;
    private readonly AttributeTexts _texts;
    private readonly Option<string[]> _address;
    private readonly Option<string[]> _port;
    private readonly Option<string[]> _protocol;
    private readonly Option<string[]> _at;
    private readonly Option<string[]> _to;
    private readonly Option<string[]> _precision;
    private readonly Option<string[]> _batch;
    private readonly Option<string[]> _timeZone;
    private readonly Option<string[]> _timeShift;
    private readonly Option<string[]> _output;
    private readonly Option<string[]> _format;
    private readonly Option<string[]> _identityKey;

    public AttributeCommand(CommandTexts common, AttributeTexts texts)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("attribute", texts.Verb);
        _address = Symbol.Valued("--ip", "ADDRESS", texts.Address);
        _port = Symbol.Valued("--port", "PORT", texts.Port);
        _protocol = Symbol.Valued("--protocol", "tcp|udp", texts.Protocol);
        _at = Symbol.Valued("--at", "TIME", texts.At);
        _to = Symbol.Valued("--to", "TIME", texts.To);
        _precision = Symbol.Valued("--precision", "second|minute|hour|day", texts.Precision);
        _batch = Symbol.Valued("--batch", "FILE", texts.Batch);
        _sources = new SourceOptions(Symbol, common, texts);
        _timeZone = Symbol.Valued("--time-zone", "+08:00", texts.TimeZone);
        _timeShift = Symbol.Valued("--time-shift", "+08:00", texts.TimeShift);
        _format = Symbol.Valued("--format", "json|text", texts.Format);
        _output = Symbol.Valued("--output", "FILE", texts.Output);
        _identityKey = Symbol.Valued("--identity-key", "FILE", common.IdentityKey);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public AttributeOptions Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        foreach (var surplus in plain)
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var offset = reader.Offset(_timeZone, ReplayOptions.DefaultOffset);
        var precision = (TimePrecision)(1 + reader.Choice(_precision, -1, "second", "minute", "hour", "day"));
        var batch = reader.ExistingFile(_batch);
        var question = Question(reader, offset, precision);
        if ((question is null) == (batch is null) && reader.Problems.Count == 0)
        {
            reader.Problem(_texts.OneQuestion);
        }

        return new AttributeOptions
        {
            Question = question,
            Batch = batch,
            Precision = precision,
            Sources = _sources.Bind(reader, terminal),
            Offset = offset,
            Shift = reader.One(_timeShift) is null ? null : reader.Offset(_timeShift, TimeSpan.Zero),
            Output = reader.One(_output),
            IsText = reader.Choice(_format, 0, "json", "text") == 1,
            IdentityKey = IdentityKeyFile.Read(reader, _identityKey, _common),
        };
    }

    private ListedQuestion? Question(OptionReader reader, TimeSpan offset, TimePrecision precision)
    {
        var (addressText, at, last, protocolText) = (reader.One(_address), reader.One(_at), reader.One(_to), reader.One(_protocol) ?? "");
        var port = reader.Whole(_port, 0, 1, ushort.MaxValue);
        if (addressText is null || at is null)
        {
            return null;
        }

        var isGood = Check(IpAddress.TryParse(addressText, out var address), _texts.BadAddress, _address, addressText, reader);
        isGood &= Check(QuestionTable.TryReadTime(at, offset, precision, out var window, out var word), _texts.BadTime, _at, at, reader);
        isGood &= Check(QuestionTable.TryReadProtocol(protocolText, out var protocol), _texts.BadProtocol, _protocol, protocolText, reader);
        if (last is not null)
        {
            isGood &= Check(QuestionTable.TryReadTime(last, offset, precision, out var end, out _), _texts.BadTime, _to, last, reader);
            window.To = end.To;
            word = "window";
        }

        var question = new AttributionQuestion(address, window.From, window.To) { Port = port == 0 ? null : (ushort)port, Protocol = protocol };
        return isGood ? new ListedQuestion("", question, word) : null;
    }

    private static bool Check(bool isGood, string text, Option<string[]> option, string value, OptionReader reader)
    {
        if (!isGood)
        {
            reader.Problem(text, option.Name, value);
        }

        return isGood;
    }
}
