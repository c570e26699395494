using System.CommandLine;

namespace MinerFlow.Sensor.Commands;

/// <summary>A verb of the command line whose own verbs work at the ledger.</summary>
internal abstract class DeskCommand(string name, string description)
{
    private readonly List<DeskVerb> _verbs = [];

    public Command Symbol { get; } = new(name, description);

    public IReadOnlyList<DeskVerb> Verbs => _verbs;

    /// <summary>In the order in which help shows them.</summary>
    protected void Add(params IEnumerable<DeskVerb> verbs)
    {
        foreach (var verb in verbs)
        {
            _verbs.Add(verb);
            Symbol.Subcommands.Add(verb.Symbol);
        }
    }
}
