using System.Text;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Backup;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Unit.Enrichment;

namespace MinerFlow.Unit.Ledger;

/// <summary>A ledger with its vault and its people: one with each duty, a second verifier who also may review, and a clock that stands on a Friday afternoon.</summary>
public sealed class Office : IDisposable
{
    private readonly LedgerHome _home;
    private readonly TempFolder _folder = new();
    private readonly PersonalVault _vault;
    private readonly Dictionary<string, Actor> _people;

    public Office(LedgerHome home)
    {
        _home = home;
        Database = LedgerDatabase.Open(LedgerPlace.Parse(home.Place), LedgerAccess.Create);
        _vault = PersonalVault.Open(_folder.PathOf("keys"));
        Actor[] people =
        [
            new("entry", [Duty.Entry]),
            new("verifier", [Duty.Verifier]),
            new("reviewer", [Duty.Reviewer]),
            new("both", [Duty.Verifier, Duty.Reviewer, Duty.Sender]),
            new("sender", [Duty.Sender]),
            new("privacy", [Duty.Privacy]),
            new("privacy2", [Duty.Privacy]),
            new("network", [Duty.Network]),
            new("security", [Duty.Security]),
            new("system", [Duty.System]),
            new("auditor", [Duty.Auditor]),
        ];
        _people = people.ToDictionary(actor => actor.Name);
    }

    public LedgerDatabase Database { get; }

    public string Place => _home.Place;

    public PersonalVault Vault => _vault;

    public string KeyFolder => _folder.PathOf("keys");

    /// <summary>Friday 2022-04-08 16:17 in China, when the founding notice was published.</summary>
    public FakeClock Clock { get; } = new(new DateTimeOffset(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8)));

    public LedgerDesk DeskOf(string name) => new(Database, _vault, _people[name], Clock);

    public void Keep(Sighting sighting)
    {
        using var ledger = SightingLedger.Open(Place).WithNames(Vault);
        ledger.Write([sighting]);
    }

    /// <summary>Every value of every table, one behind the other.</summary>
    public byte[] EveryByte()
    {
        using var bytes = new MemoryStream();
        foreach (var table in LedgerTables.InOrder)
        {
            using var command = Database.Connection.CreateCommand();
#pragma warning disable CA2100 // The names are constants.
            command.CommandText = $"SELECT * FROM {table}";
#pragma warning restore CA2100
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    bytes.Write(reader.GetValue(i) is byte[] blob ? blob : Encoding.UTF8.GetBytes($"{reader.GetValue(i)}\n"));
                }
            }
        }

        return bytes.ToArray();
    }

    public void Dispose()
    {
        _vault.Dispose();
        Database.Dispose();
        _folder.Dispose();
        _home.Dispose();
    }
}
