using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Start line and header fields of one HTTP/1 message on loan (RFC 9112): <c>start-line *( field-name ":" OWS field-value ) empty-line</c>.
/// Lines may end in LF alone, as section 2.2 allows a recipient to accept.
/// </summary>
internal readonly ref struct HttpHead
{
    /// <summary>Longest head that is read. 16,384: twice the default limit of nginx and Apache.</summary>
    public const int Longest = 16_384;

    private readonly ReadOnlySpan<byte> _fields;

    private HttpHead(ReadOnlySpan<byte> startLine, ReadOnlySpan<byte> fields)
    {
        _fields = fields;
        var first = startLine.IndexOf((byte)' ');
        Method = startLine[..Math.Max(first, 0)];
        var rest = startLine[(first + 1)..];
        if (Method.StartsWith("HTTP/1."u8))
        {
            IsResponse = true;
            IsHttp10 = Method.EndsWith("0"u8);
            Status = Utf8Parser.TryParse(rest, out int status, out _) ? status : 0;
            return;
        }

        var last = rest.LastIndexOf((byte)' ');
        Target = last < 0 ? rest : rest[..last];
        IsHttp10 = rest.EndsWith(".0"u8);
    }

    public bool IsResponse { get; }

    public bool IsHttp10 { get; }

    /// <summary>Status code of a response.</summary>
    public int Status { get; }

    /// <summary>Method of a request; version of a response.</summary>
    public ReadOnlySpan<byte> Method { get; }

    public ReadOnlySpan<byte> Target { get; }

    /// <summary>Value of a field, without the white space around it; empty when there is none. Names are given in small letters.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name]
    {
        get
        {
            var rest = _fields;
            while (TryTakeLine(ref rest, out var line))
            {
                if (line.Length > name.Length && line[name.Length] == (byte)':' && Ascii.EqualsIgnoreCase(line[..name.Length], name))
                {
                    return line[(name.Length + 1)..].Trim(" \t"u8);
                }
            }

            return default;
        }
    }

    /// <summary>True when a field of this name is there, whatever its value.</summary>
    public bool HasFieldStarting(ReadOnlySpan<byte> prefix)
    {
        var rest = _fields;
        while (TryTakeLine(ref rest, out var line))
        {
            if (line.Length >= prefix.Length && Ascii.EqualsIgnoreCase(line[..prefix.Length], prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Length of the body as stated; null when it is not, or not as a number.</summary>
    public long? ContentLength =>
        this["content-length"u8] is { IsEmpty: false } text && Utf8Parser.TryParse(text, out long length, out var used) && used == text.Length && length >= 0
            ? length
            : null;

    public bool IsChunked => Contains(this["transfer-encoding"u8], "chunked"u8);

    /// <summary>The body is compressed: nothing to read in it.</summary>
    public bool IsCompressed => this["content-encoding"u8] is { IsEmpty: false } coding && !Ascii.EqualsIgnoreCase(coding, "identity"u8);

    public bool IsWebSocketUpgrade => Contains(this["upgrade"u8], "websocket"u8);

    /// <summary>Reads the head at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">Begins with a start line.</param>
    /// <param name="head">On <see cref="OperationStatus.NeedMoreData"/> what is there so far, once the start line is whole.</param>
    /// <param name="length">Length of the head with its empty line; 0 unless <see cref="OperationStatus.Done"/>.</param>
    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out HttpHead head, out int length)
    {
        head = default;
        length = 0;
        if (!MayBegin(bytes))
        {
            return OperationStatus.InvalidData;
        }

        var rest = bytes;
        if (!TryTakeLine(ref rest, out var startLine))
        {
            return bytes.Length >= Longest ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
        }

        if (!startLine.StartsWith("HTTP/1."u8) && startLine.LastIndexOf(" HTTP/1."u8) < 0)
        {
            return OperationStatus.InvalidData;
        }

        head = new HttpHead(startLine, rest);
        var fields = rest;
        while (TryTakeLine(ref rest, out var line))
        {
            if (line.IsEmpty)
            {
                head = new HttpHead(startLine, fields[..^rest.Length]);
                length = bytes.Length - rest.Length;
                return OperationStatus.Done;
            }
        }

        return bytes.Length >= Longest ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
    }

    /// <summary>True when the bytes agree, as far as they reach, with a method that miners use or with a response.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> bytes) =>
        MayBegin(bytes, "POST "u8) || MayBegin(bytes, "GET "u8) || MayBegin(bytes, "HTTP/1."u8) || MayBegin(bytes, "CONNECT "u8);

    /// <summary>True when the bytes begin with the start line of a request, whatever its method, or of a response.</summary>
    public static bool Opens(ReadOnlySpan<byte> bytes)
    {
        var line = bytes[..Math.Max(bytes.IndexOf((byte)'\n'), 0)];
        return bytes.StartsWith("HTTP/1."u8) || line.LastIndexOf(" HTTP/1."u8) > 0;
    }

    public static bool Contains(ReadOnlySpan<byte> text, ReadOnlySpan<byte> smallLetters)
    {
        for (; text.Length >= smallLetters.Length; text = text[1..])
        {
            if (Ascii.EqualsIgnoreCase(text[..smallLetters.Length], smallLetters))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MayBegin(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word)
    {
        var common = Math.Min(bytes.Length, word.Length);
        return common > 0 && bytes[..common].SequenceEqual(word[..common]);
    }

    private static bool TryTakeLine(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = rest[..end];
        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        rest = rest[(end + 1)..];
        return true;
    }
}
