namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Whether the service does its work, not only lives: every capture thread has laid out counters that are fresh, which it does between batches and when the
/// link is silent, and the loops behind it have turned. A thread caught in a packet, or a loop that hangs, shows within <paramref name="patience"/>.
/// </summary>
/// <param name="patience">How old the last sign of a loop may be.</param>
/// <param name="snapshots">Of the capture threads.</param>
/// <param name="gathererTurns">Turns of the gatherer's loop.</param>
/// <param name="ledgerTurns">Turns of the ledger writer's loop.</param>
/// <param name="time">Its timestamps are those of the snapshots.</param>
internal sealed class Watchdog(TimeSpan patience, Func<IReadOnlyList<CaptureSnapshot>> snapshots, Func<long> gathererTurns, Func<long> ledgerTurns, TimeProvider time)
{
    /// <summary>SQLite waits 30 s for a lock, so the ledger's loop may rest longer than the others.</summary>
    private static readonly TimeSpan LedgerPatience = TimeSpan.FromSeconds(90);

    private readonly Loop _gatherer = new("gatherer", gathererTurns, time);
    private readonly Loop _ledger = new("ledger", ledgerTurns, time);

    /// <summary>Names of what has not moved for too long; empty when all is well.</summary>
    public IReadOnlyList<string> Silent()
    {
        var silent = snapshots()
            .Where(snapshot => !snapshot.HasEnded && time.GetElapsedTime(snapshot.TakenAt) > patience)
            .Select(snapshot => $"{snapshot.Source}/{snapshot.Worker}")
            .ToList();
        if (_gatherer.IsSilent(patience))
        {
            silent.Add(_gatherer.Name);
        }

        if (_ledger.IsSilent(patience > LedgerPatience ? patience : LedgerPatience))
        {
            silent.Add(_ledger.Name);
        }

        return silent;
    }

    private sealed class Loop(string name, Func<long> turns, TimeProvider time)
    {
        private long _turns = -1;
        private long _movedAt = time.GetTimestamp();

        public string Name => name;

        public bool IsSilent(TimeSpan patience)
        {
            var now = turns();
            if (now != _turns)
            {
                (_turns, _movedAt) = (now, time.GetTimestamp());
            }

            return time.GetElapsedTime(_movedAt) > patience;
        }
    }
}
