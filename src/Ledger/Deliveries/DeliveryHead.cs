using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>The package of a destination whose turn it is, and what has to be done with it.</summary>
internal sealed class DeliveryHead(string destination, DeliveryLimits limits)
{
    /// <summary>What has to be done now. Packages that may not go any more are stopped on the way; one to send counts as attempted from here on.</summary>
    public DeliveryTurn Turn(DeskWork work)
    {
        var stopped = new List<Delivery>();
        while (First(work.Session) is { } head)
        {
            if ((head.Withdrawal == WithdrawalState.Asked ? WithdrawalTurn(work, head) : PackageTurn(work, head, stopped)) is { } turn)
            {
                return turn with { Stopped = stopped };
            }
        }

        return new DeliveryTurn(DeliveryTurnKind.Empty) { Stopped = stopped };
    }

    /// <returns>Null when it was stopped here: the next one is looked at.</returns>
    private DeliveryTurn? PackageTurn(DeskWork work, Delivery head, List<Delivery> stopped)
    {
        if (head.State == DeliveryState.Dead)
        {
            return new DeliveryTurn(DeliveryTurnKind.Blocked) { Delivery = head };
        }

        if (head.Release is { } release && !ReleaseDesk.Holds(work.Session, release, work.Now))
        {
            Stop(work, head, "its release is over.", stopped);
            return null;
        }

        if (head.NextAttempt > work.Now)
        {
            return new DeliveryTurn(DeliveryTurnKind.Wait) { At = head.NextAttempt };
        }

        if (head.Attempts >= limits.MostAttempts)
        {
            // Whoever made the last attempt was cut off before it could say so.
            const string CutOff = "the last of its attempts was cut off.";
            FailedAttempt.Die(work, head, CutOff);
            return new DeliveryTurn(DeliveryTurnKind.Blocked) { Delivery = head with { State = DeliveryState.Dead, Problem = CutOff } };
        }

        if (Documents(work, head) is not { } documents)
        {
            Stop(work, head, "its documents were deleted.", stopped);
            return null;
        }

        return new DeliveryTurn(DeliveryTurnKind.Send) { Delivery = Begin(work, head), Documents = documents, Seal = SealOf(work.Session, head) };
    }

    /// <returns>Null when it may not be tried any more: the far side gets no other word.</returns>
    private DeliveryTurn? WithdrawalTurn(DeskWork work, Delivery head)
    {
        if (head.NextAttempt > work.Now)
        {
            return new DeliveryTurn(DeliveryTurnKind.Wait) { At = head.NextAttempt };
        }

        if (head.Attempts >= limits.MostAttempts)
        {
            DeliveryWithdrawal.Refused(work, head, "the last of its attempts was cut off.");
            return null;
        }

        return new DeliveryTurn(DeliveryTurnKind.Send) { Delivery = Begin(work, head), IsWithdrawal = true, Seal = DeliveryWithdrawal.SealOf(work.Session, head) };
    }

    private static void Stop(DeskWork work, Delivery head, string why, List<Delivery> stopped)
    {
        DeliveryStop.Stop(work, Duty.Sender, head, why);
        stopped.Add(head with { State = DeliveryState.Stopped, Problem = why });
    }

    private Delivery Begin(DeskWork work, Delivery head)
    {
        var begun = head with { Attempts = head.Attempts + 1 };
        DeliveryRows.Update(work.Session, begun);
        work.Session.Execute("UPDATE delivery_destination SET attempts = attempts + 1 WHERE name = @name", ("name", destination));
        AttemptLog.Begin(work, head.Number);
        return begun;
    }

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

    /// <summary>The lowest number that waits, blocks, or whose withdrawal is asked for.</summary>
    private Delivery? First(LedgerSession session) => DeliveryRows.First(
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
