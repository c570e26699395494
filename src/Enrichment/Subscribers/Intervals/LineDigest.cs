using System.Buffers.Binary;
using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// Names a log line without keeping it: the first 128 bits of its SM3 (GB/T 32905-2016), as many as make a second line with the same name infeasible.
/// Whoever still has the line can check it with <c>openssl dgst -sm3</c>.
/// </summary>
public readonly record struct LineDigest(ulong Upper, ulong Lower)
{
    public const int Bytes = 16;

    /// <summary>The line was read before the interval store's version 2, and this is of its SHA-256 (FIPS 180-4).</summary>
    public bool IsSha256 { get; init; }

    public bool IsNone => Upper == 0 && Lower == 0;

    /// <param name="line">The line as it stands, without its line end; of a record of several lines all of them, each with a line feed.</param>
    public static LineDigest Of(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[Sm3.Length];
        Sm3.HashData(line, hash);
        return Read(hash);
    }

    /// <summary>Takes the first 16 bytes.</summary>
    public static LineDigest Read(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));

    /// <summary>The algorithm and 32 lower-case hexadecimal digits: <c>sm3:66c7…</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsSha256 ? "sha256" : "sm3")}:{Upper:x16}{Lower:x16}");
}
