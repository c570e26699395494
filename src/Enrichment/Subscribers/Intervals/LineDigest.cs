using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// Names a log line without keeping it: the first 128 bits of its SHA-256 (FIPS 180-4), as many as make a second line with the same name infeasible.
/// Whoever still has the line can check it with <c>sha256sum</c>.
/// </summary>
public readonly record struct LineDigest(ulong Upper, ulong Lower)
{
    public const int Bytes = 16;

    public bool IsNone => Upper == 0 && Lower == 0;

    /// <param name="line">The line as it stands, without its line end; of a record of several lines all of them, each with a line feed.</param>
    public static LineDigest Of(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        return Read(hash);
    }

    /// <summary>Takes the first 16 bytes.</summary>
    public static LineDigest Read(ReadOnlySpan<byte> hash) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Upper:x16}{Lower:x16}");
}
