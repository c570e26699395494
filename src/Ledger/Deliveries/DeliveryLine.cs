using System.Globalization;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>
/// One destination as its sender sees it: one package after the other, each attempt written down before it is made. Of several senders, in whatever processes, one holds
/// the line; its hold ends by itself when it does not come back.
/// </summary>
/// <param name="desk">Where the sender works.</param>
/// <param name="destination">Name of the destination.</param>
/// <param name="holder">Name of this sender; no two are alike.</param>
/// <param name="limits">How long and how often.</param>
public sealed class DeliveryLine(LedgerDesk desk, string destination, string holder, DeliveryLimits limits)
{
    private const string HangUp = "HungUp";

    private readonly DeliveryHold _hold = new(destination, holder, limits);

    /// <summary>What has to be done now. A package to send counts as attempted from here on.</summary>
    public DeliveryTurn Next()
    {
        desk.Actor.Require(Duty.Sender);
        return desk.Do(work =>
        {
            if (!_hold.Take(work))
            {
                return new DeliveryTurn(DeliveryTurnKind.Held) { At = _hold.Until(work.Session) };
            }

            var stopped = new List<Delivery>();
            while (true)
            {
                if (Head(work.Session) is not { } head)
                {
                    return new DeliveryTurn(DeliveryTurnKind.Empty) { Stopped = stopped };
                }

                if (head.Withdrawal == WithdrawalState.Asked)
                {
                    if (WithdrawalTurn(work, head, stopped) is { } turn)
                    {
                        return turn;
                    }

                    continue;
                }

                if (head.State == DeliveryState.Dead)
                {
                    return new DeliveryTurn(DeliveryTurnKind.Blocked) { Delivery = head, Stopped = stopped };
                }

                if (WhyNot(work, head) is { } why)
                {
                    DeliveryStop.Stop(work, Duty.Sender, head, why);
                    stopped.Add(head with { State = DeliveryState.Stopped, Problem = why });
                    continue;
                }

                if (head.NextAttempt > work.Now)
                {
                    return new DeliveryTurn(DeliveryTurnKind.Wait) { At = head.NextAttempt, Stopped = stopped };
                }

                if (head.Attempts >= limits.MostAttempts)
                {
                    // Whoever made the last attempt was cut off before it could say so.
                    const string CutOff = "the last of its attempts was cut off.";
                    Die(work, head, CutOff);
                    return new DeliveryTurn(DeliveryTurnKind.Blocked) { Delivery = head with { State = DeliveryState.Dead, Problem = CutOff }, Stopped = stopped };
                }

                if (Documents(work, head) is not { } documents)
                {
                    const string Gone = "its documents were deleted.";
                    DeliveryStop.Stop(work, Duty.Sender, head, Gone);
                    stopped.Add(head with { State = DeliveryState.Stopped, Problem = Gone });
                    continue;
                }

                return new DeliveryTurn(DeliveryTurnKind.Send) { Delivery = Begin(work, head), Documents = documents, Seal = SealOf(work.Session, head), Stopped = stopped };
            }
        });
    }

    /// <summary>Says that the sender is still there.</summary>
    /// <returns>False when another sender has taken over meanwhile.</returns>
    public bool Renew() => desk.Do(_hold.Take);

    /// <summary>Leaves the line to others.</summary>
    public void Leave() => desk.Do(_hold.Leave);

    /// <summary>The far side has the package. True whoever holds the line by now.</summary>
    public void Delivered(Delivery delivery, string detail)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        desk.Do(work =>
        {
            var found = DeliveryDesk.Find(work.Session, delivery.Number);
            AttemptLog.End(work.Session, found.Number, nameof(DeliveryState.Delivered), detail);
            if (found.Withdrawal == WithdrawalState.Asked)
            {
                DeliveryWithdrawal.Told(work, found);
                return;
            }

            if (found.State == DeliveryState.Delivered)
            {
                return;
            }

            DeliveryRows.Update(work.Session, found with { State = DeliveryState.Delivered, StateAt = work.Now, Problem = null });
            work.Session.Execute("UPDATE delivery_destination SET delivered = delivered + 1 WHERE name = @name", ("name", destination));
            work.Record(Duty.Sender, "delivery.delivered", Delivery.NameOf(found.Number), "", ("destination", destination), ("sequence", found.Sequence), ("attempts", found.Attempts));
            if (found.Correction is { } correction)
            {
                CorrectionDesk.Told(work, correction, found.Recipient);
            }
        });
    }

    /// <summary>It did not arrive, or nobody knows. After the last attempt it waits for a person.</summary>
    public void TryLater(Delivery delivery, string detail, DateTimeOffset next) => Settle(delivery, "TryLater", detail, (work, found) => Later(work, found, detail, next));

    /// <summary>The far side hung up where it had to say whether it takes us: tried again, but not as often as when nobody answers. A person who has it tried again begins anew.</summary>
    public void HungUp(Delivery delivery, string detail, DateTimeOffset next) => Settle(delivery, HangUp, detail, (work, found) =>
    {
        if (Math.Min(found.Attempts, AttemptLog.InARow(work.Session, found.Number, HangUp)) >= limits.MostHangUps)
        {
            Die(work, found, string.Create(CultureInfo.InvariantCulture, $"the far side hung up {limits.MostHangUps} times in a row, the last: {detail}"));
        }
        else
        {
            Later(work, found, detail, next);
        }
    });

    /// <summary>No further attempt is made before a person has changed something.</summary>
    public void Refused(Delivery delivery, string detail) => Settle(delivery, "Refused", detail, (work, found) => Die(work, found, detail));

    /// <summary>The far side lacks earlier packages: they go again, and this one behind them. In place of one that will not come goes the word that it will
    /// not. A number of which neither can go leaves this one to a person.</summary>
    /// <param name="delivery">The package that was not taken.</param>
    /// <param name="detail">What was seen.</param>
    /// <param name="missing">The numbers; without any the package is tried again later.</param>
    /// <param name="next">When, if the far side named no number.</param>
    public void EarlierMissing(Delivery delivery, string detail, IReadOnlyCollection<long> missing, DateTimeOffset next)
    {
        ArgumentNullException.ThrowIfNull(missing);
        Settle(delivery, "EarlierMissing", detail, (work, found) =>
        {
            var earlier = missing.Distinct().Order().ToList();
            var lost = earlier.Where(sequence => sequence >= found.Sequence || !(SendAgain(work, sequence) || DeliveryWithdrawal.Ask(work, destination, sequence))).ToList();
            if (lost.Count > 0)
            {
                const int MostNamed = 20;
                var names = string.Join(", ", lost.Take(MostNamed).Select(sequence => sequence.ToString(CultureInfo.InvariantCulture))) + (lost.Count > MostNamed ? ", ..." : "");
                Die(work, found, $"{detail} The far side asks for what cannot go again ({names}): never queued, not kept any longer, or it does not take the word that it will not come; tell the recipient, then retry.");
            }
            else
            {
                Later(work, found, detail, earlier.Count > 0 ? work.Now : next);
            }
        });
    }

    /// <summary>Drops the documents of packages that went, or were given up, before a moment. Manifests and digests stay.</summary>
    /// <returns>Documents dropped.</returns>
    public int Forget(DateTimeOffset before) => desk.Do(work => work.Session.Execute(
        """
        UPDATE delivery_file SET content = NULL WHERE content IS NOT NULL AND delivery IN (
            SELECT number FROM delivery WHERE destination = @destination AND state IN (@delivered, @stopped, @given_up) AND state_at < @before)
        """,
        ("destination", destination),
        ("delivered", DeliveryState.Delivered),
        ("stopped", DeliveryState.Stopped),
        ("given_up", DeliveryState.GivenUp),
        ("before", before)));

    /// <returns>Null when it may not be tried any more: the far side gets no other word.</returns>
    private DeliveryTurn? WithdrawalTurn(DeskWork work, Delivery head, List<Delivery> stopped)
    {
        if (head.NextAttempt > work.Now)
        {
            return new DeliveryTurn(DeliveryTurnKind.Wait) { At = head.NextAttempt, Stopped = stopped };
        }

        if (head.Attempts >= limits.MostAttempts)
        {
            DeliveryWithdrawal.Refused(work, head, "the last of its attempts was cut off.");
            return null;
        }

        return new DeliveryTurn(DeliveryTurnKind.Send) { Delivery = Begin(work, head), IsWithdrawal = true, Seal = DeliveryWithdrawal.SealOf(work.Session, head), Stopped = stopped };
    }

    private static string? WhyNot(DeskWork work, Delivery head) =>
        head.Release is { } release && !ReleaseDesk.Holds(work.Session, release, work.Now) ? "its release is over." : null;

    /// <returns>Null when they are not kept any more.</returns>
    private static List<DeliveryDocument>? Documents(DeskWork work, Delivery head)
    {
        var sealedFiles = work.Session.Query(
            "SELECT ordinal, name, sha256, sm3, content FROM delivery_file WHERE delivery = @number ORDER BY ordinal",
            row => (Ordinal: row.Number("ordinal"), Name: row.Text("name"), Sha256: row.Text("sha256"), Sm3: row.Text("sm3"), Content: row.Bytes("content")),
            ("number", head.Number));
        var documents = new List<DeliveryDocument>();
        foreach (var (ordinal, name, sha256, sm3, content) in sealedFiles)
        {
            if (content is null || work.Vault.ReadBytes(TaskStore.KeyOf(head.Batch), DeliveryRows.FieldOf(head.Id, ordinal), content) is not { } plain)
            {
                return null;
            }

            documents.Add(new DeliveryDocument(name, plain, sha256, sm3));
        }

        return documents;
    }

    private static DeliverySeal SealOf(LedgerSession session, Delivery head) => session.First(
        "SELECT manifest, signature FROM delivery WHERE number = @number",
        row => new DeliverySeal(row.Bytes("manifest")!, row.Bytes("signature") is { } signature ? signature : null),
        ("number", head.Number))!;

    private static void Die(DeskWork work, Delivery delivery, string why)
    {
        if (delivery.Withdrawal == WithdrawalState.Asked)
        {
            DeliveryWithdrawal.Refused(work, delivery, why);
            return;
        }

        DeliveryRows.Update(work.Session, delivery with { State = DeliveryState.Dead, StateAt = work.Now, Problem = why });
        work.Record(Duty.Sender, "delivery.dead", Delivery.NameOf(delivery.Number), "", ("destination", delivery.Destination), ("sequence", delivery.Sequence), ("problem", why));
    }

    private void Later(DeskWork work, Delivery delivery, string detail, DateTimeOffset next)
    {
        if (delivery.Attempts >= limits.MostAttempts)
        {
            Die(work, delivery, string.Create(CultureInfo.InvariantCulture, $"{delivery.Attempts} attempts failed, the last: {detail}"));
        }
        else
        {
            // What stands there of one that was stopped or given up is why.
            DeliveryRows.Update(work.Session, delivery with { NextAttempt = next, Problem = delivery.Withdrawal is null ? detail : delivery.Problem });
        }
    }

    private void Settle(Delivery delivery, string outcome, string detail, Action<DeskWork, Delivery> then)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        desk.Do(work =>
        {
            var found = DeliveryDesk.Find(work.Session, delivery.Number);
            AttemptLog.End(work.Session, found.Number, outcome, detail);

            // It may have been stopped or given up meanwhile, and who lost the line has no say in what happens next.
            if ((found.State == DeliveryState.Waiting || found.Withdrawal == WithdrawalState.Asked) && _hold.Take(work))
            {
                then(work, found);
            }
        });
    }

    private Delivery Begin(DeskWork work, Delivery head)
    {
        var begun = head with { Attempts = head.Attempts + 1 };
        DeliveryRows.Update(work.Session, begun);
        work.Session.Execute("UPDATE delivery_destination SET attempts = attempts + 1 WHERE name = @name", ("name", destination));
        AttemptLog.Begin(work, head.Number);
        return begun;
    }

    private bool SendAgain(DeskWork work, long sequence)
    {
        var earlier = DeliveryRows.First(
            work.Session,
            "destination = @destination AND sequence = @sequence AND (state = @waiting OR (state = @delivered AND EXISTS (SELECT 1 FROM delivery_file f WHERE f.delivery = delivery.number AND f.content IS NOT NULL)))",
            ("destination", destination),
            ("sequence", sequence),
            ("waiting", DeliveryState.Waiting),
            ("delivered", DeliveryState.Delivered));
        if (earlier is null)
        {
            return false;
        }

        if (earlier.State == DeliveryState.Delivered)
        {
            DeliveryRows.Update(work.Session, earlier with { State = DeliveryState.Waiting, StateAt = work.Now, Attempts = 0, NextAttempt = work.Now, Problem = "the far side asked for it again." });
            work.Record(Duty.Sender, "delivery.again", Delivery.NameOf(earlier.Number), "", ("destination", destination), ("sequence", sequence));
        }

        return true;
    }

    private Delivery? Head(LedgerSession session) => DeliveryRows.First(
        session,
        """
        destination = @destination AND sequence = (SELECT min(first.sequence) FROM (
            SELECT min(w.sequence) AS sequence FROM delivery w WHERE w.destination = @destination AND w.state = @waiting
            UNION ALL SELECT min(x.sequence) FROM delivery x WHERE x.destination = @destination AND x.state = @dead
            UNION ALL SELECT min(a.sequence) FROM delivery a WHERE a.destination = @destination AND a.withdrawal_state = @asked) first)
        """,
        ("destination", destination),
        ("waiting", DeliveryState.Waiting),
        ("dead", DeliveryState.Dead),
        ("asked", WithdrawalState.Asked));
}
