using System.Buffers.Binary;

namespace MinerFlow.Traffic;

/// <summary>Writes IPFIX messages (RFC 7011) and NetFlow 9 datagrams (RFC 3954) field by field.</summary>
public sealed class FlowDatagram
{
    private readonly List<byte> _bytes = [];
    private readonly bool _isIpfix;

    private FlowDatagram(bool isIpfix) => _isIpfix = isIpfix;

    public static FlowDatagram Ipfix(uint exportSeconds = 1_649_293_200, uint sequence = 0, uint domain = 1)
    {
        var message = new FlowDatagram(isIpfix: true);
        message.Add(10, 2).Add(0, 2).Add(exportSeconds, 4).Add(sequence, 4).Add(domain, 4);
        return message;
    }

    public static FlowDatagram NetFlow9(uint exportSeconds = 1_649_293_200, uint uptimeMilliseconds = 3_600_000, uint sequence = 0, uint domain = 1)
    {
        var datagram = new FlowDatagram(isIpfix: false);
        datagram.Add(9, 2).Add(0, 2).Add(uptimeMilliseconds, 4).Add(exportSeconds, 4).Add(sequence, 4).Add(domain, 4);
        return datagram;
    }

    /// <summary>A template of IANA elements: number and length of each.</summary>
    public FlowDatagram Template(ushort number, params (int Element, int Length)[] fields) => Set(_isIpfix ? 2 : 0, set =>
    {
        set.Add(number, 2).Add((uint)fields.Length, 2);
        foreach (var (element, length) in fields)
        {
            set.Add((uint)element, 2).Add((uint)length, 2);
        }
    });

    /// <summary>A template of options whose first field is the scope.</summary>
    public FlowDatagram OptionsTemplate(ushort number, params (int Element, int Length)[] fields) => Set(_isIpfix ? 3 : 1, set =>
    {
        set.Add(number, 2);
        if (_isIpfix)
        {
            set.Add((uint)fields.Length, 2).Add(1, 2);
        }
        else
        {
            set.Add(4, 2).Add((uint)(4 * (fields.Length - 1)), 2);
        }

        foreach (var (element, length) in fields)
        {
            set.Add((uint)element, 2).Add((uint)length, 2);
        }
    });

    /// <summary>One record of data; texts as IPv4 addresses, numbers in so many bytes as the template says.</summary>
    public FlowDatagram Data(ushort template, params byte[][] values) => Set(template, set => set._bytes.AddRange(values.SelectMany(value => value)));

    public FlowDatagram Set(int number, Action<FlowDatagram> content)
    {
        var set = new FlowDatagram(_isIpfix);
        content(set);
        Add((uint)number, 2).Add((uint)(set._bytes.Count + 4), 2);
        _bytes.AddRange(set._bytes);
        return this;
    }

    public FlowDatagram Add(ulong number, int bytes)
    {
        _bytes.AddRange(Number(number, bytes));
        return this;
    }

    public byte[] ToBytes()
    {
        var bytes = _bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), _isIpfix ? (ushort)bytes.Length : (ushort)1);
        return bytes;
    }

    public static byte[] Number(ulong number, int bytes)
    {
        var whole = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(whole, number);
        return whole[(8 - bytes)..];
    }

    public static byte[] Ip(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes();
}
