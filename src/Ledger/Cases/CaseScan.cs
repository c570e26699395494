using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;

namespace MinerFlow.Ledger.Cases;

/// <summary>Tells cases what the sensors saw: by subject, so that another account at the same premises, another address or IPv6 does not hide a relapse.</summary>
public sealed class CaseScan(LedgerDesk desk)
{
    private const int SightingsAtOnce = 1_000;

    /// <summary>Brings every sighting of mining that cases have not heard of to the case of its subject. Each is told once; one that goes on is told again.</summary>
    /// <returns>Sightings that were told, and how many of them were of a subject that the ledger knows.</returns>
    public (int Told, int Known) Run()
    {
        var (told, known) = (0, 0);
        while (true)
        {
            var (read, ofKnown) = desk.Do(Round);
            told += read;
            known += ofKnown;
            if (read < SightingsAtOnce)
            {
                return (told, known);
            }
        }
    }

    private static (int Read, int Known) Round(DeskWork work)
    {
        var sightings = SightingRow.Untold(work.Session, work.Vault, SightingsAtOnce);
        var known = 0;
        using var arrivals = new SightingArrivals(work.Session);
        foreach (var sighting in sightings)
        {
            var subject = SubjectOf(work, sighting);
            work.Session.Execute(
                """
                INSERT INTO sighting_told (key, last_seen, subject) VALUES (@key, @last_seen, @subject)
                ON CONFLICT (key) DO UPDATE SET last_seen = excluded.last_seen, subject = COALESCE(excluded.subject, sighting_told.subject)
                """,
                ("key", sighting.Key),
                ("last_seen", sighting.LastSeen),
                ("subject", subject));
            if (subject is not { } id)
            {
                continue;
            }

            known++;
            SubjectStore.Saw(work.Session, id, sighting.FirstSeen, sighting.LastSeen);
            if (CaseRows.LatestOf(work.Session, id) is { } record)
            {
                CaseOpening.Seen(work, record, sighting.LastSeen, Duty.Entry, $"sighting {sighting.Key}");
                arrivals.Add(sighting.Key);
            }
        }

        arrivals.Flush();
        return (sightings.Count, known);
    }

    /// <summary>Only where the answer is one subscriber and good enough to be named; whoever the ledger does not know is no subject yet.</summary>
    private static long? SubjectOf(DeskWork work, Sighting sighting) =>
        sighting.Best.Attribution is { Outcome: AttributionOutcome.Unique, Grade: 'A' or 'B' or 'C', Candidates: [var candidate] }
            ? SubjectStore.Find(work, new SubjectIdentity(candidate.Account, candidate.Subscriber))
            : null;
}
