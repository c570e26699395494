namespace MinerFlow.Capture.Live;

/// <summary>Knows whether an interface is there and up, under whatever name, and tells when that changes.</summary>
/// <param name="device">Name that was asked for.</param>
/// <param name="statistics">Counts the losses.</param>
/// <param name="onLink">Told of each change, with the name that the interface has then.</param>
internal sealed class LinkWatch(string device, CaptureStatistics statistics, Action<string, LinkState> onLink)
{
    private readonly string _asked = device;
    private string _name = device;

    public LinkState State { get; private set; }

    /// <summary>Asks the kernel.</summary>
    /// <param name="socket">Any socket in the name space of the interface.</param>
    /// <param name="index">Index of the interface, which outlives its name.</param>
    public void Look(int socket, int index)
    {
        var name = NetworkDevices.HasName(socket, index, _name) ? _name : NetworkDevices.NameOf(socket, index);
        Tell(name.Length == 0 ? LinkState.Gone : NetworkDevices.IsUp(socket, name) ? LinkState.Up : LinkState.Down, name);
    }

    /// <summary>Takes note of what was learnt in another way.</summary>
    public void Tell(LinkState state, string name = "")
    {
        if (name.Length == 0)
        {
            name = state == LinkState.Gone ? _name : _asked;
        }

        if (state == State && name == _name)
        {
            return;
        }

        statistics.LinkLosses += state != LinkState.Up && State == LinkState.Up ? 1 : 0;
        (State, _name) = (state, name);
        onLink(name, state);
    }
}
