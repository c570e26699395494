using MinerFlow.Abstractions;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>How evidence about a subject changes its case: it opens one, adds to the open one, or makes a cleared one relapse.</summary>
internal static class CaseOpening
{
    /// <summary>Cases read at once within a step.</summary>
    private const int SubjectsAtOnce = 1_000;

    /// <summary>Two persons have confirmed that entries of a list are mining, each of a subject.</summary>
    public static void Confirmed(DeskWork work, IReadOnlyList<VerificationRecord> findings, string reason)
    {
        using var update = work.Session.Prepare(
            """
            UPDATE cases SET last_seen = CASE WHEN last_seen < @at THEN @at ELSE last_seen END, is_concentrated = CASE WHEN @k1 = 1 THEN 1 ELSE is_concentrated END,
                is_public_resource = CASE WHEN @k2 = 1 THEN 1 ELSE is_public_resource END, is_bitcoin = CASE WHEN @k3 = 1 THEN 1 ELSE is_bitcoin END
            WHERE id = @id
            """,
            "at", "k1", "k2", "k3", "id");
        foreach (var subjects in findings.GroupBy(finding => finding.Subject!.Value).Chunk(SubjectsAtOnce))
        {
            var cases = CaseRows.LatestOf(work.Session, subjects.Select(subject => subject.Key));
            var opened = new List<long>();
            foreach (var subject in subjects)
            {
                var first = subject.First();
                var last = subject.MaxBy(finding => finding.Entry.To.UnixNanoseconds)!.Entry.To;
                var (isConcentrated, isPublicResource, isBitcoin) =
                    (subject.Any(finding => finding.IsConcentrated), subject.Any(finding => finding.IsPublicResource), subject.Any(finding => finding.IsBitcoin));
                if (cases.TryGetValue(subject.Key, out var known) && known.State != CaseState.Dismissed)
                {
                    update.Add(last, isConcentrated, isPublicResource, isBitcoin, known.Id);
                    StepBack(work, known, last, Duty.Reviewer, reason);
                }
                else
                {
                    // Verified and reviewed with the entries, by two persons: what is left is to act.
                    Open(work, subject.Key, CaseState.Handling, first.Judgement, first.Region, last, Duty.Reviewer, reason, (isConcentrated, isPublicResource, isBitcoin));
                    opened.Add(subject.Key);
                }
            }

            SightingArrivals.Again(work.Session, opened);
        }

        update.Flush();
    }

    /// <summary>Two persons have said whose these sightings are; no log that reached the sensor in time may have known it.</summary>
    public static void Saw(DeskWork work, long subject, IReadOnlyList<string> sightings)
    {
        if (sightings.Count == 0)
        {
            return;
        }

        var hasCase = CaseRows.LatestOf(work.Session, subject) is not null;
        using var arrivals = new SightingArrivals(work.Session);
        foreach (var key in sightings)
        {
            var isNew = work.Session.Execute(
                """
                INSERT INTO sighting_told (key, last_seen, subject) SELECT s.key, s.last_seen, @subject FROM sighting s WHERE s.key = @key
                ON CONFLICT (key) DO UPDATE SET subject = excluded.subject WHERE sighting_told.subject IS NULL
                """,
                ("key", key),
                ("subject", subject)) > 0;
            if (isNew && hasCase)
            {
                arrivals.Add(key);
            }
        }

        arrivals.Flush();
    }

    /// <summary>Opens a case of a subject; <see cref="SightingArrivals.Again"/> tells feeds of it.</summary>
    /// <returns>Its number.</returns>
    public static long Open(
        DeskWork work,
        long subject,
        CaseState state,
        Judgement judgement,
        string? region,
        PacketTime lastSeen,
        Duty duty,
        string reason,
        (bool IsConcentrated, bool IsPublicResource, bool IsBitcoin) labels)
    {
        var id = work.Session.Number("SELECT max(id) FROM cases") + 1;
        CaseRows.Insert(
            work,
            new CaseRecord
            {
                Id = id,
                Subject = subject,
                Region = region ?? SubjectStore.Read(work.Session, subject)?.Region ?? "",
                State = state,
                Judgement = judgement,
                IsConcentrated = labels.IsConcentrated,
                IsPublicResource = labels.IsPublicResource,
                IsBitcoin = labels.IsBitcoin,
                OpenedAt = work.Now,
                StateAt = work.Now,
                StateBy = work.Actor.Name,
                LastSeen = lastSeen,
            },
            duty,
            reason);
        return id;
    }

    /// <summary>Mining of the subject was seen. What was seen before the case was acted on or cleared says nothing about it.</summary>
    public static void Seen(DeskWork work, CaseRecord record, PacketTime at, Duty duty, string reason)
    {
        work.Session.Execute("UPDATE cases SET last_seen = CASE WHEN last_seen < @at THEN @at ELSE last_seen END WHERE id = @id", ("at", at), ("id", record.Id));
        StepBack(work, record, at, duty, reason);
    }

    private static void StepBack(DeskWork work, CaseRecord record, PacketTime at, Duty duty, string reason)
    {
        if (record.State == CaseState.Cleared && at > PacketTime.From(record.ClearedAt!.Value))
        {
            CaseRows.Step(work, record, CaseState.Relapsed, duty, reason, ("relapsed_at", at.ToDateTimeOffset()), ("relapses", record.Relapses + 1));
        }
        else if (record.State == CaseState.Observing && at >= PacketTime.From(record.ObserveFrom!.Value))
        {
            CaseRows.Step(work, record, CaseState.Handling, duty, reason, ("observe_from", null), ("observe_until", null), ("observe_sources", null));
        }
    }
}
