namespace MinerFlow.Abstractions;

/// <summary>One thing that was seen and speaks for a verdict.</summary>
/// <param name="Rule">Name of the rule that was met, as in <c>rules/</c>.</param>
/// <param name="FrameNumber">Frame of the capture that carried it, counted from 1.</param>
/// <param name="Seen">What was seen, in English words without personal data, such as <c>mining.notify with 9 parameters</c>.</param>
public readonly record struct Evidence(string Rule, long FrameNumber, string Seen);
