using MinerFlow.Ledger.People;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>What the recipient of one destination said.</summary>
public sealed class ReceiptBook(LedgerDesk desk, string destination)
{
    /// <summary>Takes what the recipient said into the ledger; what is there already is passed over.</summary>
    /// <returns>Those that are new.</returns>
    public IReadOnlyList<RecipientReceipt> Record(IEnumerable<(string Package, string Source, bool IsAccepted, string Text)> receipts) => desk.Do(work =>
    {
        // A recipient may speak before it ever got anything from here.
        work.Session.Execute("INSERT INTO delivery_destination (name, last_sequence, attempts, delivered) VALUES (@name, 0, 0, 0) ON CONFLICT (name) DO NOTHING", ("name", destination));
        var added = new List<RecipientReceipt>();
        foreach (var (package, source, isAccepted, text) in receipts)
        {
            var number = DeliveryRows.First(work.Session, "id = @id AND destination = @destination", ("id", Delivery.IdIn(package)), ("destination", destination))?.Number;
            var receipt = new RecipientReceipt(destination, package, source, number, isAccepted, text, work.Now);
            var rows = work.Session.Execute(
                """
                INSERT INTO delivery_receipt (destination, package, source, delivery, is_accepted, content, received_at)
                VALUES (@destination, @package, @source, @delivery, @is_accepted, @content, @received_at) ON CONFLICT (destination, package, source) DO NOTHING
                """,
                ("destination", destination),
                ("package", package),
                ("source", source),
                ("delivery", number),
                ("is_accepted", isAccepted),
                ("content", text),
                ("received_at", work.Now));
            if (rows > 0)
            {
                work.Record(Duty.Sender, "delivery.receipt", number is { } known ? Delivery.NameOf(known) : destination, "", ("package", package), ("accepted", isAccepted), ("source", source));
                added.Add(receipt);
            }
        }

        return added;
    });
}
