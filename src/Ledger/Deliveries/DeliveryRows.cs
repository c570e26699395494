using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>Packages as the database keeps them.</summary>
internal static class DeliveryRows
{
    private const string Columns =
        "number, id, destination, sequence, recipient, batch, snapshot, release, correction, made_at, made_by, state, state_at, attempts, next_attempt, problem, withdrawal_state";

    public static List<Delivery> Read(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        session.Query($"SELECT {Columns} FROM delivery WHERE {condition}", ReadDelivery, parameters);

    public static Delivery? First(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        session.First($"SELECT {Columns} FROM delivery WHERE {condition}", ReadDelivery, parameters);

    public static void Insert(LedgerSession session, Delivery delivery, string documents, DeliverySeal seal) => session.Execute(
        """
        INSERT INTO delivery (number, id, destination, sequence, recipient, batch, snapshot, release, correction, documents, made_at, made_by, state, state_at, attempts, next_attempt, problem, manifest, signature, withdrawal, withdrawal_signature)
        VALUES (@number, @id, @destination, @sequence, @recipient, @batch, @snapshot, @release, @correction, @documents, @made_at, @made_by, @state, @state_at, @attempts, @next_attempt, @problem, @manifest, @signature, @withdrawal, @withdrawal_signature)
        """,
        ("number", delivery.Number),
        ("id", delivery.Id),
        ("destination", delivery.Destination),
        ("sequence", delivery.Sequence),
        ("recipient", delivery.Recipient),
        ("batch", delivery.Batch),
        ("snapshot", delivery.Snapshot),
        ("release", delivery.Release),
        ("correction", delivery.Correction),
        ("documents", documents),
        ("made_at", delivery.MadeAt),
        ("made_by", delivery.MadeBy),
        ("state", delivery.State),
        ("state_at", delivery.StateAt),
        ("attempts", delivery.Attempts),
        ("next_attempt", delivery.NextAttempt),
        ("problem", delivery.Problem),
        ("manifest", seal.Manifest.ToArray()),
        ("signature", seal.Signature?.ToArray()),
        ("withdrawal", seal.Withdrawal?.Manifest.ToArray()),
        ("withdrawal_signature", seal.Withdrawal?.Signature?.ToArray()));

    /// <summary>Writes down what changes of a package: state, attempts, its next time, its problem, and how far its withdrawal is.</summary>
    public static void Update(LedgerSession session, Delivery delivery) => session.Execute(
        "UPDATE delivery SET state = @state, state_at = @state_at, attempts = @attempts, next_attempt = @next_attempt, problem = @problem, withdrawal_state = @withdrawal_state WHERE number = @number",
        ("number", delivery.Number),
        ("state", delivery.State),
        ("state_at", delivery.StateAt),
        ("attempts", delivery.Attempts),
        ("next_attempt", delivery.NextAttempt),
        ("problem", delivery.Problem),
        ("withdrawal_state", delivery.Withdrawal));

    /// <summary>What the bytes of a document are sealed as, with the key of its batch.</summary>
    public static string FieldOf(string id, long ordinal) => $"delivery:{id}:{ordinal}";

    private static Delivery ReadDelivery(LedgerRow row) => new(
        row.Number("number"),
        row.Text("id"),
        row.Text("destination"),
        row.Number("sequence"),
        row.Text("recipient"),
        row.Number("batch"),
        row.OptionalNumber("snapshot"),
        row.OptionalNumber("release"),
        row.OptionalNumber("correction"),
        row.Moment("made_at"),
        row.Text("made_by"),
        row.Word<DeliveryState>("state"),
        row.Moment("state_at"),
        row.Number("attempts"),
        row.Moment("next_attempt"),
        row.OptionalText("problem"))
    {
        Withdrawal = row.OptionalText("withdrawal_state") is null ? null : row.Word<WithdrawalState>("withdrawal_state"),
    };
}
