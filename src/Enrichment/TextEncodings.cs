using System.Text;

namespace MinerFlow.Enrichment;

/// <summary>Text files as Chinese offices save them: byte order mark, else UTF-16 if it has zero bytes where ASCII has them, else UTF-8 if it is valid, else GB18030 (which contains GBK and GB2312).</summary>
public static class TextEncodings
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="DecoderFallbackException">The bytes are none of these encodings.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
        {
            return StrictUtf8.GetString(bytes[3..]);
        }

        if (bytes is [0xFF, 0xFE, ..])
        {
            return Utf16(bigEndian: false).GetString(bytes[2..]);
        }

        if (bytes is [0xFE, 0xFF, ..])
        {
            return Utf16(bigEndian: true).GetString(bytes[2..]);
        }

        if (FindUtf16(bytes) is { } utf16)
        {
            return utf16.GetString(bytes);
        }

        return System.Text.Unicode.Utf8.IsValid(bytes) ? StrictUtf8.GetString(bytes) : Gb18030().GetString(bytes);
    }

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>UTF-16 without its mark: no other text has a zero byte, and in lists of addresses most characters are ASCII.</summary>
    private static UnicodeEncoding? FindUtf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 2 != 0 || !bytes.Contains((byte)0))
        {
            return null;
        }

        var (even, odd) = (0, 0);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        return Math.Max(even, odd) > bytes.Length / 8 && Math.Min(even, odd) == 0 ? Utf16(bigEndian: even > odd) : null;
    }

    private static Encoding Gb18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
