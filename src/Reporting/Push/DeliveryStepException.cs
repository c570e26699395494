namespace MinerFlow.Reporting.Push;

/// <summary>A step of a delivery did not go well.</summary>
/// <param name="kind">What the sender does next.</param>
/// <param name="step">Name of the step, as <c>push test</c> shows it.</param>
/// <param name="message">What was seen and what would be right. No secret, no personal data.</param>
internal sealed class DeliveryStepException(DeliveryOutcomeKind kind, string step, string message) : Exception(message)
{
    public DeliveryOutcomeKind Kind { get; } = kind;

    public string Step { get; } = step;
}
