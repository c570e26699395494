using System.Security.Cryptography;

namespace MinerFlow.Reporting.Push.Signatures;

/// <summary>Blocks of a PEM text (RFC 7468).</summary>
internal static class Pem
{
    /// <summary>Each block with its label, decoded; text between blocks does not count.</summary>
    public static List<(string Label, byte[] Content)> Blocks(ReadOnlySpan<char> pem)
    {
        var blocks = new List<(string, byte[])>();
        while (PemEncoding.TryFind(pem, out var fields))
        {
            var content = new byte[fields.DecodedDataLength];
            if (Convert.TryFromBase64Chars(pem[fields.Base64Data], content, out var length))
            {
                blocks.Add((pem[fields.Label].ToString(), content[..length]));
            }

            pem = pem[fields.Location.End..];
        }

        return blocks;
    }
}
