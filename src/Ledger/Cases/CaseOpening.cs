using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>How evidence about a subject changes its case: it opens one, adds to the open one, or makes a cleared one relapse.</summary>
internal static class CaseOpening
{
    /// <summary>Two persons have confirmed that entries of a list are mining of one subject.</summary>
    public static void Confirmed(DeskWork work, long subject, IReadOnlyList<VerificationRecord> findings, string reason)
    {
        var (isConcentrated, isPublicResource, isBitcoin) =
            (findings.Any(finding => finding.IsConcentrated), findings.Any(finding => finding.IsPublicResource), findings.Any(finding => finding.IsBitcoin));
        var last = findings.MaxBy(finding => finding.Entry.To.UnixNanoseconds)!.Entry.To;
        if (CaseRows.LatestOf(work.Session, subject) is { } known && known.State != CaseState.Dismissed)
        {
            Seen(work, known, last, Duty.Reviewer, reason);
            work.Session.Execute(
                """
                UPDATE cases SET is_concentrated = CASE WHEN @k1 = 1 THEN 1 ELSE is_concentrated END,
                    is_public_resource = CASE WHEN @k2 = 1 THEN 1 ELSE is_public_resource END, is_bitcoin = CASE WHEN @k3 = 1 THEN 1 ELSE is_bitcoin END
                WHERE id = @id
                """,
                ("k1", isConcentrated),
                ("k2", isPublicResource),
                ("k3", isBitcoin),
                ("id", known.Id));
            return;
        }

        // Verified and reviewed with the entries, by two persons: what is left is to act.
        var first = findings[0];
        Open(work, subject, CaseState.Handling, first.Judgement, first.Region, last, Duty.Reviewer, reason, (isConcentrated, isPublicResource, isBitcoin));
    }

    /// <summary>Two persons have said whose these sightings are; no log that reached the sensor in time may have known it.</summary>
    public static void Saw(DeskWork work, long subject, IReadOnlyList<string> sightings)
    {
        foreach (var key in sightings)
        {
            work.Session.Execute(
                """
                INSERT INTO sighting_told (key, last_seen, subject) SELECT s.key, s.last_seen, @subject FROM sighting s WHERE s.key = @key
                ON CONFLICT (key) DO UPDATE SET subject = excluded.subject WHERE sighting_told.subject IS NULL
                """,
                ("key", key),
                ("subject", subject));
        }
    }

    /// <summary>Opens a case of a subject.</summary>
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
