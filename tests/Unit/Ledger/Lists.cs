using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Unit.Ledger;

/// <summary>Small lists of the regulator, as intake reads them.</summary>
internal static class Lists
{
    public static readonly DateTimeOffset Seen = new(2022, 4, 7, 21, 3, 0, TimeSpan.FromHours(8));

    public static ListBatch Batch(string name, DateTimeOffset receivedAt, params IReadOnlyList<ListRow> rows) => new()
    {
        File = ListFile.Of(name, Original(name)),
        ReceivedAt = receivedAt,
        Sender = "市发展改革委",
        DocumentNumber = "示例〔2022〕1号",
        Platform = "示例平台",
        Tables = [new ListTable("", "清单", IsHidden: false, 1, ["序号", "IP地址", "备注"], [ListColumn.Number, ListColumn.Address, ListColumn.Remark])],
        Rows = rows,
    };

    public static byte[] Original(string name) => Encoding.UTF8.GetBytes("original of " + name);

    /// <summary>A row that asks for one address in one minute.</summary>
    public static ListRow Row(int number, string address, ushort? port = null, DateTimeOffset? seen = null)
    {
        var range = IpRange.TryParse(address, out var parsed) ? parsed : throw new ArgumentException(address, nameof(address));
        var from = PacketTime.From(seen ?? Seen);
        var window = new SeenWindow(from, new PacketTime(from.UnixNanoseconds + (59 * PacketTime.NanosecondsPerSecond)), TimePrecision.Minute);
        PortRange? ports = port is { } one ? PortRange.Single(one) : null;
        return new ListRow
        {
            Table = 0,
            Row = number + 1,
            Disposition = RowDisposition.Accepted,
            Cells = [new RawCell(2, address), new RawCell(3, "=HYPERLINK(\"http://example.invalid\")")],
            Number = $"{number}",
            Region = new ListRegion("140802", "盐湖区"),
            Seen = window,
            Pools = ["pool.example"],
            PoolPorts = [PortRange.Single(3333)],
            LeadKind = LeadKind.Protocol,
            Organisation = "张示例",
            Entries = [new ListEntry(1, range, ports, 6, EntryKey.Of(range, ports, 6, window, "pool.example:3333"))],
        };
    }

    public static ListRow Returned(int number, ReturnReason reason) => new()
    {
        Table = 0,
        Row = number + 1,
        Disposition = RowDisposition.Returned,
        Reason = reason,
        Cells = [new RawCell(2, "10.0.0.1")],
        Problems = [new RowProblem(0, number + 1, 2, ListColumn.Address, RowProblemKind.ImpossibleAddress, "10.0.0.1", "10.0.0.0/8")],
    };
}
