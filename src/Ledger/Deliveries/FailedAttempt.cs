using System.Globalization;
using MinerFlow.Ledger.People;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>What becomes of a package that did not arrive: another attempt later, or it waits for a person.</summary>
internal sealed class FailedAttempt(string destination, DeliveryLimits limits)
{
    private const int MostNamed = 20;

    /// <summary>It waits for a person from now on. A word that a package will not come is given up instead: nobody could put it right.</summary>
    public static void Die(DeskWork work, Delivery delivery, string why)
    {
        if (delivery.Withdrawal == WithdrawalState.Asked)
        {
            DeliveryWithdrawal.Refused(work, delivery, why);
            return;
        }

        DeliveryRows.Update(work.Session, delivery with { State = DeliveryState.Dead, StateAt = work.Now, Problem = why });
        work.Record(Duty.Sender, "delivery.dead", Delivery.NameOf(delivery.Number), "", ("destination", delivery.Destination), ("sequence", delivery.Sequence), ("problem", why));
    }

    public void TryLater(DeskWork work, Delivery delivery, string detail, DateTimeOffset next)
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

    /// <summary>As <see cref="TryLater"/>, but for so many hang-ups in a row only; <paramref name="outcome"/> is what the log of attempts calls one.</summary>
    public void HungUp(DeskWork work, Delivery delivery, string outcome, string detail, DateTimeOffset next)
    {
        // A person who has it tried again sets its attempts to none, while the log keeps those of before.
        if (Math.Min(delivery.Attempts, AttemptLog.InARow(work.Session, delivery.Number, outcome)) >= limits.MostHangUps)
        {
            Die(work, delivery, string.Create(CultureInfo.InvariantCulture, $"the far side hung up {limits.MostHangUps} times in a row, the last: {detail}"));
        }
        else
        {
            TryLater(work, delivery, detail, next);
        }
    }

    /// <summary>The packages of the <paramref name="missing"/> numbers go first; where the far side named none, this one is tried again at <paramref name="next"/>.</summary>
    public void EarlierMissing(DeskWork work, Delivery delivery, string detail, IReadOnlyCollection<long> missing, DateTimeOffset next)
    {
        var earlier = missing.Distinct().Order().ToList();
        var lost = earlier.Where(sequence => sequence >= delivery.Sequence || !(SendAgain(work, sequence) || DeliveryWithdrawal.Ask(work, destination, sequence))).ToList();
        if (lost.Count > 0)
        {
            var names = string.Join(", ", lost.Take(MostNamed).Select(sequence => sequence.ToString(CultureInfo.InvariantCulture))) + (lost.Count > MostNamed ? ", ..." : "");
            Die(work, delivery, $"{detail} The far side asks for what cannot go again ({names}): never queued, not kept any longer, or it does not take the word that it will not come; tell the recipient, then retry.");
        }
        else
        {
            TryLater(work, delivery, detail, earlier.Count > 0 ? work.Now : next);
        }
    }

    /// <returns>False when there is none of this number whose documents are still there.</returns>
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
}
