using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Takes messages one by one, on loan.</summary>
internal interface IMessageHandler
{
    /// <param name="message">Payload of a datagram, or one message of a stream.</param>
    /// <param name="origin">Where it came from, and when.</param>
    void Take(ReadOnlySpan<byte> message, in MessageOrigin origin);

    /// <summary>Every message that waited has been handed out: the moment to make durable what they told.</summary>
    void Rest();
}

/// <summary>Where a message came from.</summary>
/// <param name="Peer">Who sent it, with its counters.</param>
/// <param name="Address">Its address, also when the peer stands for many.</param>
/// <param name="Port">Its port; 0 for messages of a stream.</param>
/// <param name="Received">When it came.</param>
internal readonly record struct MessageOrigin(LogPeer Peer, IpAddress Address, ushort Port, PacketTime Received);

/// <summary>
/// Messages on their way from the sockets to the one thread that reads them: bytes in one block that is allocated once. Any thread may add; a message that finds no room
/// is refused, and whoever adds it decides whether that is a loss or a reason to wait.
/// </summary>
internal sealed class MessageRing(int bytes)
{
    // Length, peer, time, address, port; a length of -1 says that the rest up to the end of the block is not used.
    private const int Header = 4 + 4 + 8 + 16 + 2;
    private const int Unused = -1;

    private readonly byte[] _block = new byte[bytes];
    private readonly List<LogPeer> _peers = [];
    private readonly object _turn = new();
    private int _head;
    private int _used;
    private bool _isClosed;

    /// <summary>Bytes waiting, their headers included.</summary>
    public int Used
    {
        get
        {
            lock (_turn)
            {
                return _used;
            }
        }
    }

    /// <summary>The largest message that ever fits.</summary>
    public int LargestMessage => (bytes / 2) - Header;

    /// <summary>A peer whose messages may be added.</summary>
    public LogPeer AddPeer(string name)
    {
        lock (_turn)
        {
            _peers.Add(new LogPeer(name, _peers.Count));
            return _peers[^1];
        }
    }

    /// <summary>Copies the message in; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message, in MessageOrigin origin)
    {
        var size = Header + message.Length;
        lock (_turn)
        {
            var tail = (_head + _used) % bytes;
            var skipped = bytes - tail < size ? bytes - tail : 0;
            if (_isClosed || _used + skipped + size > bytes)
            {
                return false;
            }

            if (skipped > 0)
            {
                if (skipped >= 4)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(_block.AsSpan(tail), Unused);
                }

                _used += skipped;
                tail = 0;
            }

            var entry = _block.AsSpan(tail, size);
            BinaryPrimitives.WriteInt32LittleEndian(entry, message.Length);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], origin.Peer.Number);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], origin.Received.UnixNanoseconds);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], origin.Address.Upper);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[24..], origin.Address.Lower);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[32..], origin.Port);
            message.CopyTo(entry[Header..]);
            _used += size;
            Monitor.Pulse(_turn);
            return true;
        }
    }

    /// <summary>No more messages are taken; what waits is still handed out.</summary>
    public void Close()
    {
        lock (_turn)
        {
            _isClosed = true;
            Monitor.PulseAll(_turn);
        }
    }

    /// <summary>Hands out messages until the ring is closed and empty. For one thread.</summary>
    public void Drain(IMessageHandler handler)
    {
        while (true)
        {
            int head;
            int count;
            lock (_turn)
            {
                while (_used == 0 && !_isClosed)
                {
                    Monitor.Wait(_turn);
                }

                if (_used == 0)
                {
                    return;
                }

                (head, count) = (_head, _used);
            }

            // What lies between stays as it is until it is given back: nobody writes there.
            HandOut(head, count, handler);
            lock (_turn)
            {
                _head = (_head + count) % bytes;
                _used -= count;
            }

            handler.Rest();
        }
    }

    private void HandOut(int head, int count, IMessageHandler handler)
    {
        while (count > 0)
        {
            var left = bytes - head;
            var length = left < 4 ? Unused : BinaryPrimitives.ReadInt32LittleEndian(_block.AsSpan(head));
            if (length == Unused)
            {
                count -= left;
                head = 0;
                continue;
            }

            var entry = _block.AsSpan(head, Header + length);
            var origin = new MessageOrigin(
                Peer(BinaryPrimitives.ReadInt32LittleEndian(entry[4..])),
                new IpAddress(BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]), BinaryPrimitives.ReadUInt64LittleEndian(entry[24..])),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]),
                new PacketTime(BinaryPrimitives.ReadInt64LittleEndian(entry[8..])));
            handler.Take(entry[Header..], origin);
            head = (head + entry.Length) % bytes;
            count -= entry.Length;
        }
    }

    private LogPeer Peer(int number)
    {
        lock (_turn)
        {
            return _peers[number];
        }
    }
}
