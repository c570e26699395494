using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>An open ledger with the person who works at it.</summary>
internal sealed class OpenDesk : IDisposable
{
    private readonly LedgerDatabase _database;
    private readonly PersonalVault _vault;

    private OpenDesk(LedgerDatabase database, PersonalVault vault, Actor actor, TimeProvider time)
    {
        _database = database;
        _vault = vault;
        Desk = new LedgerDesk(database, vault, actor, time);
    }

    public LedgerDesk Desk { get; }

    /// <summary>Opens the ledger for the person who calls, does the work, and says in the user's language what went wrong.</summary>
    /// <returns>Exit code of the process.</returns>
    public static int Use(DeskArguments arguments, Terminal terminal, DeskTexts texts, Func<LedgerDesk, int> work)
    {
        try
        {
            var problems = new List<Problem>();
            var actors = ActorTable.Load(arguments.Actors, problems);
            foreach (var problem in problems)
            {
                terminal.Error.WriteLine(problem);
            }

            if (Who(arguments, actors, terminal) is not { } actor)
            {
                terminal.Error.WriteLine($"minerflow: {string.Format(CultureInfo.InvariantCulture, texts.UnknownPerson, arguments.Name ?? terminal.User, arguments.Actors)}");
                return ExitCode.Usage;
            }

            using var open = new OpenDesk(LedgerDatabase.Open(LedgerPlace.Parse(arguments.Ledger), LedgerAccess.Create), PersonalVault.Open(arguments.Keys), actor, terminal.Time);
            return work(open.Desk);
        }
        catch (RefusedException refusal)
        {
            terminal.Error.WriteLine($"minerflow: {texts.Refusal(refusal)}");
            return ExitCode.NeedsPerson;
        }
        catch (Exception problem) when (problem is LedgerException or Enrichment.Subscribers.Store.IntervalStoreException or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"minerflow: {problem.Message}");
            return ExitCode.Environment;
        }
    }

    public void Dispose()
    {
        _vault.Dispose();
        _database.Dispose();
    }

    private static Actor? Who(DeskArguments arguments, ActorTable actors, Terminal terminal) => arguments is { Name: { } name, SecretFile: { } file }
        ? actors.OfSecret(name, File.ReadAllText(file).Trim())
        : actors.OfUser(terminal.User);
}
