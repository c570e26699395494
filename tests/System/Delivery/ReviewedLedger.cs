using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>A ledger with one list whose answers are reviewed, for programs that send them.</summary>
internal sealed class ReviewedLedger : IDisposable
{
    public const string Recipient = "市发展改革委";

    private readonly LedgerDatabase _database;
    private readonly PersonalVault _vault;

    /// <param name="folder">Takes ledger, keys and the table of people; the user of this process is the one who sends.</param>
    public ReviewedLedger(string folder)
    {
        (Place, Keys, Actors) = (Path.Combine(folder, "ledger.db"), Path.Combine(folder, "ledger.db.keys"), Path.Combine(folder, "actors.csv"));
        File.WriteAllText(Actors, $"name,os_user,duties\n报送,{Environment.UserName},Sender\n");
        _database = LedgerDatabase.Open(LedgerPlace.Parse(Place), LedgerAccess.Create);
        _vault = PersonalVault.Open(Keys);
        new TaskStore(DeskOf(Duty.Entry)).Accept(Batch(), "original"u8.ToArray());
        var verification = new VerificationDesk(DeskOf(Duty.Verifier), new LabelRules());
        verification.Propose(1, new Nobody());
        verification.Verify([1], null, "");
        new VerificationDesk(DeskOf(Duty.Reviewer), new LabelRules()).Review([1], isConfirmed: true, "");
    }

    public string Place { get; }

    public string Keys { get; }

    public string Actors { get; }

    public DeliveryDesk Deliveries => new(DeskOf(Duty.Sender));

    /// <returns>Number of the snapshot.</returns>
    public long Snapshot() => new SnapshotDesk(DeskOf(Duty.Sender)).Take(new SnapshotRequest { Profile = new ReportingProfile(), UtcOffset = TimeSpan.FromHours(8), Purpose = "answer", Batches = [1] }).Number;

    public void Queue(string destination, string document) => Deliveries.Queue(
        new DeliveryRequest
        {
            Destination = destination,
            Recipient = Recipient,
            Batch = 1,
            MayGoWithoutRelease = true,
            Documents = [DeliveryDocument.Of(document, Encoding.UTF8.GetBytes("content of " + document))],
        },
        delivery => new DeliverySeal(MinerFlow.Reporting.Push.PackageManifest.Write(delivery, [DeliveryDocument.Of(document, Encoding.UTF8.GetBytes("content of " + document))], snapshotSha256: null), Signature: null)
        {
            Withdrawal = new DeliverySeal(MinerFlow.Reporting.Push.PackageManifest.WriteWithdrawal(delivery), Signature: null),
        });

    public void Dispose()
    {
        _vault.Dispose();
        _database.Dispose();
    }

    private LedgerDesk DeskOf(Duty duty) => new(_database, _vault, new Actor(duty.ToString(), [duty]), TimeProvider.System);

    private static ListBatch Batch()
    {
        var from = PacketTime.From(new DateTimeOffset(2022, 4, 7, 21, 3, 0, TimeSpan.FromHours(8)));
        var window = new SeenWindow(from, new PacketTime(from.UnixNanoseconds + (59 * PacketTime.NanosecondsPerSecond)), TimePrecision.Minute);
        var range = IpRange.TryParse("203.0.113.9", out var parsed) ? parsed : throw new InvalidOperationException();
        return new ListBatch
        {
            File = ListFile.Of("附件1.xlsx", "original"u8.ToArray()),
            ReceivedAt = new DateTimeOffset(2022, 4, 8, 9, 0, 0, TimeSpan.FromHours(8)),
            Tables = [new ListTable("", "清单", IsHidden: false, 1, ["IP地址"], [ListColumn.Address])],
            Rows =
            [
                new ListRow
                {
                    Table = 0,
                    Row = 2,
                    Disposition = RowDisposition.Accepted,
                    Cells = [new RawCell(1, "203.0.113.9")],
                    Seen = window,
                    Entries = [new ListEntry(1, range, null, 6, EntryKey.Of(range, null, 6, window, ""))],
                },
            ],
        };
    }

    /// <summary>Nobody is known behind any address.</summary>
    private sealed class Nobody : IEntryResolver
    {
        public EntryAnswer Answer(AttributionQuestion question, string place) => new(new Attribution(AttributionOutcome.None, []) { Missing = ["nobody had it"] }, "{}");
    }
}
