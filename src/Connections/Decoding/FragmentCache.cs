using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MinerFlow.Connections.Decoding;

/// <summary>What fragments of one datagram have in common (RFC 791 section 3.2, RFC 8200 section 4.5); the protocol is 0 for IPv6.</summary>
internal readonly record struct FragmentKey(
    ulong SourceUpper, ulong SourceLower, ulong DestinationUpper, ulong DestinationLower, uint Identification, byte Protocol, bool IsIPv6);

/// <summary>
/// Puts fragmented datagrams together. Bytes that arrived first win, so that overlapping fragments cannot rewrite what was seen;
/// the oldest datagram goes when the bound or its time is reached.
/// </summary>
internal sealed unsafe class FragmentCache(FlowOptions options, ConnectionCounters counters) : IDisposable
{
    private readonly Dictionary<FragmentKey, FragmentedDatagram> _datagrams = [];
    private readonly Stack<FragmentedDatagram> _spare = [];
    private readonly LinkedList<FragmentedDatagram> _oldestFirst = [];

    private FragmentedDatagram? _completed;

    /// <summary>The datagram that the last fragment completed, if it did; given back with <see cref="Return"/>.</summary>
    public bool TryTakeCompleted([NotNullWhen(true)] out FragmentedDatagram? datagram)
    {
        datagram = _completed;
        _completed = null;
        return datagram is not null;
    }

    public PacketRejection Add(in FragmentKey key, int start, bool more, byte protocol, int depth, ReadOnlySpan<byte> data, long unixNanoseconds)
    {
        if (options.FragmentedDatagrams == 0 || data.IsEmpty || start + data.Length > ushort.MaxValue || (more && (data.Length & 7) != 0))
        {
            return Reject();
        }

        Expire(unixNanoseconds);
        if (!_datagrams.TryGetValue(key, out var datagram))
        {
            datagram = Begin(in key, unixNanoseconds);
        }

        if (!datagram.Add(start, more, protocol, depth, data))
        {
            return Reject();
        }

        counters.FragmentsCollected++;
        if (datagram.IsComplete)
        {
            Forget(datagram);
            _completed = datagram;
            counters.DatagramsReassembled++;
        }

        return PacketRejection.FragmentHeld;
    }

    public PacketRejection Reject()
    {
        counters.FragmentsDropped++;
        return PacketRejection.BadFragment;
    }

    public void Return(FragmentedDatagram datagram) => _spare.Push(datagram);

    /// <summary>Gives up all that is incomplete; the capture is over.</summary>
    public void Clear()
    {
        counters.DatagramsExpired += _datagrams.Count;
        foreach (var datagram in _datagrams.Values)
        {
            _spare.Push(datagram);
        }

        _datagrams.Clear();
        _oldestFirst.Clear();
    }

    public void Dispose()
    {
        Clear();
        while (_spare.TryPop(out var datagram))
        {
            datagram.Free();
        }
    }

    private FragmentedDatagram Begin(in FragmentKey key, long unixNanoseconds)
    {
        while (_datagrams.Count >= options.FragmentedDatagrams)
        {
            Drop(_oldestFirst.First!.Value);
            counters.DatagramsEvicted++;
        }

        var datagram = _spare.TryPop(out var spare) ? spare : new FragmentedDatagram();
        datagram.Begin(in key, unixNanoseconds);
        _datagrams.Add(key, datagram);
        _oldestFirst.AddLast(datagram.Node);
        return datagram;
    }

    private void Expire(long unixNanoseconds)
    {
        var limit = options.FragmentSeconds * 1_000_000_000L;
        while (_oldestFirst.First is { } oldest && unixNanoseconds - oldest.Value.FirstUnixNanoseconds > limit)
        {
            Drop(oldest.Value);
            counters.DatagramsExpired++;
        }
    }

    private void Drop(FragmentedDatagram datagram)
    {
        Forget(datagram);
        _spare.Push(datagram);
    }

    private void Forget(FragmentedDatagram datagram)
    {
        _datagrams.Remove(datagram.Key);
        _oldestFirst.Remove(datagram.Node);
    }
}

/// <summary>One datagram in parts. Its bytes lie in native memory, so that a record may point at them.</summary>
internal sealed unsafe class FragmentedDatagram
{
    private const int SmallestBuffer = 4_096;
    private const int UnknownLength = int.MaxValue;

    /// <summary>One bit for each block of 8 bytes that has arrived.</summary>
    private readonly ulong[] _arrived = new ulong[65_536 / 8 / 64];
    private FragmentKey _key;
    private byte* _buffer;
    private int _capacity;
    private int _length;
    private int _end;
    private int _blocks;

    public FragmentedDatagram() => Node = new LinkedListNode<FragmentedDatagram>(this);

    /// <summary>Place in the order of arrival.</summary>
    public LinkedListNode<FragmentedDatagram> Node { get; }

    public ref readonly FragmentKey Key => ref _key;

    public long FirstUnixNanoseconds { get; private set; }

    /// <summary>Protocol of the first fragment, the one that carries the transport header.</summary>
    public byte Protocol { get; private set; }

    public int Depth { get; private set; }

    public bool IsComplete => _length != UnknownLength && _blocks == (_length + 7) / 8;

    public ReadOnlySpan<byte> Bytes => new(_buffer, _length);

    public void Begin(in FragmentKey key, long unixNanoseconds)
    {
        _key = key;
        FirstUnixNanoseconds = unixNanoseconds;
        Array.Clear(_arrived);
        _length = UnknownLength;
        _end = 0;
        _blocks = 0;
    }

    public bool Add(int start, bool more, byte protocol, int depth, ReadOnlySpan<byte> data)
    {
        var end = start + data.Length;
        if (end > _length || (!more && (_length != UnknownLength ? end != _length : end < _end)))
        {
            return false;
        }

        Reserve(end);
        _end = Math.Max(_end, end);
        _length = more ? _length : end;
        if (start == 0)
        {
            Protocol = protocol;
            Depth = depth;
        }

        for (var position = start; position < end; position += 8)
        {
            var block = position >> 3;
            ref var word = ref _arrived[block >> 6];
            var bit = 1UL << (block & 63);
            if ((word & bit) == 0)
            {
                word |= bit;
                _blocks++;
                data[(position - start)..Math.Min(position - start + 8, data.Length)].CopyTo(new Span<byte>(_buffer + position, 8));
            }
        }

        return true;
    }

    public void Free()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
        _capacity = 0;
    }

    private void Reserve(int end)
    {
        if (end + 8 > _capacity)
        {
            _capacity = Math.Max(SmallestBuffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)end + 8));
            _buffer = (byte*)NativeMemory.Realloc(_buffer, (nuint)_capacity);
        }
    }
}
