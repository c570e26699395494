using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Cases;

/// <summary>Cases and the steps that bring them to zero; each says who, when and why.</summary>
public sealed class CaseDesk(LedgerDesk desk)
{
    public IReadOnlyList<CaseRecord> Find(CaseFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (sql, parameters) = CaseRows.Query(filter);
        return desk.Read(session => session.Query(sql, CaseRows.ReadCase, parameters));
    }

    /// <exception cref="RefusedException">There is no such case.</exception>
    public CaseRecord Read(long id) => desk.Read(session => CaseRows.Find(session, id));

    public IReadOnlyList<CaseStep> Steps(long id) => desk.Read(session => CaseRows.Steps(session, desk.Vault, CaseRows.Find(session, id)));

    /// <summary>A tip that names somebody without any list: by telephone, by mail, by the abnormal bill of power.</summary>
    /// <returns>Number of the case; of the open one when the subject has one.</returns>
    public long Report(SubjectIdentity identity, PacketTime seen, string? region, string reason)
    {
        RequireReason(reason);
        var duty = desk.Actor.RequireOneOf(Duty.Entry, Duty.Verifier);
        return desk.Do(work =>
        {
            var subject = SubjectStore.FindOrAdd(work, identity, seen, seen);
            if (CaseRows.LatestOf(work.Session, subject) is { } known && known.State != CaseState.Dismissed)
            {
                CaseOpening.Seen(work, known, seen, duty, reason);
                return known.Id;
            }

            var opened = CaseOpening.Open(work, subject, CaseState.Lead, Judgement.Undeterminable, region, seen, duty, reason, (false, false, false));
            SightingArrivals.Again(work.Session, [subject]);
            return opened;
        });
    }

    /// <summary>Brings a case to its next state. Handling ends with <see cref="Act"/>, observing begins with <see cref="Observe"/> and ends with <see cref="Clear"/>.</summary>
    /// <exception cref="RefusedException">There is no such step from its state, it is another's, or a reason is missing.</exception>
    public void Move(long id, CaseState to, string reason)
    {
        if (to is CaseState.AwaitingProof or CaseState.Observing or CaseState.Cleared)
        {
            throw new RefusedException(RefusalKind.WrongState, Read(id).State.ToString(), to.ToString());
        }

        desk.Do(work => Step(work, id, to, reason));
    }

    /// <summary>Says what was done about it.</summary>
    public void Act(long id, CaseMeasure measure, string reason) => desk.Do(work => Step(work, id, CaseState.AwaitingProof, reason, ("measure", measure), ("measure_at", work.Now)));

    /// <summary>Begins to observe.</summary>
    /// <param name="id">Number of the case.</param>
    /// <param name="days">Length of the observation.</param>
    /// <param name="sources">Sensors and logs whose silence is to prove that it is over.</param>
    /// <param name="reason">In the actor's words.</param>
    public void Observe(long id, int days, IReadOnlyList<string> sources, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count == 0)
        {
            throw new RefusedException(RefusalKind.Unknown, nameof(sources));
        }

        desk.Do(work => Step(
            work,
            id,
            CaseState.Observing,
            reason,
            ("observe_from", work.Now),
            ("observe_until", work.Now.AddDays(days)),
            ("observe_sources", SightingDetail.ToJson(sources))));
    }

    /// <summary>
    /// Says that it is at zero: the observation is over, nothing was seen in it, and every source was healthy all the time. A telephone call proves nothing.
    /// </summary>
    /// <exception cref="RefusedException">Says what is missing.</exception>
    public void Clear(long id, string reason)
    {
        new CaseScan(desk).Run();
        desk.Do(work =>
        {
            var record = CaseRows.Find(work.Session, id);
            if (record is { State: CaseState.Observing, ObserveFrom: { } from, ObserveUntil: { } until })
            {
                RequireSilence(work, record, from, until);
            }

            Step(work, id, CaseState.Cleared, reason, ("cleared_at", work.Now));
        });
    }

    /// <summary>Holds all of a case against deletion, or lets it go.</summary>
    public void Hold(long id, bool isHeld, string reason)
    {
        RequireReason(reason);
        desk.Actor.Require(Duty.Privacy);
        desk.Do(work =>
        {
            CaseRows.Find(work.Session, id);
            work.Session.Execute("UPDATE cases SET legal_hold = @held WHERE id = @id", ("held", isHeld), ("id", id));
            work.Record(Duty.Privacy, isHeld ? "case.hold" : "case.let-go", CaseRows.NameOf(id), reason);
        });
    }

    /// <summary>How the database goes about a filter, one line for each step.</summary>
    internal IReadOnlyList<string> Plan(CaseFilter filter)
    {
        var (sql, parameters) = CaseRows.Query(filter);
        return desk.Read(session => session.Query(desk.Database.Dialect.Explain(sql), row => row.LastText(), parameters));
    }

    private static void RequireReason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }
    }

    private static void RequireSilence(DeskWork work, CaseRecord record, DateTimeOffset from, DateTimeOffset until)
    {
        if (work.Now < until)
        {
            throw new RefusedException(RefusalKind.ObservationNotOver, until.ToString("yyyy-MM-dd'T'HH:mmK", CultureInfo.InvariantCulture));
        }

        var (begin, end) = (PacketTime.From(from), PacketTime.From(until));
        var seen = SubjectStore.Read(work.Session, record.Subject)!.LastSeen;
        if (seen >= begin)
        {
            throw new RefusedException(RefusalKind.SeenAgain, seen.ToIso8601(until.Offset));
        }

        foreach (var source in record.ObserveSources)
        {
            if (Coverage.Missing(work.Session, source, begin, end) is { Ticks: > 0 } missing)
            {
                throw new RefusedException(RefusalKind.ObservationIncomplete, source, string.Create(CultureInfo.InvariantCulture, $"{(long)missing.TotalHours}:{missing:mm\\:ss}"));
            }
        }
    }

    private static void Step(DeskWork work, long id, CaseState to, string reason, params ReadOnlySpan<(string Column, object? Value)> changes)
    {
        RequireReason(reason);
        var record = CaseRows.Find(work.Session, id);
        var move = CaseMoves.Find(record.State, to) ?? throw new RefusedException(RefusalKind.WrongState, record.State.ToString(), to.ToString());
        work.Actor.Require(move.Duty);
        if (work.Actor.Regions.Count > 0 && !work.Actor.Regions.Contains(record.Region))
        {
            throw new RefusedException(RefusalKind.OtherRegion, record.Region);
        }

        if (move.NeedsAnother && record.StateBy == work.Actor.Name)
        {
            throw new RefusedException(RefusalKind.SamePerson, record.State.ToString());
        }

        CaseRows.Step(work, record, to, move.Duty, reason, changes);
    }
}
