using MinerFlow.Reporting.Intake.Cells;
using MinerFlow.Reporting.Intake.Grids;

namespace MinerFlow.Reporting.Intake;

/// <summary>What the receiver of a list states about it, and how it is to be read.</summary>
public sealed record IntakeOptions
{
    public required DateTimeOffset ReceivedAt { get; init; }

    public string? Sender { get; init; }

    public string? DocumentNumber { get; init; }

    public string? Platform { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Offset from UTC of times that name none.</summary>
    public TimeSpan UtcOffset { get; init; } = TimeSpan.FromHours(8);

    public DateOrder DateOrder { get; init; }

    /// <summary>Date system of files that do not say theirs; null while nobody has said it.</summary>
    public bool? CountsFrom1904 { get; init; }

    /// <summary>A person has confirmed that numbers in the column of addresses are addresses.</summary>
    public bool AcceptsNumberAddresses { get; init; }

    /// <summary>A person has confirmed that a wildcard for the last part of an address means all of them.</summary>
    public bool AcceptsWildcards { get; init; }

    /// <summary>When rows without any time were seen, as the receiver states; in the forms of a cell.</summary>
    public string? Seen { get; init; }

    /// <summary>A person has confirmed that an empty region means the one above: text has lost which cells were merged.</summary>
    public bool FillsRegionsDown { get; init; }

    /// <summary>Addresses that one cell may ask for.</summary>
    public int MostAddresses { get; init; } = 256;

    /// <summary>Our own carrier, such as <c>telecom</c>: rows that name another are returned. Null to ask for every row.</summary>
    public string? OwnCarrier { get; init; }

    /// <summary>Ports that pools listen on: as source ports they are suspicious.</summary>
    public IReadOnlySet<ushort> PoolPorts { get; init; } = new HashSet<ushort>();

    public ReadLimits Limits { get; init; } = new();
}
