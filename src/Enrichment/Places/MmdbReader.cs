using System.Buffers.Binary;
using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Places;

/// <summary>Reads the MaxMind DB format: a binary tree over address bits whose leaves point to records.</summary>
/// <remarks>
/// Specification: maxmind/MaxMind-DB, MaxMind-DB-spec.md, version 2.0. Layout: search tree, 16 zero bytes, data section, metadata after its marker. The walk
/// allocates nothing. A file that is not one is refused when it is opened; a record that contradicts itself when it is read.
/// </remarks>
public sealed class MmdbReader
{
    private const int DataSeparator = 16;

    // Specification: the marker is searched in the last 128 KiB.
    private const int MetadataSearchBytes = 128 * 1024;

    private readonly byte[] _bytes;
    private readonly MmdbDecoder _data;
    private readonly int _recordSize;
    private readonly uint _nodeCount;
    private readonly uint _ipv4Start;

    private MmdbReader(byte[] bytes, Dictionary<string, object> metadata, int treeBytes, int metadataStart)
    {
        _bytes = bytes;
        Metadata = metadata;
        _recordSize = (int)Number(metadata, "record_size");
        _nodeCount = (uint)Number(metadata, "node_count");
        IpVersion = (int)Number(metadata, "ip_version");
        DatabaseType = metadata.GetValueOrDefault("database_type") as string ?? "";
        _data = new MmdbDecoder(bytes, treeBytes + DataSeparator, metadataStart);
        _ipv4Start = IpVersion == 6 ? WalkZeros() : 0;
    }

    /// <summary>AB CD EF and <c>MaxMind.com</c>.</summary>
    private static ReadOnlySpan<byte> MetadataMarker => [0xAB, 0xCD, 0xEF, 0x4D, 0x61, 0x78, 0x4D, 0x69, 0x6E, 0x64, 0x2E, 0x63, 0x6F, 0x6D];

    /// <summary>4 or 6; a database of 6 holds IPv4 addresses as ::a.b.c.d.</summary>
    public int IpVersion { get; }

    public string DatabaseType { get; }

    public IReadOnlyDictionary<string, object> Metadata { get; }

    /// <exception cref="MmdbException">The file cannot be read or is not such a database.</exception>
    public static MmdbReader Open(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MmdbException($"{path}: cannot be read: {error.Message}", error);
        }

        try
        {
            return Open(bytes);
        }
        catch (MmdbException error)
        {
            throw new MmdbException($"{path}: {error.Message}", error);
        }
    }

    internal static MmdbReader Open(byte[] bytes)
    {
        var searched = bytes.AsSpan(Math.Max(0, bytes.Length - MetadataSearchBytes));
        var marker = searched.LastIndexOf(MetadataMarker);
        if (marker < 0)
        {
            throw new MmdbException("is not a MaxMind DB file, or its end is missing: there is no metadata marker in the last 128 KiB.");
        }

        var metadataStart = bytes.Length - searched.Length + marker;
        var decoder = new MmdbDecoder(bytes, metadataStart + MetadataMarker.Length, bytes.Length);
        if (decoder.Decode(0) is not Dictionary<string, object> metadata)
        {
            throw new MmdbException("the metadata is not a map.");
        }

        return new MmdbReader(bytes, metadata, CheckedTreeBytes(metadata, metadataStart), metadataStart);
    }

    /// <summary>Finds the leaf of an address. <paramref name="record"/> is the offset of its record in the data section.</summary>
    public bool TryFind(IpAddress address, out int record)
    {
        record = 0;
        if (IpVersion == 4 && !address.IsIPv4)
        {
            return false;
        }

        var isIPv4 = address.IsIPv4;
        var node = isIPv4 ? _ipv4Start : 0;
        var bits = isIPv4 ? 32 : 128;
        for (var i = 0; i < bits && node < _nodeCount; i++)
        {
            node = Child(node, isIPv4 ? (address.IPv4Bits >> (31 - i)) & 1 : BitOf(address, i));
        }

        if (node <= _nodeCount)
        {
            // Equal: no record for the address. Less: the tree is deeper than the address is long, which only a damaged one is.
            return node == _nodeCount ? false : throw new MmdbException("the search tree is deeper than an address is long.");
        }

        // Specification: data section offset = record value - node count - 16.
        var offset = (long)node - _nodeCount - DataSeparator;
        if (offset < 0 || offset >= _data.Length)
        {
            throw new MmdbException("the search tree points outside the data section.");
        }

        record = (int)offset;
        return true;
    }

    /// <summary>
    /// The record as maps (<see cref="Dictionary{TKey,TValue}"/>), lists, strings, numbers, booleans and byte arrays.
    /// </summary>
    /// <exception cref="MmdbException">The record contradicts itself.</exception>
    public object Read(int record) => _data.Decode(record);

    private static int CheckedTreeBytes(Dictionary<string, object> metadata, int metadataStart)
    {
        if (Number(metadata, "binary_format_major_version") is not 2 and var version)
        {
            throw new MmdbException(string.Create(CultureInfo.InvariantCulture, $"has format version {version}; version 2 can be read."));
        }

        if (Number(metadata, "record_size") is not (24 or 28 or 32) and var size)
        {
            throw new MmdbException(string.Create(CultureInfo.InvariantCulture, $"has records of {size} bits; 24, 28 and 32 can be read."));
        }

        if (Number(metadata, "ip_version") is not (4 or 6) and var ip)
        {
            throw new MmdbException(string.Create(CultureInfo.InvariantCulture, $"is for IP version {ip}; 4 and 6 can be read."));
        }

        var nodes = Number(metadata, "node_count");
        var bytes = nodes * (Number(metadata, "record_size") / 4);
        if (nodes is < 1 or > uint.MaxValue || bytes + DataSeparator > metadataStart)
        {
            throw new MmdbException(string.Create(CultureInfo.InvariantCulture, $"is cut short: a tree of {nodes} nodes does not fit into it."));
        }

        return (int)bytes;
    }

    private static long Number(Dictionary<string, object> metadata, string key) => metadata.GetValueOrDefault(key) switch
    {
        ulong number and <= uint.MaxValue => (long)number,
        _ => throw new MmdbException($"the metadata lacks the number {key}."),
    };

    private uint WalkZeros()
    {
        uint node = 0;
        for (var i = 0; i < 96 && node < _nodeCount; i++)
        {
            node = Child(node, 0);
        }

        return node;
    }

    /// <summary>In a database for version 6 IPv4 lives under ::/96, not under the mapped prefix.</summary>
    private static uint BitOf(IpAddress address, int index) =>
        (uint)((index < 64 ? address.Upper >> (63 - index) : address.Lower >> (127 - index)) & 1);

    private uint Child(uint node, uint bit)
    {
        var at = _bytes.AsSpan((int)(node * (uint)(_recordSize / 4)), _recordSize / 4);
        switch (_recordSize)
        {
            case 24:
                at = at[(int)(bit * 3)..];
                return ((uint)at[0] << 16) | ((uint)at[1] << 8) | at[2];
            case 28:
                // The middle byte holds the upper four bits of both: left in its upper half.
                return bit == 0
                    ? (((uint)at[3] & 0xF0) << 20) | ((uint)at[0] << 16) | ((uint)at[1] << 8) | at[2]
                    : (((uint)at[3] & 0x0F) << 24) | ((uint)at[4] << 16) | ((uint)at[5] << 8) | at[6];
            default:
                return BinaryPrimitives.ReadUInt32BigEndian(at[(int)(bit * 4)..]);
        }
    }
}
