namespace MinerFlow.Capture.Files;

/// <summary>One interface of a pcapng section: link type, snap length and clock (draft-ietf-opsawg-pcapng, section 4.2).</summary>
internal sealed class PcapNgInterface
{
    private const int NanosecondDigits = 9;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly bool _binary;
    private readonly int _exponent;
    private readonly long _offsetSeconds;
    private readonly ulong _nanosecondsPerTick;
    private readonly ulong _exactUpTo;

    /// <param name="linkType">Link type of its frames.</param>
    /// <param name="snapLength">Most bytes of a frame that were captured; 0 for no limit.</param>
    /// <param name="resolution">if_tsresol: with the top bit clear a negative power of 10, with it set of 2. 6 (microseconds) when absent.</param>
    /// <param name="offsetSeconds">if_tsoffset: seconds to add to each time.</param>
    public PcapNgInterface(LinkType linkType, uint snapLength, byte resolution, long offsetSeconds)
    {
        LinkType = linkType;
        SnapLength = snapLength;
        _binary = (resolution & 0x80) != 0;
        _exponent = resolution & 0x7f;
        _offsetSeconds = offsetSeconds;
        if (!_binary && _exponent <= NanosecondDigits)
        {
            _nanosecondsPerTick = PowerOf10(NanosecondDigits - _exponent);
            _exactUpTo = offsetSeconds == 0 ? long.MaxValue / _nanosecondsPerTick : 0;
        }
    }

    public LinkType LinkType { get; }

    public uint SnapLength { get; }

    /// <summary>Frames that the interface or the operating system dropped, as its last statistics block said.</summary>
    public long Drops { get; set; }

    /// <summary>Whether the clock can be told in nanoseconds at all: no real one is finer than 10^-19 s or 2^-63 s.</summary>
    public static bool IsUsableResolution(byte resolution) => (resolution & 0x7f) <= ((resolution & 0x80) != 0 ? 63 : 19);

    public long ToNanoseconds(ulong ticks) => ticks <= _exactUpTo ? (long)(ticks * _nanosecondsPerTick) : ToNanosecondsExactly(ticks);

    private long ToNanosecondsExactly(ulong ticks)
    {
        Int128 nanoseconds;
        if (_binary)
        {
            var fraction = ticks & ((1UL << _exponent) - 1);
            nanoseconds = ((Int128)(ticks >> _exponent) * NanosecondsPerSecond) + (Int128)(((UInt128)fraction * NanosecondsPerSecond) >> _exponent);
        }
        else if (_exponent <= NanosecondDigits)
        {
            nanoseconds = (Int128)ticks * _nanosecondsPerTick;
        }
        else
        {
            nanoseconds = ticks / PowerOf10(_exponent - NanosecondDigits);
        }

        nanoseconds += (Int128)_offsetSeconds * NanosecondsPerSecond;
        return (long)Int128.Clamp(nanoseconds, long.MinValue + 1, long.MaxValue);
    }

    private static ulong PowerOf10(int exponent)
    {
        var power = 1UL;
        for (var i = 0; i < exponent; i++)
        {
            power *= 10;
        }

        return power;
    }
}
