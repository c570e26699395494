namespace MinerFlow.Capture.Live;

/// <summary>One worker's share of a live interface. Opened, let in and run on the worker's own thread.</summary>
internal interface ILiveSource : ICaptureSource
{
    /// <summary>Takes memory and listens, with nothing let through yet.</summary>
    /// <exception cref="CaptureException">Privilege, memory, interface or filter; the message says what would be right.</exception>
    void Open();

    /// <summary>From here on frames come; called once, after <see cref="Open"/>.</summary>
    void Admit();
}

/// <summary>What became of a live interface.</summary>
public enum LinkState
{
    /// <summary>Frames come when there are any.</summary>
    Up,

    /// <summary>The interface is down; it is listened to again as soon as it is up.</summary>
    Down,

    /// <summary>There is no interface of that name now; one that appears is listened to.</summary>
    Gone,
}
