using System.CommandLine;
using System.Globalization;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>
/// <c>minerflow run</c> and <c>minerflow doctor</c>, which take the same settings: from a JSON file, over it the environment, over that the command line.
/// </summary>
internal sealed class ServiceCommand
{
    private readonly CommandTexts _texts;
    private readonly Option<string[]> _config;
    private readonly Option<string[]> _set;
    private readonly List<(Option<string[]> Option, string Key)> _short = [];

    public ServiceCommand(string verb, string description, CommandTexts texts)
    {
        _texts = texts;
        Symbol = new Command(verb, description);
        _config = Add("--config", "FILE", texts.Config);
        Short("--interface", "NAME", texts.Interface, "Capture:Interfaces:{0}:Name");
        Short("--follow", "FILE", texts.FollowFile, "Follow:Files:{0}");
        Short("--ledger", "FILE", texts.RunLedger, "Ledger:File");
        Short("--spool", "DIR", texts.SpoolFolder, "Spool:Folder");
        Short("--evidence", "FOLDER", texts.Evidence, "Evidence:Folder");
        Short("--listen", "ADDRESS:PORT", texts.Listen, "Web:Listen");
        Short("--rules", "DIR", texts.Rules, "Sources:Rules");
        Short("--sensor", "NAME", texts.Sensor, "Sensor:Name");
        _set = Add("--set", "KEY=VALUE", texts.Set);
    }

    public Command Symbol { get; }

    /// <summary>What the call says; what is wrong with its form is left in <paramref name="reader"/>.</summary>
    public ServiceArguments Bind(IReadOnlyList<string> plain, OptionReader reader)
    {
        foreach (var surplus in plain)
        {
            reader.Problem(_texts.SurplusArgument, surplus);
        }

        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (option, key) in _short)
        {
            var values = key.Contains("{0}", StringComparison.Ordinal) ? reader.Many(option) : reader.One(option) is { } value ? [value] : [];
            for (var i = 0; i < values.Count; i++)
            {
                settings[string.Format(CultureInfo.InvariantCulture, key, i)] = values[i];
            }
        }

        foreach (var text in reader.Many(_set))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !text.AsSpan(0, equals).Contains(':'))
            {
                reader.Problem(_texts.BadSetting, _set.Name, text);
                continue;
            }

            settings[text[..equals]] = text[(equals + 1)..];
        }

        return new ServiceArguments(reader.ExistingFile(_config), settings);
    }

    private void Short(string name, string placeholder, string description, string key) => _short.Add((Add(name, placeholder, description), key));

    /// <summary>An option of one of the verbs alone.</summary>
    public Option<string[]> Add(string name, string placeholder, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = placeholder, Arity = ArgumentArity.ZeroOrMore };
        Symbol.Options.Add(option);
        return option;
    }
}
