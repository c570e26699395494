using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Live;

/// <summary>
/// An AF_PACKET socket with a TPACKET_V3 ring (packet(7), Documentation/networking/packet_mmap.rst). It is made in steps, so that no frame comes before
/// everything is in its place: the ring is mapped and touched, a filter that lets nothing through is set, then the socket is bound and joins its
/// group, and <see cref="Admit"/> opens the filter.
/// </summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    /// <summary>One MiB: some thousands of small frames are handed over at once, and a ring of 64 MiB has room for 64 bursts.</summary>
    public const int BlockBytes = 1 << 20;

    /// <summary>SOL_PACKET and its options, linux/if_packet.h.</summary>
    private const int PacketLevel = 263;
    private const int AddMembership = 1;
    private const int ReceiveRing = 5;
    private const int GetStatistics = 6;
    private const int RingVersion = 10;
    private const int Reserve = 12;
    private const int Timestamp = 17;
    private const int Fanout = 18;
    private const int IgnoreOutgoing = 23;
    private const int Version3 = 2;
    private const int PromiscuousMembership = 1;
    private const int FanoutUniqueId = 0x2000;

    /// <summary>SOL_SOCKET and its options, asm-generic/socket.h.</summary>
    private const int SocketLevel = 1;
    private const int PendingError = 4;
    private const int AttachFilter = 26;
    private const int TimestampNanoseconds = 35;

    private const int RawHardware = 1 << 6;
    private const ushort AllProtocols = 3;

    /// <summary>SIOCSHWTSTAMP, linux/sockios.h, and HWTSTAMP_FILTER_ALL of linux/net_tstamp.h.</summary>
    private const nuint SetHardwareTimestamps = 0x89b0;
    private const int StampAllFrames = 1;

    /// <summary>BPF_RET | BPF_K of linux/bpf_common.h.</summary>
    private const ushort ReturnConstant = 0x06;

    private static readonly FilterInstruction[] RejectAll = [new(ReturnConstant, 0, 0, 0)];

    private readonly Socket _socket;
    private readonly string _name;
    private nint _ring;

    private PacketSocket(string name, Socket socket, int blocks)
    {
        _name = name;
        _socket = socket;
        Blocks = blocks;
    }

    /// <summary>Descriptor for <c>poll</c> and <c>ioctl</c>.</summary>
    public int Descriptor => (int)_socket.Handle;

    public int Blocks { get; }

    public int InterfaceIndex { get; private set; }

    /// <summary>Why the driver does not stamp frames itself although it was asked to; null when it does or was not asked.</summary>
    public string? StampRefusal { get; private set; }

    /// <summary>Makes the socket and its ring; nothing is received yet.</summary>
    /// <exception cref="CaptureException">No privilege, or no memory for the ring.</exception>
    public static PacketSocket Create(LiveInterfaceOptions device, TimeSpan blockTimeout)
    {
        var socket = OpenRaw(device.Name);
        var made = new PacketSocket(device.Name, socket, device.RingMegabytes * (1 << 20) / BlockBytes);
        try
        {
            made.MakeRing(blockTimeout);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public RingBlock* Block(int index) => (RingBlock*)(_ring + ((nint)index * BlockBytes));

    /// <summary>Binds to the interface with everything rejected until <see cref="Admit"/>.</summary>
    /// <returns>The kind of device, ARPHRD_ of linux/if_arp.h.</returns>
    /// <exception cref="CaptureException">There is no such interface.</exception>
    public int Bind(LiveInterfaceOptions device)
    {
        InterfaceIndex = NetworkDevices.IndexOf(device.Name);
        if (InterfaceIndex == 0)
        {
            throw NetworkDevices.NoSuchInterface(device.Name);
        }

        SetFilter(RejectAll);
        if (device.HardwareTimestamps)
        {
            AskForHardwareTimestamps();
        }

        try
        {
            if (device.Promiscuous)
            {
                Span<int> membership = [InterfaceIndex, PromiscuousMembership, 0, 0];
                _socket.SetRawSocketOption(PacketLevel, AddMembership, MemoryMarshal.AsBytes(membership));
            }

            _socket.Bind(new LinkEndPoint(InterfaceIndex, AllProtocols));
        }
        catch (SocketException problem)
        {
            throw new CaptureException($"{_name}: cannot listen there: {problem.Message}", problem);
        }

        var kind = LinkEndPoint.DeviceKind(_socket);
        if (kind == DeviceKinds.Loopback)
        {
            // What a loopback device sends comes back in: it would be seen twice.
            SetOption(PacketLevel, IgnoreOutgoing, 1);
        }

        return kind;
    }

    /// <summary>Shares the frames with the other sockets of the group.</summary>
    /// <param name="id">Number of the group; negative to let the kernel choose one that is free.</param>
    /// <param name="mode">What decides who gets a frame.</param>
    /// <returns>Number of the group.</returns>
    public int Join(int id, FanoutMode mode)
    {
        var value = id < 0 ? ((int)mode | FanoutUniqueId) << 16 : id | ((int)mode << 16);
        try
        {
            SetOption(PacketLevel, Fanout, value);
        }
        catch (SocketException problem)
        {
            throw new CaptureException($"{_name}: cannot share the frames among workers (PACKET_FANOUT {mode}): {problem.Message}", problem);
        }

        Span<byte> joined = stackalloc byte[sizeof(int)];
        _socket.GetRawSocketOption(PacketLevel, Fanout, joined);
        return BinaryPrimitives.ReadUInt16LittleEndian(joined);
    }

    /// <summary>From here on frames come: those that the filter lets through, cut to the snap length.</summary>
    public void Admit(ReadOnlySpan<FilterInstruction> filter, int snapLength)
    {
        Span<uint> before = stackalloc uint[3];
        ReadStatistics(before);
        SetFilter(filter.IsEmpty ? [new(ReturnConstant, 0, 0, (uint)snapLength)] : filter);
    }

    /// <summary>From here on no frame comes; what is in the ring stays.</summary>
    public void Close() => SetFilter(RejectAll);

    /// <summary>What happened since the last call: frames for the ring (those dropped included), frames that found it full, times that it was full.</summary>
    public void ReadStatistics(Span<uint> framesDropsFreezes) =>
        _socket.GetRawSocketOption(PacketLevel, GetStatistics, MemoryMarshal.AsBytes(framesDropsFreezes));

    /// <summary>The error that waits on the socket, which is thereby taken off it; 0 when there is none. An interface that goes down leaves ENETDOWN.</summary>
    public int TakeError()
    {
        Span<byte> error = stackalloc byte[sizeof(int)];
        _socket.GetRawSocketOption(SocketLevel, PendingError, error);
        return BinaryPrimitives.ReadInt32LittleEndian(error);
    }

    public void Dispose()
    {
        if (_ring != 0)
        {
            NativeCalls.Unmap(_ring, (long)Blocks * BlockBytes);
            _ring = 0;
        }

        _socket.Dispose();
    }

    /// <summary>What the system refuses, and what would be right.</summary>
    public static CaptureException NoPrivilege(string name, string said) =>
        new($"{name}: listening needs the capability CAP_NET_RAW ({said}): run as root, give it to the program (setcap cap_net_raw+ep minerflow), or name it in AmbientCapabilities of the unit");

    private static Socket OpenRaw(string name)
    {
        try
        {
            // Protocol 0: nothing is received before it is bound.
            return new Socket(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AccessDenied)
        {
            throw NoPrivilege(name, problem.Message);
        }
        catch (SocketException problem)
        {
            throw new CaptureException($"{name}: this system has no packet sockets ({problem.Message}); try the backend libpcap", problem);
        }
    }

    private void MakeRing(TimeSpan blockTimeout)
    {
        try
        {
            SetOption(PacketLevel, RingVersion, Version3);

            // Room before each frame for the tag that the kernel took off.
            SetOption(PacketLevel, Reserve, RingFrame.TagBytes);

            // Stamped when it comes in, not when the ring gets it; every listener then sees the same moment.
            SetOption(SocketLevel, TimestampNanoseconds, 1);
            Span<int> request =
            [
                BlockBytes,
                Blocks,
                RingFrame.SmallestBytes,
                BlockBytes / RingFrame.SmallestBytes * Blocks,
                (int)blockTimeout.TotalMilliseconds,
                0,
                0,
            ];
            _socket.SetRawSocketOption(PacketLevel, ReceiveRing, MemoryMarshal.AsBytes(request));
        }
        catch (SocketException problem)
        {
            throw new CaptureException($"{_name}: the kernel gives no ring of {Blocks} MiB: {problem.Message}; ask for a smaller one", problem);
        }

        var ring = NativeCalls.MapRing(Descriptor, (long)Blocks * BlockBytes);
        if (ring == -1)
        {
            throw new CaptureException($"{_name}: the ring of {Blocks} MiB cannot be mapped: {Marshal.GetLastPInvokeErrorMessage()}; ask for a smaller one");
        }

        _ring = ring;
    }

    private void AskForHardwareTimestamps()
    {
        // struct hwtstamp_config: flags, tx_type, rx_filter.
        Span<int> configuration = [0, 0, StampAllFrames];
        fixed (int* pointer = configuration)
        {
            var request = InterfaceRequest.For(_name);
            request.Pointer = (nint)pointer;
            StampRefusal = NativeCalls.Control(Descriptor, SetHardwareTimestamps, ref request) == 0 ? null : Marshal.GetLastPInvokeErrorMessage();
        }

        if (StampRefusal is null)
        {
            SetOption(PacketLevel, Timestamp, RawHardware);
        }
    }

    private void SetFilter(ReadOnlySpan<FilterInstruction> program)
    {
        // struct sock_fprog of linux/filter.h: length and pointer.
        fixed (FilterInstruction* instructions = program)
        {
            Span<nint> value = [program.Length, (nint)instructions];
            _socket.SetRawSocketOption(SocketLevel, AttachFilter, MemoryMarshal.AsBytes(value));
        }
    }

    private void SetOption(int level, int option, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        _socket.SetRawSocketOption(level, option, bytes);
    }

    /// <summary>struct sockaddr_ll of packet(7).</summary>
    private sealed class LinkEndPoint(int interfaceIndex, ushort protocol) : EndPoint
    {
        private const int Bytes = 20;
        private const int KindOffset = 8;

        public override AddressFamily AddressFamily => AddressFamily.Packet;

        /// <summary>Kind of the device that a socket is bound to, ARPHRD_ of linux/if_arp.h.</summary>
        public static int DeviceKind(Socket socket) => ((LinkEndPoint)socket.LocalEndPoint!).Kind;

        private int Kind { get; init; }

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, Bytes);
            var bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], protocol);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], interfaceIndex);
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) =>
            new LinkEndPoint(interfaceIndex, protocol) { Kind = BinaryPrimitives.ReadUInt16LittleEndian(socketAddress.Buffer.Span[KindOffset..]) };
    }
}

/// <summary>One instruction of the classic packet filter: struct sock_filter of linux/filter.h, the same as struct bpf_insn of libpcap.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Value);
