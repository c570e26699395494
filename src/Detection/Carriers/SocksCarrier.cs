using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// The opening of a SOCKS proxy connection: version 5 (RFC 1928, RFC 1929), 4 and 4a. It names the pool's host; behind it the same connection
/// speaks the pool's protocol, so the reader answers "no longer this protocol" there. By itself it is never a verdict.
/// <code>
/// client 05 n method*n        server 05 method
/// client 01 n user n password server 01 status                        when the method was 2
/// client 05 01 00 type address port[2]
///                             server 05 reply 00 type address port[2]
/// client 04 01 port[2] address[4] user 00 [host 00]                   4a: address 0.0.0.x and a host
///                             server 00 status port[2] address[4]
/// </code>
/// </summary>
internal sealed class SocksCarrier : IStreamProtocol
{
    private const byte Version5 = 5;
    private const byte Version4 = 4;
    private const byte Connect = 1;

    public string Name => "socks";

    public ReadOnlySpan<byte> FirstBytes => [Version4, Version5];

    /// <summary>The client's first message, whole: nothing follows it until the proxy has answered, or a request of version 4.</summary>
    public bool Probe(ReadOnlySpan<byte> start) => start.Length >= 3 && start[0] switch
    {
        Version5 => (start[1] is > 0 and <= 16 && start.Length == 2 + start[1] && !start[2..].ContainsAnyExceptInRange((byte)0, (byte)9)) || IsRequest(start),
        Version4 => start.Length >= 9 && start[1] == Connect && start.IndexOf((byte)0) >= 0,
        _ => false,
    };

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private static bool IsRequest(ReadOnlySpan<byte> start) => start.Length >= 7 && start[1] == Connect && start[2] == 0 && start[3] is 1 or 3 or 4;

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        /// <summary>Longest of all messages: user name and password of 255 bytes each.</summary>
        private const int LongestMessage = 3 + 255 + 255;

        private FlowSide? _client;
        private byte _version;
        private bool _clientGreeted;
        private bool _proxyGreeted;
        private bool _clientIsThrough;
        private bool _proxyIsThrough;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            Span<byte> bytes = stackalloc byte[LongestMessage];
            bytes = bytes[..(int)Math.Min(bytes.Length, reader.Remaining)];
            _ = reader.TryCopyTo(bytes);
            if (bytes.IsEmpty)
            {
                return OperationStatus.InvalidData;
            }

            _client ??= sender;
            var length = sender == _client ? ClientMessage(bytes) : ProxyMessage(bytes);
            if (length <= 0)
            {
                return length == 0 ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
            }

            reader.Advance(length);
            return OperationStatus.Done;
        }

        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
        }

        /// <summary>Length of the message at the front; 0 when it is cut, negative when it is none.</summary>
        private int ClientMessage(ReadOnlySpan<byte> bytes)
        {
            if (_clientIsThrough)
            {
                return -1;
            }

            _version = _version == 0 ? bytes[0] : _version;
            switch (bytes[0])
            {
                case Version4 when _version == Version4:
                    return Version4Request(bytes);
                case 1 when _version == Version5:
                    return bytes.Length < 2 || bytes.Length < 3 + bytes[1] ? 0 : Whole(bytes, 3 + bytes[1] + bytes[2 + bytes[1]]);
                case Version5 when _clientGreeted || bytes.Length < 3:
                    return bytes.Length < 5 ? 0 : IsRequestStart(bytes) ? Version5Request(bytes) : -1;
                case Version5 when bytes.Length > 4 && IsRequestStart(bytes):
                    return Version5Request(bytes);
                case Version5:
                    _clientGreeted = bytes.Length >= 2 + bytes[1];
                    return bytes[1] is > 0 and <= 16 ? Whole(bytes, 2 + bytes[1]) : -1;
                default:
                    return -1;
            }
        }

        /// <summary>A greeting with one method (05 01 00) and a request begin alike: the request goes on with a type of address.</summary>
        private static bool IsRequestStart(ReadOnlySpan<byte> bytes) => bytes[1] == Connect && bytes[2] == 0 && bytes[3] is 1 or 3 or 4;

        private int Version5Request(ReadOnlySpan<byte> bytes)
        {
            var length = Whole(bytes, AddressEnd(bytes));
            if (length > 0)
            {
                _clientIsThrough = true;
                if (bytes[3] == 3)
                {
                    session.SetPoolHost(bytes.Slice(5, bytes[4]));
                }
            }

            return length;
        }

        private int Version4Request(ReadOnlySpan<byte> bytes)
        {
            const int FixedLength = 8;
            if (bytes.Length <= FixedLength || bytes[FixedLength..].IndexOf((byte)0) is not (>= 0 and var userEnd))
            {
                return bytes.Length < LongestMessage ? 0 : -1;
            }

            var length = FixedLength + userEnd + 1;
            if (bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] != 0)
            {
                if (bytes[length..].IndexOf((byte)0) is not (>= 0 and var hostEnd))
                {
                    return bytes.Length < LongestMessage ? 0 : -1;
                }

                session.SetPoolHost(bytes.Slice(length, hostEnd));
                length += hostEnd + 1;
            }

            _clientIsThrough = true;
            return length;
        }

        private int ProxyMessage(ReadOnlySpan<byte> bytes)
        {
            if (_proxyIsThrough)
            {
                return -1;
            }

            switch (bytes[0])
            {
                case 0 when _version == Version4:
                    _proxyIsThrough = bytes.Length >= 8;
                    return Whole(bytes, 8);
                case 1 when _version == Version5:
                    return Whole(bytes, 2);
                case Version5 when _clientGreeted && !_proxyGreeted:
                    _proxyGreeted = bytes.Length >= 2;
                    return Whole(bytes, 2);
                case Version5 when bytes.Length < 5:
                    return 0;
                case Version5 when bytes[2] == 0 && bytes[3] is 1 or 3 or 4:
                    var length = Whole(bytes, AddressEnd(bytes));
                    _proxyIsThrough = length > 0;
                    return length;
                default:
                    return -1;
            }
        }

        /// <summary>Where the port of a version 5 request or reply ends.</summary>
        private static int AddressEnd(ReadOnlySpan<byte> bytes) => 4 + bytes[3] switch
        {
            1 => 4,
            4 => 16,
            _ => 1 + (bytes.Length > 4 ? bytes[4] : byte.MaxValue),
        } + 2;

        private static int Whole(ReadOnlySpan<byte> bytes, int length) => bytes.Length >= length ? length : 0;
    }
}
