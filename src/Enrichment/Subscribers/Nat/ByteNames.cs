using System.Text;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Strings for bytes that repeat: names of devices, routing instances, accounts. Allocates once for each name, up to a bound.</summary>
internal sealed class ByteNames(int most = 1 << 20)
{
    private readonly Dictionary<ulong, List<(byte[] Bytes, string Text)>> _names = [];
    private int _count;

    /// <summary>The text of a name; null when it is empty. Beyond the bound names are made anew each time.</summary>
    public string? Get(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return null;
        }

        var hash = Hash(name);
        if (_names.TryGetValue(hash, out var same))
        {
            foreach (var (bytes, text) in same)
            {
                if (name.SequenceEqual(bytes))
                {
                    return text;
                }
            }
        }

        return Add(hash, same, name);
    }

    private string Add(ulong hash, List<(byte[] Bytes, string Text)>? same, ReadOnlySpan<byte> name)
    {
        var text = Decode(name);
        if (_count >= most)
        {
            return text;
        }

        if (same is null)
        {
            _names.Add(hash, same = new List<(byte[] Bytes, string Text)>(1));
        }

        same.Add((name.ToArray(), text));
        _count++;
        return text;
    }

    private static string Decode(ReadOnlySpan<byte> name)
    {
        try
        {
            return TextEncodings.Decode(name);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(name);
        }
    }

    /// <summary>FNV-1a over the bytes: names are short.</summary>
    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 1_099_511_628_211;
        }

        return hash;
    }
}
