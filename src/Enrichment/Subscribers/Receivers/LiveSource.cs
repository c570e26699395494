using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>One port or file that logs come from, at one moment.</summary>
/// <param name="Name">Endpoint or path.</param>
/// <param name="Kind"><c>radius</c>, <c>syslog</c>, <c>flow</c> or <c>tail</c>.</param>
/// <param name="Counts">What became of messages and lines, by result: <c>taken</c>, and why each other was not.</param>
/// <param name="LastSeen">When something came last; <see cref="PacketTime.None"/> before the first.</param>
/// <param name="Waiting">Bytes that came and are not read yet.</param>
public sealed record LiveSourceState(string Name, string Kind, IReadOnlyList<LiveSourceCount> Counts, PacketTime LastSeen, long Waiting);

/// <param name="Sender">Client, peer or device, where they are told apart; else empty.</param>
/// <param name="Result"><c>taken</c>, or why not.</param>
/// <param name="Count">Messages, lines or records.</param>
public sealed record LiveSourceCount(string Sender, string Result, long Count);

/// <summary>A source while it runs.</summary>
internal interface ILiveSource : IDisposable
{
    /// <summary>Stops taking anything in; what was taken is still read.</summary>
    void Close();

    /// <summary>For the thread that holds the intake.</summary>
    LiveSourceState State();
}

/// <summary>Hands messages to their reader while it holds the intake. While the store cannot be written none is handed out: they wait where they came from.</summary>
internal sealed class GatedHandler(IMessageHandler reader, LiveGate gate) : IMessageHandler
{
    public PacketTime LastSeen { get; private set; } = PacketTime.None;

    /// <summary>Messages that could not be read or kept, because the store failed at them or until the end.</summary>
    public long Unkept { get; private set; }

    public void Take(ReadOnlySpan<byte> message, in MessageOrigin origin)
    {
        lock (gate)
        {
            LastSeen = origin.Received;
            if (!gate.AwaitStore())
            {
                Unkept++;
                return;
            }

            try
            {
                reader.Take(message, origin);
            }
            catch (Exception failure) when (LiveGate.IsOfStore(failure))
            {
                Unkept++;
                gate.Fail(failure);
            }
        }
    }

    public void Rest()
    {
        lock (gate)
        {
            gate.Try(reader.Rest);
        }
    }
}
