using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>Which flow a session belongs to and when it was, as its event states it.</summary>
internal readonly record struct Conversation(
    FlowKey Key, ulong FlowId, string CaptureName, FlowSide? Opener, PacketTime FirstSeen, PacketTime LastSeen, long FirstFrame, long LastFrame)
{
    /// <summary>Without a SYN and without a message that tells: the side with the higher port, since clients use ephemeral ones (RFC 6335).</summary>
    public FlowSide LikelyClient => Key.Low.Port > Key.High.Port ? FlowSide.Low : FlowSide.High;

    public static Conversation Of(Connection connection) => new(
        connection.Key,
        connection.FlowId,
        connection.CaptureName,
        connection.Opener,
        connection.FirstSeen,
        connection.LastSeen,
        connection.FirstFrame,
        connection.LastFrame);

    public static Conversation Of(in SilentFlow flow) =>
        new(flow.Key, flow.FlowId, flow.CaptureName, null, flow.FirstSeen, flow.LastSeen, flow.FirstFrame, flow.LastFrame);
}
