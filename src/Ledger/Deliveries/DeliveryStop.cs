using MinerFlow.Ledger.People;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>Packages that may not go any more, within the steps that take their ground away.</summary>
internal static class DeliveryStop
{
    /// <summary>The release was taken back: nothing that waits under it goes.</summary>
    public static void UnderRelease(DeskWork work, Duty duty, long release)
    {
        foreach (var delivery in DeliveryRows.Read(work.Session, "release = @release AND state IN (@waiting, @dead) ORDER BY number", ("release", release), ("waiting", DeliveryState.Waiting), ("dead", DeliveryState.Dead)))
        {
            Stop(work, duty, delivery, "its release was withdrawn.");
        }
    }

    /// <summary>The batch is deleted, and with it what was made of it.</summary>
    public static void OfBatch(DeskWork work, long batch)
    {
        foreach (var delivery in DeliveryRows.Read(work.Session, "batch = @batch AND state IN (@waiting, @dead) ORDER BY number", ("batch", batch), ("waiting", DeliveryState.Waiting), ("dead", DeliveryState.Dead)))
        {
            Stop(work, Duty.Privacy, delivery, "its batch was deleted.");
        }

        work.Session.Execute("UPDATE delivery_file SET content = NULL WHERE content IS NOT NULL AND delivery IN (SELECT number FROM delivery WHERE batch = @batch)", ("batch", batch));
    }

    public static void Stop(DeskWork work, Duty duty, Delivery delivery, string why)
    {
        DeliveryRows.Update(work.Session, delivery with { State = DeliveryState.Stopped, StateAt = work.Now, Problem = why });
        work.Record(duty, "delivery.stop", Delivery.NameOf(delivery.Number), why, ("destination", delivery.Destination), ("sequence", delivery.Sequence));
    }
}
