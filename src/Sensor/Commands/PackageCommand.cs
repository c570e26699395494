using System.CommandLine;
using MinerFlow.Sensor.Doctor;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow doctor package</c>.</summary>
internal sealed class PackageCommand
{
    private readonly CommandTexts _common;
    private readonly PackageTexts _texts;
    private readonly Option<string[]> _key;
    private readonly Option<string[]> _format;

    public PackageCommand(CommandTexts common, PackageTexts texts)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("package", texts.Verb);
        Symbol.Arguments.Add(new Argument<string[]>("FOLDER") { Description = texts.Folder, Arity = ArgumentArity.ZeroOrMore });
        _key = Symbol.Valued("--key", "FILE", texts.Key);
        _format = Symbol.Valued("--format", "table|jsonl", common.DoctorFormat);
    }

    public Command Symbol { get; }

    /// <summary>What is asked; when something is wrong that is left in <paramref name="reader"/>, and the result is not to be used.</summary>
    public PackageQuestion Bind(IReadOnlyList<string> plain, OptionReader reader)
    {
        foreach (var surplus in plain.Skip(1))
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        if (plain.Count == 0)
        {
            reader.Problem(_texts.NoFolder);
        }
        else if (!Directory.Exists(plain[0]))
        {
            reader.Problem(_common.NoSuchFolder, "FOLDER", plain[0]);
        }

        return new PackageQuestion(plain.Count > 0 ? plain[0] : "", reader.ExistingFile(_key), reader.Choice(_format, 0, "table", "jsonl") == 1);
    }
}
