using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// A text from the wire as sessions keep it: never empty, at most <see cref="MiningSession.LongestText"/> bytes. Connections with the same
/// text share one object, and what is made of it is made once.
/// </summary>
internal sealed class SessionText(byte[] bytes)
{
    private readonly byte[] _bytes = bytes;
    private string? _printable;
    private AddressEvidence? _address;

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Printable text; null when nothing but space is in it. Control characters would spoil terminals and tables.</summary>
    public string? Printable => (_printable ??= ToPrintable()) is { Length: > 0 } text ? text : null;

    /// <summary>What its shape says when it is a payout address.</summary>
    public AddressEvidence Address => _address ??= Coins.Address.Judge(_bytes);

    /// <summary>Digest and mask, once <see cref="IdentityKey.Of"/> has made them.</summary>
    public Identity? Identity { get; set; }

    private string ToPrintable()
    {
        var text = Encoding.UTF8.GetString(_bytes).Trim();
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }
}
