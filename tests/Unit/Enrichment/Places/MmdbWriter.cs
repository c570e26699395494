using System.Buffers.Binary;
using System.Text;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Unit.Enrichment.Places;

/// <summary>Writes small MaxMind DB files after the specification (MaxMind-DB-spec.md 2.0), with repeated strings as pointers as real ones have them.</summary>
internal sealed class MmdbWriter(int recordSize, int ipVersion)
{
    private readonly List<Node> _nodes = [new Node()];
    private readonly List<byte> _data = [];
    private readonly Dictionary<string, int> _strings = new(StringComparer.Ordinal);

    /// <summary>Write every pointer in the longest form, which can name any offset.</summary>
    public bool WidePointers { get; init; }

    /// <summary>Filler in front of the records, to bring pointers into their longer forms.</summary>
    public void Skip(int bytes) => _data.AddRange(new byte[bytes]);

    /// <summary>Gives a prefix a record: maps, lists, strings, numbers, booleans and byte arrays.</summary>
    public void Add(string prefix, object record)
    {
        if (!IpRange.TryParse(prefix, out var range))
        {
            throw new FormatException(prefix);
        }

        var offset = _data.Count;
        WriteValue(_data, record);
        var length = int.Parse(prefix[(prefix.IndexOf('/', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var bits = range.First.ToBytes();
        if (bits.Length == 4 && ipVersion == 6)
        {
            bits = [.. new byte[12], .. bits];
            length += 96;
        }

        Insert(bits, length, offset);
    }

    public byte[] Build(string type = "Test-City", Action<Dictionary<string, object>>? change = null)
    {
        var file = new List<byte>();
        foreach (var node in _nodes)
        {
            file.AddRange(Record(node));
        }

        file.AddRange(new byte[16]);
        file.AddRange(_data);
        file.AddRange([0xAB, 0xCD, 0xEF]);
        file.AddRange("MaxMind.com"u8);
        var metadata = new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1649376000UL,
            ["database_type"] = type,
            ["description"] = new Dictionary<string, object> { ["en"] = "synthetic" },
            ["ip_version"] = (ushort)ipVersion,
            ["languages"] = new object[] { "en", "zh-CN" },
            ["node_count"] = (uint)_nodes.Count,
            ["record_size"] = (ushort)recordSize,
        };
        change?.Invoke(metadata);
        _strings.Clear();
        WriteValue(file, metadata, pointers: false);
        return [.. file];
    }

    private void Insert(byte[] bits, int length, int offset)
    {
        var node = 0;
        for (var i = 0; i < length; i++)
        {
            var bit = (bits[i / 8] >> (7 - (i % 8))) & 1;
            if (i == length - 1)
            {
                _nodes[node].Children[bit] = new Child(-1, offset);
                return;
            }

            var child = _nodes[node].Children[bit];
            if (child.Node < 0)
            {
                _nodes.Add(new Node { Children = [child, child] });
                _nodes[node].Children[bit] = child = new Child(_nodes.Count - 1, -1);
            }

            node = child.Node;
        }
    }

    private byte[] Record(Node node)
    {
        var (left, right) = (Value(node.Children[0]), Value(node.Children[1]));
        return recordSize switch
        {
            24 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 16), (byte)(right >> 8), (byte)right],
            28 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(((left >> 24) << 4) | (right >> 24)), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
            _ => [(byte)(left >> 24), (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 24), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        };
    }

    private uint Value(Child child) => child.Node >= 0 ? (uint)child.Node : child.Offset >= 0 ? (uint)(_nodes.Count + 16 + child.Offset) : (uint)_nodes.Count;

    private void WriteValue(List<byte> to, object value, bool pointers = true)
    {
        switch (value)
        {
            case string text:
                WriteString(to, text, pointers);
                break;
            case Dictionary<string, object> map:
                Control(to, 7, map.Count);
                foreach (var (key, item) in map)
                {
                    WriteString(to, key, pointers);
                    WriteValue(to, item, pointers);
                }

                break;
            case object[] list:
                Control(to, 11, list.Length);
                foreach (var item in list)
                {
                    WriteValue(to, item, pointers);
                }

                break;
            case bool flag:
                Control(to, 14, flag ? 1 : 0);
                break;
            case byte[] bytes:
                Bytes(to, 4, bytes);
                break;
            default:
                WriteNumber(to, value);
                break;
        }
    }

    private static void WriteNumber(List<byte> to, object value)
    {
        var bytes = new byte[16];
        switch (value)
        {
            case ushort number:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
                Bytes(to, 5, Short(bytes.AsSpan(0, 2)));
                break;
            case uint number:
                BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
                Bytes(to, 6, Short(bytes.AsSpan(0, 4)));
                break;
            case int number:
                BinaryPrimitives.WriteInt32BigEndian(bytes, number);
                Bytes(to, 8, bytes[..4]);
                break;
            case ulong number:
                BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
                Bytes(to, 9, Short(bytes.AsSpan(0, 8)));
                break;
            case UInt128 number:
                BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
                Bytes(to, 10, Short(bytes));
                break;
            case double number:
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
                Bytes(to, 3, bytes[..8]);
                break;
            case float number:
                BinaryPrimitives.WriteSingleBigEndian(bytes, number);
                Bytes(to, 15, bytes[..4]);
                break;
            default:
                throw new ArgumentException(value.GetType().Name, nameof(value));
        }
    }

    private void WriteString(List<byte> to, string text, bool pointers)
    {
        if (pointers && text.Length > 1 && _strings.TryGetValue(text, out var offset))
        {
            to.AddRange(Pointer(offset));
            return;
        }

        _strings.TryAdd(text, to.Count);
        Bytes(to, 2, Encoding.UTF8.GetBytes(text));
    }

    private byte[] Pointer(int offset) => offset switch
    {
        _ when WidePointers => [0x38, (byte)(offset >> 24), (byte)(offset >> 16), (byte)(offset >> 8), (byte)offset],
        < 2048 => [(byte)(0x20 | (offset >> 8)), (byte)offset],
        < 526_336 => [(byte)(0x28 | ((offset - 2048) >> 16)), (byte)((offset - 2048) >> 8), (byte)(offset - 2048)],
        < 134_744_064 => [(byte)(0x30 | ((offset - 526_336) >> 24)), (byte)((offset - 526_336) >> 16), (byte)((offset - 526_336) >> 8), (byte)(offset - 526_336)],
        _ => [0x38, (byte)(offset >> 24), (byte)(offset >> 16), (byte)(offset >> 8), (byte)offset],
    };

    private static byte[] Short(ReadOnlySpan<byte> bytes) => bytes.TrimStart((byte)0).ToArray();

    private static void Bytes(List<byte> to, int type, byte[] bytes)
    {
        Control(to, type, bytes.Length);
        to.AddRange(bytes);
    }

    private static void Control(List<byte> to, int type, int size)
    {
        byte[] more = size switch
        {
            < 29 => [],
            < 285 => [(byte)(size - 29)],
            < 65_821 => [(byte)((size - 285) >> 8), (byte)(size - 285)],
            _ => [(byte)((size - 65_821) >> 16), (byte)((size - 65_821) >> 8), (byte)(size - 65_821)],
        };
        var low = size switch { < 29 => size, < 285 => 29, < 65_821 => 30, _ => 31 };
        to.AddRange(type < 8 ? [(byte)((type << 5) | low)] : [(byte)low, (byte)(type - 7)]);
        to.AddRange(more);
    }

    private readonly record struct Child(int Node, int Offset);

    private sealed class Node
    {
        public Child[] Children { get; init; } = [new(-1, -1), new(-1, -1)];
    }
}
