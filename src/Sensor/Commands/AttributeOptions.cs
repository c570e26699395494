using MinerFlow.Enrichment.Subscribers.Questions;

namespace MinerFlow.Sensor.Commands;

/// <summary>What was asked, checked.</summary>
internal sealed record AttributeOptions
{
    /// <summary>One question; null when a list is asked.</summary>
    public ListedQuestion? Question { get; init; }

    public string? Batch { get; init; }

    public TimePrecision Precision { get; init; }

    public required SourceFiles Sources { get; init; }

    public TimeSpan Offset { get; init; }

    /// <summary>What a person has confirmed; null when nothing was said about it.</summary>
    public TimeSpan? Shift { get; init; }

    public string? Output { get; init; }

    /// <summary>Sentences instead of JSON.</summary>
    public bool IsText { get; init; }

    public byte[]? IdentityKey { get; init; }
}
