using System.CommandLine;
using System.Globalization;
using System.Text;

namespace MinerFlow.Sensor.Commands;

/// <summary>Help in the user's language. Names are ASCII, so the descriptions line up whatever their script.</summary>
internal static class Help
{
    /// <summary>Column at which descriptions start; a longer name has its description on the next line.</summary>
    private const int Indent = 32;

    public static string Of(Command command, CommandTexts texts)
    {
        var help = new StringBuilder();
        help.Append(command.Description).Append("\n\n");
        help.Append(texts.Usage).Append(":\n  ").Append(Line(command)).Append('\n');
        Section(help, texts.Arguments, command.Arguments.Where(argument => argument.Description is not null).Select(argument => (argument.Name, argument.Description)));
        Section(help, texts.Commands, command.Subcommands.Select(verb => (verb.Name, verb.Description)));
        Section(help, texts.Options, AllOptions(command).Select(option => (Name(option), option.Description)));
        if (command.Subcommands.Count > 0)
        {
            help.Append('\n').AppendFormat(CultureInfo.InvariantCulture, texts.MoreHelp, PathOf(command)).Append('\n');
        }

        help.Append('\n').Append(texts.ExitCodes).Append(":\n");
        foreach (var line in texts.ExitCodeLines)
        {
            help.Append("  ").Append(line).Append('\n');
        }

        return help.ToString();
    }

    /// <summary>The options of a command and the recursive ones of those above it.</summary>
    public static IEnumerable<Option> AllOptions(Command command) =>
        command.Options.Concat(Above(command).SelectMany(above => above.Options).Where(option => option.Recursive));

    /// <summary>How a command is called, from the program's name on.</summary>
    public static string PathOf(Command command) => string.Join(' ', Above(command).Reverse().Append(command).Select(part => part.Name));

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));

    private static string Line(Command command)
    {
        var arguments = string.Join(' ', command.Arguments.Select(argument => argument.HelpName ?? (argument.Arity.MaximumNumberOfValues > 1 ? argument.Name + "..." : $"[{argument.Name}]")));
        var verb = command.Subcommands.Count > 0 ? "COMMAND" : "";
        return string.Join(' ', new[] { PathOf(command), verb, arguments, "[OPTIONS]" }.Where(part => part.Length > 0));
    }

    private static string Name(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name));
        return option.HelpName is { } value ? $"{names} {value}" : names;
    }

    private static void Section(StringBuilder help, string title, IEnumerable<(string Name, string? Description)> lines)
    {
        var first = true;
        foreach (var (name, description) in lines)
        {
            if (first)
            {
                help.Append('\n').Append(title).Append(":\n");
                first = false;
            }

            help.Append("  ").Append(name);
            if (name.Length + 4 > Indent)
            {
                help.Append('\n').Append(' ', Indent);
            }
            else
            {
                help.Append(' ', Indent - name.Length - 2);
            }

            help.Append(description).Append('\n');
        }
    }
}
