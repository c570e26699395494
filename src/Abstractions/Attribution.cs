namespace MinerFlow.Abstractions;

/// <summary>How a question "who was behind this address then" ended. Never a pick of one of several.</summary>
public enum AttributionOutcome
{
    /// <summary>Exactly one subscriber fits.</summary>
    Unique,

    /// <summary>Several fit; all are listed.</summary>
    Ambiguous,

    /// <summary>Our address, sources cover the time, nobody had it.</summary>
    None,

    /// <summary>Cannot be said; <see cref="Attribution.Missing"/> names what would be needed.</summary>
    Insufficient,

    /// <summary>Not an address of ours.</summary>
    NotOurs,

    /// <summary>Not an address that can have a subscriber.</summary>
    Invalid,
}

/// <summary>A subscriber that fits, with the interval and the log lines it rests on.</summary>
/// <param name="Account">Account or line number as the source names it.</param>
/// <param name="Source">Kind of source that names the account: <c>line</c>, <c>radius</c>, <c>dhcp</c>, <c>nat</c>.</param>
/// <param name="ValidFrom">Start of the interval in which all links of the chain hold; <see cref="PacketTime.None"/> when open.</param>
/// <param name="ValidTo">End of the interval, exclusive; null when open.</param>
/// <param name="EndIsEstimated">The end was concluded, not logged (a lost Stop).</param>
/// <param name="Evidence">Digests of the log lines: the algorithm and the first 128 bits, <c>sm3:</c> and lower-case hexadecimal.</param>
public sealed record AttributionCandidate(
    string Account,
    string Source,
    PacketTime ValidFrom,
    PacketTime? ValidTo,
    bool EndIsEstimated,
    IReadOnlyList<string> Evidence)
{
    public Subscriber? Subscriber { get; init; }

    /// <summary>From the address asked to the account, one link for each log that was needed.</summary>
    public IReadOnlyList<AttributionLink> Chain { get; init; } = [];

    /// <summary>Seconds between the time asked and the nearest moment at which the chain may have changed hands; null when there is none.</summary>
    public double? MarginSeconds { get; init; }

    /// <summary>Whether the physical port in the accounting is the one in the subscriber master: the second witness of the address.</summary>
    public PortWitness PortWitness { get; init; }

    /// <summary>The translator's log says less than usual of the end of the ports: they are taken to have lasted as long as the session that began with them.</summary>
    public bool RestsOnSession { get; init; }

    /// <summary>No line says that the ports were given back, and how long others are held makes it likely, but no more than that, that these were still held.</summary>
    public bool RestsOnLikelihood { get; init; }
}

/// <summary>One log that a name rests on.</summary>
/// <param name="Source">Device and what it says, such as <c>cgn01 nat 203.0.113.9:20480-24575 -> 100.64.12.34</c>. Names no subscriber.</param>
/// <param name="Line">Digest of the line that proves the beginning; empty when none does.</param>
/// <param name="LastLine">Digest of the line that proves it last.</param>
public sealed record AttributionLink(string Source, string Line, string LastLine);

/// <summary>What the physical port of the session says about the installation address.</summary>
public enum PortWitness : byte
{
    /// <summary>One of the two does not name a port, or not in a form that can be compared.</summary>
    Silent,

    Agrees,

    /// <summary>The line of the register ends at another port: the account stands, its address needs a person.</summary>
    Contradicts,
}

/// <summary>Where the port of a question came from.</summary>
public enum PortOrigin : byte
{
    None,

    /// <summary>The question itself.</summary>
    Question,

    /// <summary>Our own sensor saw the flow.</summary>
    OwnFlow,
}

/// <summary>Why a question cannot be answered, or what would make the answer better.</summary>
public enum MissingKind : byte
{
    SourcePort,
    Inventory,

    /// <summary>No log at all speaks of the address.</summary>
    PoolLog,

    /// <summary>The log does not reach over the time asked.</summary>
    TimeOutsideLog,

    /// <summary>Log lines are missing in the time that matters.</summary>
    CoverageGap,

    /// <summary>Who had the inner address.</summary>
    InnerLog,

    /// <summary>The address was held in a part of the time asked only.</summary>
    NarrowerTime,

    /// <summary>The line that gave the ports out, or the one that took them back, is lost.</summary>
    LostLine,

    /// <summary>A device's clock or time zone does not fit the other logs.</summary>
    Clock,

    /// <summary>Inner addresses repeat and nothing says which access server lies behind the NAT.</summary>
    AccessServer,

    /// <summary>Connections of one sighting have different answers.</summary>
    EveryConnection,
}

/// <summary>Something that is missing, of which source and from when to when where that is known.</summary>
public sealed record MissingPiece(MissingKind Kind, string? Source = null, PacketTime? From = null, PacketTime? To = null)
{
    /// <summary>In English words; outputs in other languages have their own.</summary>
    public override string ToString() => Kind switch
    {
        MissingKind.SourcePort => "source port",
        MissingKind.Inventory => "address inventory",
        MissingKind.PoolLog => "RADIUS, DHCP or NAT log of this address pool",
        MissingKind.TimeOutsideLog => Source is null ? "RADIUS, DHCP or NAT log of the time asked" : $"log of {Source} of the time asked",
        MissingKind.CoverageGap => $"log lines of {Source} from {From} to {To} (coverage gap)",
        MissingKind.InnerLog => "RADIUS or DHCP log of inner addresses",
        MissingKind.NarrowerTime => "a narrower time: the address changed hands or was held in part of it only",
        MissingKind.LostLine => $"log line of {Source} at the change of hands",
        MissingKind.Clock => $"right clock or time zone of {Source}",
        MissingKind.AccessServer => "access server behind the NAT, for inner addresses repeat (address inventory)",
        _ => "a name for every connection: some could not be attributed",
    };
}

/// <summary>What is known of a log that an answer rests on.</summary>
/// <param name="Source">Device.</param>
/// <param name="ClockOffsetMilliseconds">What its times have to be corrected by, as learnt; null when nothing is known.</param>
/// <param name="IsCovered">It speaks over the whole time asked.</param>
/// <param name="GapFrom">A silence nearest to the time asked; null when there is none.</param>
/// <param name="GapTo">Its end.</param>
public sealed record SourceState(string Source, long? ClockOffsetMilliseconds, bool IsCovered, PacketTime? GapFrom, PacketTime? GapTo);

/// <summary>Who holds a line, as the carrier's register has it.</summary>
/// <param name="Name">Organisation or person.</param>
/// <param name="IsNaturalPerson">Persons are masked in every output.</param>
public sealed record Subscriber(string Name, bool IsNaturalPerson)
{
    public string? CreditCode { get; init; }

    /// <summary>Kind of subject, such as 党政机关, 国有企业, 个人.</summary>
    public string? Kind { get; init; }

    public string? InstallationAddress { get; init; }

    public string? Province { get; init; }

    public string? City { get; init; }

    public string? County { get; init; }

    public string? LineNumber { get; init; }

    /// <summary>Physical port (OLT, PON, ONU) where the line ends, as the resource system has it.</summary>
    public string? AccessPort { get; init; }

    /// <summary>实名状态 as the customer system has it, such as 已实名, 未实名, 代办.</summary>
    public string? RealNameState { get; init; }

    public string? ContactName { get; init; }

    public string? ContactPhone { get; init; }
}

/// <summary>The question "who was behind this address then".</summary>
/// <param name="Address">Public, inner or IPv6.</param>
/// <param name="From">First moment asked.</param>
/// <param name="To">Last moment, included.</param>
public sealed record AttributionQuestion(IpAddress Address, PacketTime From, PacketTime To)
{
    /// <summary>Source port of the flow; null when not known.</summary>
    public ushort? Port { get; init; }

    /// <summary>IP protocol number; 0 when not known.</summary>
    public byte Protocol { get; init; }

    /// <summary>Where the flow went; needed only where NAT gives one port to several subscribers for different destinations.</summary>
    public Endpoint? Destination { get; init; }
}

/// <summary>The answer to "who was behind this address then".</summary>
public sealed record Attribution(AttributionOutcome Outcome, IReadOnlyList<AttributionCandidate> Candidates)
{
    /// <summary>A to E, A best; null unless the outcome is unique or ambiguous.</summary>
    public char? Grade { get; init; }

    /// <summary>Which sources or fields would be needed, in English words; empty when nothing is.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary><see cref="Missing"/> in parts, for words of another language.</summary>
    public IReadOnlyList<MissingPiece> MissingPieces { get; init; } = [];

    /// <summary>Word of the pool's kind by the inventory (<c>cgn-pba</c>, <c>dynamic</c>), or by what was found; <c>unknown</c>.</summary>
    public string AddressKind { get; init; } = "unknown";

    /// <summary>Whether subscribers share the address at one time.</summary>
    public bool PortRequired { get; init; }

    public PortOrigin PortOrigin { get; init; }

    /// <summary>How many fit; more than <see cref="Candidates"/> when they are counted only, because no port tells them apart.</summary>
    public int CandidateCount { get; init; } = Candidates.Count;

    /// <summary>The logs that were asked.</summary>
    public IReadOnlyList<SourceState> Sources { get; init; } = [];

    /// <summary>Frames or records of our own sensor that the port was taken from.</summary>
    public IReadOnlyList<string> OwnEvidence { get; init; } = [];
}
