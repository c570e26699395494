using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>
/// The word that a package will not come: a far side that takes numbers without a gap could not go on past one that was stopped or given up. It has the number of the package and an
/// identity of its own, and says nothing but that.
/// </summary>
internal static class DeliveryWithdrawal
{
    /// <summary>The far side misses a number: the word goes next, if the package was stopped or given up and nothing has been refused yet.</summary>
    public static bool Ask(DeskWork work, string destination, long sequence)
    {
        var found = DeliveryRows.First(
            work.Session,
            "destination = @destination AND sequence = @sequence AND state IN (@stopped, @given_up) AND withdrawal IS NOT NULL AND coalesce(withdrawal_state, '') <> @refused",
            ("destination", destination),
            ("sequence", sequence),
            ("stopped", DeliveryState.Stopped),
            ("given_up", DeliveryState.GivenUp),
            ("refused", WithdrawalState.Refused));
        if (found is null)
        {
            return false;
        }

        if (found.Withdrawal != WithdrawalState.Asked)
        {
            Move(work, found with { Attempts = 0, NextAttempt = work.Now }, WithdrawalState.Asked, "delivery.withdrawal-asked", "");
        }

        return true;
    }

    public static void Told(DeskWork work, Delivery delivery) => Move(work, delivery, WithdrawalState.Told, "delivery.withdrawal-told", "");

    public static void Refused(DeskWork work, Delivery delivery, string why) => Move(work, delivery, WithdrawalState.Refused, "delivery.withdrawal-refused", why);

    public static DeliverySeal SealOf(LedgerSession session, Delivery delivery) => session.First(
        "SELECT withdrawal, withdrawal_signature FROM delivery WHERE number = @number",
        row => new DeliverySeal(row.Bytes("withdrawal")!, row.Bytes("withdrawal_signature") is { } signature ? signature : null),
        ("number", delivery.Number))!;

    private static void Move(DeskWork work, Delivery delivery, WithdrawalState state, string action, string why)
    {
        DeliveryRows.Update(work.Session, delivery with { Withdrawal = state });
        work.Record(Duty.Sender, action, Delivery.NameOf(delivery.Number), why, ("destination", delivery.Destination), ("sequence", delivery.Sequence));
    }
}
