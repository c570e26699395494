namespace MinerFlow.Traffic;

/// <summary>SplitMix64: the same numbers from the same seed on every runtime, which captures and fuzz seeds rest on.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to below <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)Next();
        }

        return bytes;
    }

    /// <summary>A text of characters of <paramref name="alphabet"/>.</summary>
    public string Text(int count, string alphabet) => string.Create(count, (this, alphabet), static (span, state) =>
    {
        foreach (ref var character in span)
        {
            character = state.alphabet[state.Item1.Below(state.alphabet.Length)];
        }
    });
}
