using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Held by whoever uses the intake. Closed while its store cannot be written, and opened again by whoever tries with success.</summary>
/// <param name="told">Takes what is wrong when the store begins to fail, and null when it is well again.</param>
internal sealed class LiveGate(Action<Exception?> told)
{
    private Exception? _failure;
    private bool _isEnding;

    /// <summary>The store cannot be written.</summary>
    public bool IsFailing => Volatile.Read(ref _failure) is not null;

    /// <summary>For who holds the gate: waits until the store can be written, and lets go of the gate meanwhile; false when it is not to be waited for any more.</summary>
    public bool AwaitStore()
    {
        while (IsFailing && !_isEnding)
        {
            Monitor.Wait(this);
        }

        return !IsFailing;
    }

    /// <summary>For who holds the gate: does something with the store, unless it fails.</summary>
    public void Try(Action act)
    {
        if (!IsFailing)
        {
            Do(act);
        }
    }

    /// <summary>For who holds the gate: does something with a store that failed; when that goes well all who wait go on.</summary>
    public void Retry(Action act)
    {
        if (Do(act))
        {
            Volatile.Write(ref _failure, null);
            Monitor.PulseAll(this);
            told(null);
        }
    }

    public void Fail(Exception failure)
    {
        var isNews = !IsFailing;
        Volatile.Write(ref _failure, failure);
        if (isNews)
        {
            told(failure);
        }
    }

    /// <summary>For who holds the gate: nobody waits for the store any more.</summary>
    public void End()
    {
        _isEnding = true;
        Monitor.PulseAll(this);
    }

    /// <summary>Failures of the disk and of the store, not of the lines.</summary>
    public static bool IsOfStore(Exception failure) => failure is IOException or IntervalStoreException or UnauthorizedAccessException or ObjectDisposedException;

    private bool Do(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception failure) when (IsOfStore(failure))
        {
            Fail(failure);
            return false;
        }
    }
}
