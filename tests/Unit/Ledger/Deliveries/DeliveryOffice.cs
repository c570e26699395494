using System.Text;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Unit.Ledger.Deliveries;

/// <summary>An office with one list that is reviewed, ready to be answered.</summary>
internal static class DeliveryOffice
{
    public const string Recipient = "市发展改革委";

    public static Office Open(LedgerHome home)
    {
        var office = new Office(home);
        new TaskStore(office.DeskOf("entry")).Accept(Lists.Batch("a.xlsx", office.Clock.Now, Lists.Row(1, "203.0.113.9")), Lists.Original("a"));
        var verification = new VerificationDesk(office.DeskOf("verifier"), new LabelRules());
        verification.Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", null)));
        verification.Verify([1], null, "");
        new VerificationDesk(office.DeskOf("reviewer"), new LabelRules()).Review([1], isConfirmed: true, "");
        return office;
    }

    /// <summary>A release that two persons made, for two days.</summary>
    public static long Release(Office office, string recipient = Recipient)
    {
        var id = new ReleaseDesk(office.DeskOf("sender")).Ask(1, "answer to the list", "示例依据", recipient, office.Clock.Now.AddDays(2));
        new ReleaseDesk(office.DeskOf("privacy")).Approve(id);
        return id;
    }

    public static DeliveryRequest Request(string document, long? release = null, string destination = "regulator", bool mayGoWithoutRelease = true) => new()
    {
        Destination = destination,
        Recipient = Recipient,
        Batch = 1,
        Release = release,
        MayGoWithoutRelease = mayGoWithoutRelease,
        Documents = [DeliveryDocument.Of(document, Encoding.UTF8.GetBytes("content of " + document))],
    };

    /// <summary>Queues as the person who sends; the manifest only tells identity and number.</summary>
    public static Delivery Queue(Office office, DeliveryRequest request, bool canWithdraw = true) => new DeliveryDesk(office.DeskOf("sender")).Queue(
        request,
        delivery => Seal(delivery.Id, delivery.Sequence) with { Withdrawal = canWithdraw ? Seal(delivery.WithdrawalId, delivery.Sequence) : null });

    private static DeliverySeal Seal(string id, long sequence) => new(Encoding.UTF8.GetBytes($"{id} {sequence}"), Signature: null);
}
