using System.Security.Cryptography;
using System.Text;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>The outbox as people see it: they queue packages, look at them, and answer for those that do not go.</summary>
public sealed class DeliveryDesk(LedgerDesk desk)
{
    /// <summary>Queues a package with its disclosures and their audit records: all of it, or nothing.</summary>
    /// <param name="request">What goes where.</param>
    /// <param name="seal">Makes the manifest once identity and number are known.</param>
    /// <returns>The package; the one that is there already when the same documents were queued for the destination before and neither stopped nor given up.</returns>
    /// <exception cref="RefusedException">It may not leave.</exception>
    public Delivery Queue(DeliveryRequest request, Func<Delivery, DeliverySeal> seal)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(seal);
        desk.Actor.Require(Duty.Sender);
        return desk.Do(work =>
        {
            var release = ReleaseDesk.RequireLeave(work.Session, work.Actor, work.Now, request.Batch, request.Release);
            if (release is null && !request.MayGoWithoutRelease)
            {
                throw new RefusedException(RefusalKind.NoRelease);
            }

            if (release is not null && release.Recipient != request.Recipient)
            {
                throw new RefusedException(RefusalKind.OtherRecipient, release.Recipient, request.Recipient);
            }

            var documents = DigestOf(request);
            var known = DeliveryRows.First(
                work.Session,
                "destination = @destination AND documents = @documents AND state NOT IN (@stopped, @given_up)",
                ("destination", request.Destination),
                ("documents", documents),
                ("stopped", DeliveryState.Stopped),
                ("given_up", DeliveryState.GivenUp));
            return known ?? Add(work, request, documents, seal);
        });
    }

    /// <summary>Packages, oldest first.</summary>
    /// <param name="destination">Null for all.</param>
    /// <param name="isOpen">Only those that wait for their turn or for a person.</param>
    public IReadOnlyList<Delivery> List(string? destination, bool isOpen) => desk.Read(session => DeliveryRows.Read(
        session,
        "(@destination = '' OR destination = @destination) AND (@open = 0 OR state IN (@waiting, @dead)) ORDER BY number",
        ("destination", destination ?? ""),
        ("open", isOpen),
        ("waiting", DeliveryState.Waiting),
        ("dead", DeliveryState.Dead)));

    /// <exception cref="RefusedException">There is no such package.</exception>
    public Delivery Find(long number) => desk.Read(session => Find(session, number));

    /// <summary>The letter that tells a recipient of a correction: on its way, or there.</summary>
    public Delivery? Letter(long correction, string recipient) => desk.Read(session => DeliveryRows.First(
        session,
        "correction = @correction AND recipient = @recipient AND state NOT IN (@stopped, @given_up) ORDER BY number",
        ("correction", correction),
        ("recipient", recipient),
        ("stopped", DeliveryState.Stopped),
        ("given_up", DeliveryState.GivenUp)));

    /// <summary>The destination by which a recipient got something of a batch last; null when that was by another way.</summary>
    public string? LastWay(long batch, string recipient) => desk.Read(session => DeliveryRows.First(
        session, "batch = @batch AND recipient = @recipient ORDER BY number DESC", ("batch", batch), ("recipient", recipient)))?.Destination;

    /// <summary>Every attempt to deliver a package, oldest first.</summary>
    public IReadOnlyList<DeliveryAttempt> Attempts(long number) => desk.Read(session => session.Query(
        "SELECT at, made_by, outcome, detail FROM delivery_attempt WHERE delivery = @number ORDER BY ordinal",
        row => new DeliveryAttempt(row.Moment("at"), row.Text("made_by"), row.OptionalText("outcome"), row.OptionalText("detail")),
        ("number", number)));

    /// <summary>What recipients said, oldest first.</summary>
    public IReadOnlyList<RecipientReceipt> Receipts() => desk.Read(session => session.Query(
        "SELECT destination, package, source, delivery, is_accepted, content, received_at FROM delivery_receipt ORDER BY received_at, destination, package, source",
        row => new RecipientReceipt(
            row.Text("destination"),
            row.Text("package"),
            row.Text("source"),
            row.OptionalNumber("delivery"),
            row.Flag("is_accepted"),
            row.Text("content"),
            row.Moment("received_at"))));

    /// <summary>How the destinations stand, by name.</summary>
    public IReadOnlyList<DeliveryFigures> Figures() => desk.Read(session => session.Query(
        """
        SELECT d.name, d.attempts, d.delivered,
            (SELECT count(*) FROM delivery w WHERE w.destination = d.name AND w.state = @waiting) AS waiting,
            (SELECT w.made_at FROM delivery w WHERE w.destination = d.name AND w.state = @waiting ORDER BY w.sequence LIMIT 1) AS oldest,
            (SELECT count(*) FROM delivery w WHERE w.destination = d.name AND w.state = @dead) AS dead
        FROM delivery_destination d ORDER BY d.name
        """,
        row => new DeliveryFigures(row.Text("name"), row.Number("waiting"), row.OptionalMoment("oldest"), row.Number("dead"), row.Number("attempts"), row.Number("delivered")),
        ("waiting", DeliveryState.Waiting),
        ("dead", DeliveryState.Dead)));

    /// <summary>Tries a package again at once, after a person has changed what was wrong; one that waits for its time does not wait any longer.</summary>
    /// <exception cref="RefusedException">It has gone, or may not go.</exception>
    public void Retry(long number)
    {
        desk.Actor.Require(Duty.Sender);
        desk.Do(work =>
        {
            var delivery = Open(work.Session, number, nameof(Retry));
            if (delivery.Release is { } release && !ReleaseDesk.Holds(work.Session, release, work.Now))
            {
                throw new RefusedException(RefusalKind.NoRelease);
            }

            DeliveryRows.Update(work.Session, delivery with { State = DeliveryState.Waiting, StateAt = work.Now, Attempts = 0, NextAttempt = work.Now });
            work.Record(Duty.Sender, "delivery.retry", Delivery.NameOf(number), "", ("destination", delivery.Destination), ("sequence", delivery.Sequence));
        });
    }

    /// <summary>A package does not go, and those behind it may.</summary>
    /// <exception cref="RefusedException">It has gone, may not go anyway, or no reason was given.</exception>
    public void GiveUp(long number, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(RefusalKind.NoReason);
        }

        desk.Actor.Require(Duty.Sender);
        desk.Do(work =>
        {
            var delivery = Open(work.Session, number, nameof(GiveUp));
            DeliveryRows.Update(work.Session, delivery with { State = DeliveryState.GivenUp, StateAt = work.Now, Problem = reason });
            work.Record(Duty.Sender, "delivery.give-up", Delivery.NameOf(number), reason, ("destination", delivery.Destination), ("sequence", delivery.Sequence));
        });
    }

    /// <summary>After a restore, or when the recipient has a number under another identity: the last number that the recipient has. The next package gets a higher one.</summary>
    /// <returns>The number that the next package gets.</returns>
    public long CountFrom(string destination, long last)
    {
        desk.Actor.Require(Duty.Sender);
        return desk.Do(work => DeliveryNumbers.CountFrom(work, destination, last));
    }

    internal static Delivery Find(LedgerSession session, long number) =>
        DeliveryRows.First(session, "number = @number", ("number", number)) ?? throw new RefusedException(RefusalKind.Unknown, Delivery.NameOf(number));

    private static Delivery Open(LedgerSession session, long number, string step)
    {
        var delivery = Find(session, number);
        return delivery.State is DeliveryState.Waiting or DeliveryState.Dead ? delivery : throw new RefusedException(RefusalKind.WrongState, delivery.State.ToString(), step);
    }

    private static Delivery Add(DeskWork work, DeliveryRequest request, string documents, Func<Delivery, DeliverySeal> seal)
    {
        var sequence = DeliveryNumbers.Next(work.Session, request.Destination);
        var delivery = new Delivery(
            work.Session.Number("SELECT max(number) FROM delivery") + 1,
            Guid.NewGuid().ToString(),
            request.Destination,
            sequence,
            request.Recipient,
            request.Batch,
            request.Snapshot,
            request.Release,
            request.Correction,
            work.Now,
            work.Actor.Name,
            DeliveryState.Waiting,
            work.Now,
            Attempts: 0,
            work.Now,
            Problem: null)
        {
            LedgerRestoredAt = LedgerIdentity.RestoredAt(work.Session),
        };
        var made = seal(delivery);
        DeliveryRows.Insert(work.Session, delivery, documents, made);
        foreach (var (ordinal, document) in (made.Sent ?? request.Documents).Index())
        {
            work.Session.Execute(
                "INSERT INTO delivery_file (delivery, ordinal, name, bytes, sha256, sm3, content) VALUES (@delivery, @ordinal, @name, @bytes, @sha256, @sm3, @content)",
                ("delivery", delivery.Number),
                ("ordinal", ordinal),
                ("name", document.Name),
                ("bytes", document.Content.Length),
                ("sha256", document.Sha256),
                ("sm3", document.Sm3),
                ("content", work.Vault.Seal(TaskStore.KeyOf(request.Batch), DeliveryRows.FieldOf(delivery.Id, ordinal), document.Content.Span)));
            ReleaseDesk.Disclose(work, request.Batch, request.Release, request.Recipient, request.Documents[ordinal].Name, request.Documents[ordinal].Sha256);
        }

        work.Record(
            Duty.Sender,
            "delivery.queue",
            Delivery.NameOf(delivery.Number),
            "",
            ("id", delivery.Id),
            ("destination", delivery.Destination),
            ("sequence", delivery.Sequence),
            ("documents", documents),
            ("release", delivery.Release));
        return delivery;
    }

    /// <summary>What makes two packages the same: ground, names and contents.</summary>
    private static string DigestOf(DeliveryRequest request)
    {
        var text = new StringBuilder().Append($"{request.Batch} {request.Release} {request.Correction}\n");
        foreach (var document in request.Documents)
        {
            text.Append(document.Sha256).Append(' ').Append(document.Name).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
