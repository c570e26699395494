using System.CommandLine;

namespace MinerFlow.Sensor.Commands;

/// <summary>Options as all commands declare them. None is typed: every kind of option costs a run its code, and <see cref="OptionReader"/> judges values in the user's language.</summary>
internal static class CommandOptions
{
    /// <summary>An option without a value.</summary>
    public static Option<string[]> Flag(this Command command, string name, string description) =>
        command.Take(new Option<string[]>(name) { Description = description, Arity = ArgumentArity.Zero });

    /// <summary>Any number of values is taken here, so that one too many is told like every other problem.</summary>
    public static Option<string[]> Valued(this Command command, string name, string placeholder, string description) =>
        command.Take(new Option<string[]>(name) { Description = description, HelpName = placeholder, Arity = ArgumentArity.ZeroOrMore });

    private static Option<string[]> Take(this Command command, Option<string[]> option)
    {
        command.Options.Add(option);
        return option;
    }
}
