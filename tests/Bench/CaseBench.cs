using System.Diagnostics;
using System.Globalization;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Unit.Ledger.Cases;

namespace MinerFlow.Bench;

/// <summary>Pages of cases by every filter, first and deep, in a ledger of many.</summary>
internal static class CaseBench
{
    private const int Rounds = 20;

    public static int Run(string[] args)
    {
        if (args.Length != 3)
        {
            Console.Error.WriteLine("""
                Usage: MinerFlow.Bench cases LEDGER KEYS COUNT
                fills a new ledger with COUNT cases, or takes one that was filled, and says how long a page of 100 takes by each filter: the first time, the median and the longest
                """);
            return 2;
        }

        var count = int.Parse(args[2], CultureInfo.InvariantCulture);
        using var database = LedgerDatabase.Open(LedgerPlace.Parse(args[0]), LedgerAccess.Create);
        using var vault = PersonalVault.Open(args[1]);
        var desk = new CaseDesk(new LedgerDesk(database, vault, new Actor("verifier", [Duty.Verifier]), TimeProvider.System));
        if (desk.Find(new CaseFilter { Most = 1 }).Count == 0)
        {
            SyntheticCases.Fill(database, count);
        }

        CaseFilter[] filters =
        [
            new(), new() { State = CaseState.Lead }, new() { Region = "140802" }, new() { Region = "140802", State = CaseState.Handling }, new() { Subject = count / 2 },
            new() { After = count * 9L / 10 }, new() { Region = "140802", State = CaseState.Cleared, After = count * 9L / 10 },
        ];
        foreach (var filter in filters)
        {
            var times = new List<double>();
            var found = 0;
            for (var round = 0; round <= Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                found = desk.Find(filter).Count;
                times.Add(watch.Elapsed.TotalMilliseconds);
            }

            var later = times.Skip(1).Order().ToList();
            Console.WriteLine(FormattableString.Invariant(
                $"region {filter.Region ?? "-",-7} state {filter.State?.ToString() ?? "-",-9} subject {filter.Subject?.ToString(CultureInfo.InvariantCulture) ?? "-",-7} after {filter.After,-7} {found,4} cases   first {times[0],7:F1} ms   median {later[Rounds / 2],6:F2} ms   longest {later[^1],6:F2} ms"));
        }

        return 0;
    }
}
