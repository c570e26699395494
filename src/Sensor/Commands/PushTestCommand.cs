using System.CommandLine;
using MinerFlow.Reporting.Push;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow push test</c>: checks the files of destinations, and goes every step of a delivery that leaves nothing behind. It needs no ledger.</summary>
internal sealed class PushTestCommand
{
    /// <summary>Where destinations are described unless told otherwise.</summary>
    public const string DefaultFolder = "/etc/minerflow/destinations";

    private static readonly string[] Columns = ["destination", "step", "ok", "detail"];

    private readonly CommandTexts _common;
    private readonly PushTexts _texts;
    private readonly Option<string[]> _folder;
    private readonly Option<string[]> _format;

    public PushTestCommand(CommandTexts common, PushTexts texts)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("test", texts.Test);
        Symbol.Arguments.Add(new Argument<string[]>("NAME") { Description = texts.TestName, Arity = ArgumentArity.ZeroOrMore });
        _folder = Symbol.Valued("--destinations", "DIR", texts.Destinations);
        _format = Symbol.Valued("--format", "table|jsonl", texts.Format);
    }

    public Command Symbol { get; }

    /// <summary>What to run; when something is wrong that is left in <paramref name="reader"/>, and the result is not to be used.</summary>
    public Func<CancellationToken, int> Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        foreach (var surplus in plain.Skip(1))
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var folder = reader.One(_folder) ?? DefaultFolder;
        var output = new DeskOutput(terminal, reader.Choice(_format, 0, "table", "jsonl") == 1, TimeSpan.Zero);
        return cancellation => Run(folder, plain.Count > 0 ? plain[0] : null, output, terminal, cancellation);
    }

    private int Run(string folder, string? name, DeskOutput output, Terminal terminal, CancellationToken cancellation)
    {
        if (PushCommand.Load(folder, name, terminal, _texts) is not { } destinations)
        {
            return ExitCode.NeedsPerson;
        }

        try
        {
            var steps = destinations.SelectMany(destination => destination.Channel.Test(cancellation).GetAwaiter().GetResult().Select(step => (destination.Name, Step: step))).ToList();
            output.Write(
                DeskColumn.Of(Columns, _texts.TestColumns),
                steps.Select(each => new object?[] { each.Name, each.Step.Name, each.Step.Succeeded, each.Step.Detail }),
                word => word.ToString());
            return steps.TrueForAll(each => each.Step.Succeeded) ? ExitCode.Done : ExitCode.NeedsPerson;
        }
        finally
        {
            Destination.Close(destinations);
        }
    }
}
