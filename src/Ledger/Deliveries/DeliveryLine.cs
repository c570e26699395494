using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;

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
    private readonly DeliveryHold _hold = new(destination, holder, limits);
    private readonly DeliveryHead _head = new(destination, limits);
    private readonly FailedAttempt _failed = new(destination, limits);

    /// <summary>What has to be done now. A package to send counts as attempted from here on.</summary>
    public DeliveryTurn Next()
    {
        desk.Actor.Require(Duty.Sender);
        return desk.Do(work => _hold.Take(work) ? _head.Turn(work) : new DeliveryTurn(DeliveryTurnKind.Held) { At = _hold.Until(work.Session) });
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
            AttemptLog.End(work.Session, found.Number, nameof(Delivered), detail);
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
    public void TryLater(Delivery delivery, string detail, DateTimeOffset next) =>
        Settle(delivery, nameof(TryLater), detail, (work, found) => _failed.TryLater(work, found, detail, next));

    /// <summary>The far side hung up where it had to say whether it takes us: tried again, but not as often as when nobody answers. A person who has it tried again begins anew.</summary>
    public void HungUp(Delivery delivery, string detail, DateTimeOffset next) =>
        Settle(delivery, nameof(HungUp), detail, (work, found) => _failed.HungUp(work, found, nameof(HungUp), detail, next));

    /// <summary>No further attempt is made before a person has changed something.</summary>
    public void Refused(Delivery delivery, string detail) => Settle(delivery, nameof(Refused), detail, (work, found) => FailedAttempt.Die(work, found, detail));

    /// <summary>The far side lacks earlier packages: they go again, and this one behind them. In place of one that will not come goes the word that it will
    /// not. A number of which neither can go leaves this one to a person.</summary>
    /// <param name="delivery">The package that was not taken.</param>
    /// <param name="detail">What was seen.</param>
    /// <param name="missing">The numbers; without any the package is tried again later.</param>
    /// <param name="next">When, if the far side named no number.</param>
    public void EarlierMissing(Delivery delivery, string detail, IReadOnlyCollection<long> missing, DateTimeOffset next)
    {
        ArgumentNullException.ThrowIfNull(missing);
        Settle(delivery, nameof(EarlierMissing), detail, (work, found) => _failed.EarlierMissing(work, found, detail, missing, next));
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
}
