using System.CommandLine;
using System.Globalization;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>What a verb does once it is bound: at an open desk, telling what it found; returns the exit code.</summary>
internal delegate int DeskTask(LedgerDesk desk, DeskOutput output);

/// <summary>Reads the arguments of a verb, and says what to do with them.</summary>
internal delegate DeskTask DeskBinding(DeskCall call);

/// <summary>A verb that works at the ledger: who and which are the same for all, the rest is its own.</summary>
internal sealed class DeskVerb
{
    private readonly DeskTexts _texts;
    private readonly DeskOptions _desk;
    private readonly Option<string[]> _format;
    private readonly Option<string[]> _timeZone;
    private readonly DeskBinding _bind;

    /// <param name="name">The verb.</param>
    /// <param name="description">In the user's language.</param>
    /// <param name="arguments">Names of its arguments as help shows them; empty when it has none.</param>
    /// <param name="texts">Of the language.</param>
    /// <param name="declare">Adds the verb's own options and says how they are read.</param>
    public DeskVerb(string name, string description, string arguments, DeskTexts texts, Func<Command, DeskBinding> declare)
    {
        _texts = texts;
        Symbol = new Command(name, description);
        if (arguments.Length > 0)
        {
            Symbol.Arguments.Add(new Argument<string[]>(arguments) { HelpName = arguments, Arity = ArgumentArity.ZeroOrMore });
        }

        _bind = declare(Symbol);
        _format = Symbol.Valued("--format", "table|jsonl", texts.Format);
        _timeZone = Symbol.Valued("--time-zone", "+08:00", texts.TimeZone);
        _desk = new DeskOptions(Symbol, texts);
    }

    public Command Symbol { get; }

    /// <summary>Begins a ledger where there is none. Without it a mistyped name is a mistake and not a new, empty ledger.</summary>
    public bool Begins { get; init; }

    /// <summary>What to run; when something is wrong that is left in <paramref name="reader"/>, and the result is not to be used.</summary>
    public Func<int> Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal, CancellationToken cancellation)
    {
        var offset = reader.Offset(_timeZone, ReplayOptions.DefaultOffset);
        var output = new DeskOutput(terminal, reader.Choice(_format, 0, "table", "jsonl") == 1, offset);
        var call = new DeskCall(plain, reader, terminal, _texts, offset, cancellation);
        var work = _bind(call);
        call.RefuseSurplus();
        var arguments = _desk.Bind(reader);
        return () => OpenDesk.Use(arguments!, terminal, _texts, desk => work(desk, output), Begins ? LedgerAccess.Create : LedgerAccess.Write);
    }
}

/// <summary>The arguments of one call, as a verb asks for them.</summary>
internal sealed class DeskCall(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal, DeskTexts texts, TimeSpan offset, CancellationToken cancellation)
{
    private int _taken;

    public OptionReader Reader => reader;

    public Terminal Terminal => terminal;

    /// <summary>Asks a long verb to end.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>Zone of times shown and given.</summary>
    public TimeSpan Offset => offset;

    public string Text(string name)
    {
        if (_taken < plain.Count)
        {
            return plain[_taken++];
        }

        reader.Problem(texts.MissingArgument, name);
        return "";
    }

    public long Number(string name) => _taken < plain.Count ? Number(name, plain[_taken++]) : Missing(name);

    /// <summary>All arguments that are left.</summary>
    public IReadOnlyList<long> Numbers(string name)
    {
        var numbers = plain.Skip(_taken).Select(text => Number(name, text)).ToList();
        _taken = plain.Count;
        return numbers;
    }

    public T Word<T>(string name)
        where T : struct, Enum => Text(name) is { Length: > 0 } text ? Word<T>(name, text) : default;

    /// <summary>The word of an option; null when it was not given.</summary>
    public T? Word<T>(Option<string[]> option)
        where T : struct, Enum => reader.One(option) is { } text ? Word<T>(option.Name, text) : null;

    /// <summary>The moment of an option; null when it was not given.</summary>
    public DateTimeOffset? Moment(Option<string[]> option)
    {
        if (reader.One(option) is not { } text)
        {
            return null;
        }

        if (Enrichment.Subscribers.Questions.QuestionTable.TryReadTime(text, offset, default, out var window, out _))
        {
            return window.From.ToDateTimeOffset();
        }

        reader.Problem(texts.BadArgument, option.Name, text, "2022-04-07T21:03");
        return null;
    }

    /// <summary>The folder of rules that an option names, else the one beside the program.</summary>
    public string RulesFolder(Option<string[]> option) => reader.One(option) ?? Path.Combine(terminal.ProgramFolder, "rules");

    public void RefuseSurplus()
    {
        foreach (var surplus in plain.Skip(_taken))
        {
            reader.Problem(texts.SurplusArgument, surplus);
        }
    }

    public long Number(string name, string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        reader.Problem(texts.BadArgument, name, text, "1, 2, 3 ...");
        return 0;
    }

    private long Missing(string name)
    {
        reader.Problem(texts.MissingArgument, name);
        return 0;
    }

    private T Word<T>(string name, string text)
        where T : struct, Enum
    {
        if (DeskTexts.TryRead<T>(text, out var value))
        {
            return value;
        }

        reader.Problem(texts.BadArgument, name, text, string.Join(", ", Enum.GetNames<T>()));
        return default;
    }
}
