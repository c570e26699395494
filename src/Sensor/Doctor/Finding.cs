namespace MinerFlow.Sensor.Doctor;

/// <summary>How something that was looked at is.</summary>
internal enum FindingState
{
    Good,

    /// <summary>Works, but not as well as it might.</summary>
    Doubtful,

    /// <summary>The service will not start, or will lose.</summary>
    Bad,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Check">Name of the check, the same in every language.</param>
/// <param name="Subject">Interface, folder or file that was looked at; empty for the machine.</param>
/// <param name="State">How it is.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Advice">What to do; empty when nothing is to be done.</param>
internal sealed record Finding(string Check, string Subject, FindingState State, string Seen, string Advice = "");
