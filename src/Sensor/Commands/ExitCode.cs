namespace MinerFlow.Sensor.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done. That mining was found does not change it: finding is what the run is for.</summary>
    public const int Done = 0;

    /// <summary>Done, but something needs a person: damaged records in a capture, unusable rows in a source, problems in the rules that were checked.</summary>
    public const int NeedsPerson = 1;

    /// <summary>Wrong usage or configuration; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>An input could not be read; the rest was processed.</summary>
    public const int Unreadable = 3;

    /// <summary>The environment: output closed, disk full, no permission to write.</summary>
    public const int Environment = 4;

    /// <summary>Stopped by a signal, as shells count them (128 + SIGINT); what was found until then was written.</summary>
    public const int Interrupted = 130;
}
