using System.CommandLine;

namespace MinerFlow.Sensor.Commands;

/// <summary>Which ledger, and who works with it.</summary>
/// <param name="Ledger">As <c>LedgerPlace</c> reads it.</param>
/// <param name="Keys">Folder with the keys of personal data.</param>
/// <param name="Actors">Table of people and their duties.</param>
/// <param name="Name">Who it is, by a secret; null for the user of the operating system.</param>
/// <param name="SecretFile">File with the secret.</param>
internal sealed record DeskArguments(string Ledger, string Keys, string Actors, string? Name, string? SecretFile);

/// <summary>The options of every verb that works at the ledger.</summary>
internal sealed class DeskOptions
{
    /// <summary>Where the security administrator keeps the table unless told otherwise.</summary>
    private const string DefaultActors = "/etc/minerflow/actors.csv";

    private readonly DeskTexts _texts;
    private readonly Option<string[]> _ledger;
    private readonly Option<string[]> _keys;
    private readonly Option<string[]> _actors;
    private readonly Option<string[]> _name;
    private readonly Option<string[]> _secretFile;

    public DeskOptions(Command command, DeskTexts texts)
    {
        _texts = texts;
        _ledger = command.Valued("--ledger", "PLACE", texts.Ledger);
        _keys = command.Valued("--keys", "DIR", texts.Keys);
        _actors = command.Valued("--actors", "FILE", texts.Actors);
        _name = command.Valued("--as", "NAME", texts.Name);
        _secretFile = command.Valued("--token-file", "FILE", texts.SecretFile);
    }

    /// <summary>As <see cref="Bind"/>, for a verb that also works without a ledger: null, and nothing wrong, when none of the options is given.</summary>
    public DeskArguments? BindIfNamed(OptionReader reader) => new[] { _ledger, _keys, _actors, _name, _secretFile }.Any(reader.Flag) ? Bind(reader) : null;

    /// <summary>Null when something is wrong, which is left in <paramref name="reader"/>.</summary>
    public DeskArguments? Bind(OptionReader reader)
    {
        var before = reader.Problems.Count;
        var ledger = reader.One(_ledger);
        var keys = reader.One(_keys);
        if (ledger is null)
        {
            reader.Problem(_texts.NoLedger);
        }
        else if (keys is null && !MinerFlow.Ledger.Storage.LedgerPlace.IsFileName(ledger))
        {
            reader.Problem(_texts.NoKeys);
        }

        var actors = reader.One(_actors) ?? DefaultActors;
        if (!File.Exists(actors))
        {
            reader.Problem(_texts.NoActors, actors);
        }

        var (name, secretFile) = (reader.One(_name), reader.ExistingFile(_secretFile));
        if (name is null != secretFile is null)
        {
            reader.Problem(_texts.NameNeedsSecret);
        }

        return reader.Problems.Count == before ? new DeskArguments(ledger!, keys ?? ledger + ".keys", actors, name, secretFile) : null;
    }
}
