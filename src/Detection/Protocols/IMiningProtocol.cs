using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>One protocol: found in the assembly by its type, in <c>rules/protocols/</c> and <c>captures/</c> by its name.</summary>
public interface IMiningProtocol
{
    /// <summary>Lower-case words joined by hyphens: the file name in <c>rules/protocols</c>, the folder in <c>captures</c>, the <c>dialect</c> of events.</summary>
    string Name { get; }
}

/// <summary>How strongly one message speaks for a protocol.</summary>
public enum Recognition : byte
{
    None,

    /// <summary>Fits, as it would fit others: a method name that several dialects share.</summary>
    Possible,

    /// <summary>Fits by structure, not only by name; enough for a verdict.</summary>
    Likely,

    /// <summary>Nothing else looks like this: the session is settled.</summary>
    Certain,
}

/// <summary>Which end of a pool conversation speaks.</summary>
public enum Speaker : byte
{
    Unknown,
    Miner,
    Pool,
}

/// <summary>What one message says about a protocol and about who sent it.</summary>
public readonly record struct Match(Recognition Recognition, Speaker Speaker)
{
    public static readonly Match None;
}

/// <summary>Forms of a member <c>result</c>.</summary>
[Flags]
public enum ResultForms : byte
{
    /// <summary>Messages without a method are never looked at.</summary>
    None = 0,

    /// <summary>There is no result.</summary>
    Missing = 1,
    Array = 2,
    Object = 4,

    /// <summary>A literal, a number or a string.</summary>
    Other = 8,
    Any = Missing | Array | Object | Other,
}

/// <summary>
/// A dialect of JSON messages, whatever carries them (lines over TCP, HTTP bodies, WebSocket frames). One instance for all
/// connections: no state but the session's.
/// </summary>
public interface IJsonDialect : IMiningProtocol
{
    /// <summary>
    /// Methods of the messages that it may know; one that begins with a star stands for every method that ends like it. What has another
    /// method is never shown to <see cref="Recognise"/>, unless it is cut.
    /// </summary>
    IReadOnlyList<string> Methods { get; }

    /// <summary>Results of the messages without a method that it may know, by their form.</summary>
    ResultForms Results { get; }

    /// <summary>Judges one message by itself: key order, spacing and id type never matter.</summary>
    Match Recognise(in JsonMessage message);

    /// <summary>Copies what a message says into the session. Called for every message of a session that this dialect leads.</summary>
    /// <param name="message">On loan until the call returns.</param>
    /// <param name="speaker">Who sent it; unknown only while the session is not oriented.</param>
    /// <param name="session">The connection's facts.</param>
    void Read(in JsonMessage message, Speaker speaker, MiningSession session);
}

/// <summary>A protocol with its own framing: binary ones, and the carriers of JSON.</summary>
public interface IStreamProtocol : IMiningProtocol
{
    /// <summary>Bytes that a message of either direction may begin with; none for the openings that <see cref="IConnectionInspector.FirstByteGate"/> excepts.</summary>
    ReadOnlySpan<byte> FirstBytes { get; }

    /// <summary>True when these bytes, the first seen of one direction or the start of a later packet, may be this protocol. Cheap: it runs on benign flows.</summary>
    bool Probe(ReadOnlySpan<byte> start);

    IStreamReader CreateReader(MiningSession session);
}

/// <summary>Reads one connection in one protocol; holds that connection's state.</summary>
public interface IStreamReader
{
    /// <summary>
    /// Reads one message from the front.
    /// </summary>
    /// <returns>
    /// <see cref="OperationStatus.Done"/> with the reader behind the message; <see cref="OperationStatus.NeedMoreData"/> with nothing consumed;
    /// <see cref="OperationStatus.InvalidData"/> when this is not the protocol, or no longer.
    /// </returns>
    OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment);

    /// <summary>Bytes are missing; <paramref name="unconsumed"/> is the cut message before the gap, shown for what it still tells.</summary>
    void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
    }

    /// <summary>
    /// What was read is told now, at the end of a period or of the connection: what waits for more is settled with what is known, for the window that it
    /// belongs to is closed afterwards.
    /// </summary>
    /// <param name="moment">That of the last message.</param>
    void OnTelling(in StreamMoment moment)
    {
    }
}

/// <summary>A protocol over UDP.</summary>
public interface IDatagramProtocol : IMiningProtocol
{
    ReadOnlySpan<byte> FirstBytes { get; }

    /// <summary>Bytes without which <see cref="Probe"/> is never true: most datagrams of a link are those of DNS, which are short.</summary>
    int ShortestDatagram { get; }

    bool Probe(ReadOnlySpan<byte> datagram);

    /// <summary>Judges and reads one datagram; <see cref="Recognition.None"/> when it is something else.</summary>
    Match Read(ReadOnlySpan<byte> datagram, MiningSession session);
}
