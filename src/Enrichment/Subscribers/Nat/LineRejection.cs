namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Why a line or one record of it gave no event. Each is counted by source; the line itself is never logged.</summary>
public enum LineRejection
{
    None,

    /// <summary>No pattern of the profile begins with a text that stands in the line: most often a line about something else.</summary>
    NoPattern,

    /// <summary>A pattern began to fit and then the line had another text.</summary>
    OtherText,

    /// <summary>The line ends in the middle of a pattern.</summary>
    Cut,

    /// <summary>The event's name is not one that the profile knows.</summary>
    UnknownEvent,

    BadAddress,

    BadNumber,

    /// <summary>Not the form of time that the pattern asks for, or a day that no calendar has.</summary>
    BadTime,

    /// <summary>A port beyond 65535.</summary>
    PortTooLarge,

    /// <summary>The last port lies before the first.</summary>
    ReversedPorts,

    NoOuterAddress,

    NoInnerAddress,

    NoPort,

    /// <summary>Neither line nor receiver say when.</summary>
    NoTime,

    /// <summary>Longer than lines may be.</summary>
    TooLong,

    Empty,
}
