using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Node discovery of Ethereum and its forks, version 4 (ethereum/devp2p discv4.md):
/// <c>datagram = hash[32] signature[65] type[1] rlp-list</c> with <c>hash = keccak256(datagram[32:])</c>.
/// The hash makes it certain on any port. A node does not mine: information, never a hit.
/// </summary>
internal sealed class EthereumDiscovery : IDatagramProtocol
{
    private const int TypeOffset = 97;

    /// <summary>Largest packet the specification allows.</summary>
    private const int LongestDatagram = 1280;

    private static readonly byte[] AllBytes = MakeAllBytes();

    public string Name => "discv4";

    /// <summary>All: a datagram begins with a hash.</summary>
    public ReadOnlySpan<byte> FirstBytes => AllBytes;

    /// <summary>Hash, signature, type and the first byte of the list.</summary>
    public int ShortestDatagram => TypeOffset + 2;

    /// <summary>Recovery id 0 or 1 ends the signature, types 1 to 6 are defined, and the body is an RLP list (0xC0 and up).</summary>
    public bool Probe(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= ShortestDatagram && datagram.Length <= LongestDatagram
        && datagram[TypeOffset] is >= 1 and <= 6
        && datagram[TypeOffset - 1] <= 1
        && datagram[TypeOffset + 1] >= 0xC0;

    public Match Read(ReadOnlySpan<byte> datagram, MiningSession session)
    {
        if (!Probe(datagram))
        {
            return Match.None;
        }

        Span<byte> digest = stackalloc byte[Keccak256.DigestLength];
        Keccak256.Hash(datagram[Keccak256.DigestLength..], digest);
        if (!digest.SequenceEqual(datagram[..Keccak256.DigestLength]))
        {
            return Match.None;
        }

        session.Role = MiningRole.Node;
        session.AtLeast(0.99);
        session.Saw("discovery datagram that begins with the Keccak-256 of the rest");
        return new Match(Recognition.Certain, Speaker.Unknown);
    }

    private static byte[] MakeAllBytes()
    {
        var all = new byte[256];
        for (var value = 0; value < all.Length; value++)
        {
            all[value] = (byte)value;
        }

        return all;
    }
}
