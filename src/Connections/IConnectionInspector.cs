using System.Buffers;
using MinerFlow.Abstractions;

namespace MinerFlow.Connections;

/// <summary>
/// Decides which flows deserve more than their slot in the flow table, and reads those. One instance per worker;
/// every call comes on the capture thread and must neither block nor keep what it was lent.
/// </summary>
public interface IConnectionInspector
{
    /// <summary>
    /// First bytes that may open a message of interest, over TCP: 256 answers that the flow table asks without a call.
    /// A data packet whose first byte is not in it never reaches <see cref="Wants"/>, except the first of its direction when its length is 64
    /// (Stratum V2 opens with 64 bytes that look random) or its third and fourth byte are 87 D7 (DATUM masks its header with a fixed key).
    /// </summary>
    ReadOnlySpan<bool> FirstByteGate { get; }

    /// <summary>The same for UDP datagrams.</summary>
    ReadOnlySpan<bool> DatagramFirstByteGate { get; }

    /// <summary>UDP datagrams of fewer bytes never reach <see cref="Wants"/>.</summary>
    int ShortestDatagram => 1;

    /// <summary>
    /// Asked for the first data packets of each direction of a flow that has no <see cref="IConnectionHandler"/> yet.
    /// True makes the flow a connection: from this packet on its bytes are put in order and handed to <see cref="Open"/>'s handler.
    /// </summary>
    bool Wants(ReadOnlySpan<byte> payload, Transport transport);

    /// <summary>
    /// Asked for the first data packet of a direction that was not wanted: true when it opens a protocol that frames its messages itself (HTTP), so that
    /// what its later packets begin with need not begin a message. <see cref="Wants"/> is then asked only for packets of this direction that open such a message again.
    /// </summary>
    bool IsFramed(ReadOnlySpan<byte> payload) => false;

    /// <summary>Called once for each connection that <see cref="Wants"/> asked for.</summary>
    IConnectionHandler Open(Connection connection);

    /// <summary>
    /// A TCP flow ended that never carried a byte of data and whose start was not seen: the tail of something longer.
    /// Called after all handlers of the same capture were closed; with <see cref="FlowOptions.PeriodSeconds"/> at the end of the flow.
    /// </summary>
    void OnSilentFlow(in SilentFlow flow);
}

/// <summary>Reads one connection. Returned by <see cref="IConnectionInspector.Open"/>; dropped after <see cref="OnClosed"/>.</summary>
public interface IConnectionHandler
{
    /// <summary>Name of the rule by which the connection is a hit; null while it is none.</summary>
    string? Rule => null;

    /// <summary>What this frame showed that speaks for the verdict, in English words without personal data; null when nothing.</summary>
    string? SeenIn(long frameNumber) => null;

    /// <summary>
    /// The bytes of one direction in order: what the last call left unconsumed, then what came since.
    /// </summary>
    /// <returns>How many bytes from the front are done with. The rest is kept (within <see cref="FlowOptions.StreamBytesKept"/>) and shown again.</returns>
    long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment);

    /// <summary>
    /// Bytes of this direction are missing (lost, cut by the snap length, or over a bound): <paramref name="unconsumed"/> is what
    /// was kept before the gap and will not be shown again. <paramref name="missing"/> is 0 when the length is unknown.
    /// </summary>
    void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment);

    /// <summary>One UDP datagram.</summary>
    void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment);

    /// <summary>
    /// A period of <see cref="FlowOptions.PeriodSeconds"/> in which the connection spoke has ended, and nothing of the next one was read yet: what the handler
    /// knows now is what there was to know at its end.
    /// </summary>
    void OnPeriodEnd()
    {
    }

    /// <summary>
    /// The connection is over. Bytes still unconsumed were shown in the last <see cref="OnStream"/> and are given again here.
    /// </summary>
    void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh);
}

/// <summary>Where in the capture the last of the bytes on show came from.</summary>
public readonly record struct StreamMoment(PacketTime Time, long FrameNumber);

/// <summary>Why a connection ended.</summary>
public enum ConnectionEnd
{
    /// <summary>FIN of both sides or RST, then silence.</summary>
    Closed,

    /// <summary>No packet for the idle time.</summary>
    Idle,

    /// <summary>A new connection took the same addresses and ports.</summary>
    Replaced,

    /// <summary>The table was full and this was the oldest.</summary>
    Evicted,

    /// <summary>The handler asked for it: see <see cref="Connection.Abandon"/>.</summary>
    Abandoned,

    /// <summary>The capture is over.</summary>
    EndOfCapture,
}

/// <summary>A TCP flow without a byte of data and without its start.</summary>
public readonly record struct SilentFlow(FlowKey Key, ulong FlowId, PacketTime FirstSeen, PacketTime LastSeen, long FirstFrame, long LastFrame, string CaptureName);
