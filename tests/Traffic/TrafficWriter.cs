using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Traffic;

/// <summary>Writes a dialogue as a capture (pcapng), the same bytes every time.</summary>
public static class TrafficWriter
{
    private const ushort EthernetLink = 1;
    private const ushort OptionComment = 1;
    private const ushort OptionTimeResolution = 9;

    /// <param name="dialogue">What is said.</param>
    /// <param name="form">How the sensor sees it.</param>
    /// <param name="name">Where the dialogue is, for the origin in the section's comment.</param>
    public static byte[] Write(Dialogue dialogue, TrafficForm form, string name)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        ArgumentNullException.ThrowIfNull(form);
        var file = new MemoryStream();
        WriteBlock(file, 0x0A0D0D0A, [.. SectionHead, .. Option(OptionComment, Origin(name)), .. Option(0, [])]);
        var snap = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(snap, form.SnapLength);
        WriteBlock(file, 1, [EthernetLink & 0xFF, 0, 0, 0, .. snap, .. Option(OptionTimeResolution, [6]), .. Option(0, [])]);

        foreach (var (at, frame) in Frames(dialogue, form))
        {
            WriteBlock(file, 6, EnhancedPacket(dialogue.Start + at, frame, form.SnapLength));
        }

        return file.ToArray();
    }

    /// <summary>The same frames without a file around them.</summary>
    public static IEnumerable<(TimeSpan At, byte[] Bytes)> Frames(Dialogue dialogue, TrafficForm form)
    {
        ArgumentNullException.ThrowIfNull(dialogue);
        ArgumentNullException.ThrowIfNull(form);
        var builder = new FrameBuilder(form);
        var begin = form.FromMiddle ? dialogue.Writes[dialogue.MiddleIndex].At : TimeSpan.MinValue;
        return Conversation.Packets(dialogue)
            .Where(packet => packet.At >= begin && !(packet.FromClient ? form.HidesClient : form.HidesServer))
            .Select(packet => (packet.At, builder.Build(packet)));
    }

    /// <summary>What the section's comment says, so that every capture tells where it comes from.</summary>
    public static string OriginOf(string name) => $"written by the project's traffic writer from {name}; invented hosts, names and hashes";

    private static byte[] Origin(string name) => Encoding.UTF8.GetBytes(OriginOf(name));

    /// <summary>Byte-order magic, version 1.0, section length unknown.</summary>
    private static ReadOnlySpan<byte> SectionHead => [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    private static byte[] EnhancedPacket(DateTimeOffset time, byte[] frame, int snapLength)
    {
        var captured = Math.Min(frame.Length, snapLength);
        var microseconds = (ulong)((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        var body = new byte[20 + Padded(captured)];
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), (uint)(microseconds >> 32));
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), (uint)microseconds);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(12), captured);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(16), frame.Length);
        frame.AsSpan(0, captured).CopyTo(body.AsSpan(20));
        return body;
    }

    private static byte[] Option(ushort code, byte[] value)
    {
        var option = new byte[4 + Padded(value.Length)];
        BinaryPrimitives.WriteUInt16LittleEndian(option, code);
        BinaryPrimitives.WriteUInt16LittleEndian(option.AsSpan(2), (ushort)value.Length);
        value.CopyTo(option, 4);
        return option;
    }

    private static void WriteBlock(MemoryStream file, uint type, byte[] body)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, type);
        file.Write(word);
        BinaryPrimitives.WriteInt32LittleEndian(word, body.Length + 12);
        file.Write(word);
        file.Write(body);
        file.Write(word);
    }

    private static int Padded(int length) => (length + 3) & ~3;
}
