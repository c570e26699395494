namespace MinerFlow.Capture.Live;

/// <summary>The sockets that share the frames of one interface. The kernel numbers the group when the first one joins.</summary>
internal sealed class FanoutGroup(FanoutMode mode)
{
    private readonly Lock _turn = new();
    private int _interfaceIndex;
    private int _id = -1;

    /// <summary>Lets a bound socket join; an interface that came back has another index and gets a group of its own.</summary>
    public void Join(PacketSocket socket)
    {
        lock (_turn)
        {
            if (socket.InterfaceIndex != _interfaceIndex)
            {
                _interfaceIndex = socket.InterfaceIndex;
                _id = -1;
            }

            _id = socket.Join(_id, mode);
        }
    }
}
