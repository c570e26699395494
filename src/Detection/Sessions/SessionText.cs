namespace MinerFlow.Detection.Protocols;

/// <summary>A text of a session: copied when it changed, cut at <see cref="MiningSession.LongestText"/>, without the simple escapes of JSON.</summary>
internal struct SessionText
{
    private byte[]? _bytes;

    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    public void Set(ReadOnlySpan<byte> text)
    {
        if (text.Length > MiningSession.LongestText)
        {
            text = text[..MiningSession.LongestText];
        }

        if (text.IsEmpty || text.SequenceEqual(_bytes))
        {
            return;
        }

        if (text.Contains((byte)'\\'))
        {
            SetUnescaped(text);
        }
        else
        {
            _bytes = text.ToArray();
        }
    }

    /// <summary><c>\/</c> (as PHP writes slashes), <c>\"</c> and <c>\\</c>; others stay as they are.</summary>
    private void SetUnescaped(ReadOnlySpan<byte> text)
    {
        Span<byte> plain = stackalloc byte[MiningSession.LongestText];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\\' && i + 1 < text.Length && text[i + 1] is (byte)'/' or (byte)'"' or (byte)'\\')
            {
                i++;
            }

            plain[length++] = text[i];
        }

        if (!plain[..length].SequenceEqual(_bytes))
        {
            _bytes = plain[..length].ToArray();
        }
    }

    /// <summary>Printable text, or null: control characters would spoil terminals and tables.</summary>
    public readonly string? ToText()
    {
        if (_bytes is null)
        {
            return null;
        }

        var text = System.Text.Encoding.UTF8.GetString(_bytes).Trim();
        if (text.Any(char.IsControl))
        {
            text = string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        }

        return text.Length == 0 ? null : text;
    }
}
