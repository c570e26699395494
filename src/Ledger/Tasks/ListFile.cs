using System.Security.Cryptography;
using Digests = MinerFlow.Abstractions.Sm3;

namespace MinerFlow.Ledger.Tasks;

/// <summary>A file as it was handed over; its digests say later that it is still the same.</summary>
/// <param name="Name">File name without folders, as the sender wrote it.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
/// <param name="Sm3">Lower-case hexadecimal digits (GB/T 32905-2016).</param>
public sealed record ListFile(string Name, long Bytes, string Sha256, string Sm3)
{
    public static ListFile Of(string name, ReadOnlySpan<byte> content) =>
        new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), Convert.ToHexStringLower(Digests.HashData(content)));
}
