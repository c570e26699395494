using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Master;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Resolution;

/// <summary>Invented logs of a NAT and an access server as intervals. Times are minutes after 2022-04-08T00:00:00Z.</summary>
internal sealed class Logs
{
    public const string Public = "203.0.113.9";

    private readonly IntervalList _list = new();

    public OwnFlows? OwnFlows { get; set; }

    public AddressInventory? Inventory { get; set; }

    public SubscriberMaster? Master { get; set; }

    public static PacketTime Minute(double minutes) => PacketTime.FromSeconds(1_649_376_000, (long)(minutes * 60 * PacketTime.NanosecondsPerSecond));

    public LogSource Nat(string device = "cgn01") => _list.SourceOf(LogKind.Nat, device);

    public LogSource Radius(string device = "bras01") => _list.SourceOf(LogKind.Radius, device);

    /// <summary>Both logs speak every twenty seconds from one minute to another.</summary>
    public Logs Speaking(double from, double to)
    {
        for (var minute = from; minute <= to; minute += 1 / 3.0)
        {
            Nat().Saw(Minute(minute));
            Radius().Saw(Minute(minute));
        }

        return this;
    }

    /// <summary>A block of 4096 ports from 20480 on, proven at its start and, when it has one, at its end.</summary>
    public Logs Block(string inner, double from, double? to, IntervalMarks marks = IntervalMarks.None, int firstPort = 20480, double? lastProof = null, string device = "cgn01")
    {
        var proof = Minute(lastProof ?? to ?? from);
        _list.Add(new AddressInterval
        {
            Kind = IntervalKind.PortBlock,
            Source = Nat(device).Number,
            Range = IpRange.Single(Ip(Public)),
            FirstPort = (ushort)firstPort,
            LastPort = (ushort)(firstPort + 4095),
            Inner = Ip(inner),
            From = Minute(from),
            To = to is { } end ? Minute(end) : AddressInterval.Open,
            Marks = marks,
            FirstProof = marks.HasFlag(IntervalMarks.StartIsEstimated) ? proof : Minute(from),
            LastProof = proof,
            FirstLine = LineDigest.Of(System.Text.Encoding.ASCII.GetBytes($"block {inner} {from}")),
        });
        return this;
    }

    /// <summary>The same block in the accounting of an access server that translates.</summary>
    public Logs AccountedBlock(string account, double from, double to)
    {
        _list.Add(new AddressInterval
        {
            Kind = IntervalKind.PortBlock,
            Source = Radius().Number,
            Range = IpRange.Single(Ip(Public)),
            FirstPort = 20480,
            LastPort = 24575,
            Account = _list.Intern(account),
            From = Minute(from),
            To = Minute(to),
            FirstProof = Minute(from),
            LastProof = Minute(to),
        });
        return this;
    }

    public Logs Session(string address, string account, double from, double? to, string device = "bras01", string port = "", double? lastProof = null)
    {
        _list.Add(new AddressInterval
        {
            Kind = IntervalKind.Session,
            Source = Radius(device).Number,
            Range = IpRange.Single(Ip(address)),
            Account = _list.Intern(account),
            AccessPort = _list.Intern(port),
            From = Minute(from),
            To = to is { } end ? Minute(end) : AddressInterval.Open,
            FirstProof = Minute(from),
            LastProof = Minute(lastProof ?? to ?? from),
            FirstLine = LineDigest.Of(System.Text.Encoding.ASCII.GetBytes($"session {account} {from}")),
        });
        return this;
    }

    public Attribution Ask(double from, double to, ushort? port = 22017, string address = Public) => Directory().Answer(new AttributionQuestion(Ip(address), Minute(from), Minute(to)) { Port = port });

    public SubscriberDirectory Directory() =>
        SubscriberDirectory.Build(new SubscriberSources { Inventory = Inventory, Logs = _list.ToIndex(), OwnFlows = OwnFlows, Master = Master });
}
