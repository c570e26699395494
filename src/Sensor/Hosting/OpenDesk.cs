using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>A ledger while somebody works at it.</summary>
internal static class OpenDesk
{
    /// <summary>Opens the ledger for the person who calls, does the work, and says in the user's language what went wrong.</summary>
    /// <returns>Exit code of the process.</returns>
    public static int Use(DeskArguments arguments, Terminal terminal, DeskTexts texts, Func<LedgerDesk, int> work, LedgerAccess access = LedgerAccess.Create)
    {
        try
        {
            var problems = new List<Problem>();
            var actors = ActorTable.Load(arguments.Actors, problems);
            var isFaulty = terminal.Told(problems, texts.Problems);
            if (Who(arguments, actors, terminal) is not { } actor)
            {
                if (isFaulty)
                {
                    // Who it was may stand in the line that is wrong.
                    return ExitCode.Usage;
                }

                terminal.Error.WriteLine($"minerflow: {string.Format(CultureInfo.InvariantCulture, texts.UnknownPerson, arguments.Name ?? terminal.User, arguments.Actors)}");
                return ExitCode.Usage;
            }

            using var database = LedgerDatabase.Open(LedgerPlace.Parse(arguments.Ledger), access);
            using var vault = LedgerDesk.OpenVault(database, arguments.Keys);
            return work(new LedgerDesk(database, vault, actor, terminal.Time));
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

    private static Actor? Who(DeskArguments arguments, ActorTable actors, Terminal terminal) => arguments is { Name: { } name, SecretFile: { } file }
        ? actors.OfSecret(name, File.ReadAllText(file).Trim())
        : actors.OfUser(terminal.User);
}
