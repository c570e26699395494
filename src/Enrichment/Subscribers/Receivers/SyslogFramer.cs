namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Takes the messages of a stream.</summary>
internal interface IFrameSink
{
    void Take(ReadOnlySpan<byte> message);

    void Lost(ReceiveLoss loss);
}

/// <summary>
/// Cuts a stream of syslog into messages: each preceded by its count of octets, or each a line (RFC 6587 section 3.4); senders are known to change between the two, so
/// each message tells by its first bytes. TLS has counts only (RFC 5425), and lines are taken there too.
/// </summary>
internal sealed class SyslogFramer(int maxMessageBytes, IFrameSink sink)
{
    // A count of more digits is no count.
    private const int MostDigits = 6;

    private readonly byte[] _held = new byte[maxMessageBytes + MostDigits + 1];
    private int _heldBytes;
    private int _skip;
    private bool _skipsLine;

    /// <summary>Takes what was read; messages that are whole go to the sink.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_skip > 0)
            {
                var skipped = Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            if (_skipsLine)
            {
                var end = bytes.IndexOf((byte)'\n');
                _skipsLine = end < 0;
                bytes = end < 0 ? [] : bytes[(end + 1)..];
                continue;
            }

            var taken = Math.Min(bytes.Length, _held.Length - _heldBytes);
            bytes[..taken].CopyTo(_held.AsSpan(_heldBytes));
            _heldBytes += taken;
            bytes = bytes[taken..];
            var used = TakeMessages(_held.AsSpan(0, _heldBytes));
            _held.AsSpan(used, _heldBytes - used).CopyTo(_held);
            _heldBytes -= used;
        }
    }

    /// <summary>The end of the stream: a last line without its end is a message, a counted one that is not whole is lost.</summary>
    public void End()
    {
        var rest = _held.AsSpan(0, _heldBytes);
        if (_skip > 0 || (!rest.IsEmpty && IsCounted(rest, out _, out _)))
        {
            sink.Lost(ReceiveLoss.Cut);
        }
        else if (rest.ContainsAnyExcept((byte)'\r', (byte)'\n', (byte)0))
        {
            sink.Take(rest.TrimEnd((byte)'\r'));
        }

        _heldBytes = 0;
    }

    /// <summary>Bytes of the messages that were whole, or given up.</summary>
    private int TakeMessages(ReadOnlySpan<byte> held)
    {
        var used = 0;
        while (used < held.Length)
        {
            var rest = held[used..];
            if (rest[0] is (byte)'\n' or (byte)'\r' or 0 or (byte)' ')
            {
                // Senders that count add line ends all the same.
                used++;
                continue;
            }

            var taken = IsCounted(rest, out var digits, out var count) ? TakeCounted(rest, digits, count) : TakeLine(rest);
            if (taken == 0)
            {
                return used;
            }

            used += taken;
        }

        return used;
    }

    /// <summary>Whether a count stands here, or may stand here once more bytes have come.</summary>
    private static bool IsCounted(ReadOnlySpan<byte> rest, out int digits, out int count)
    {
        count = 0;
        for (digits = 0; digits < rest.Length && digits <= MostDigits && char.IsAsciiDigit((char)rest[digits]); digits++)
        {
            count = (count * 10) + (rest[digits] - '0');
        }

        // A line may begin with a number too: a year, a version. A count is followed by a blank and, in every sender seen, a priority.
        return digits is > 0 and <= MostDigits && rest[0] != '0'
            && (digits == rest.Length || (rest[digits] == ' ' && (digits + 1 == rest.Length || rest[digits + 1] == '<')));
    }

    private int TakeCounted(ReadOnlySpan<byte> rest, int digits, int count)
    {
        if (rest.Length < digits + 2)
        {
            return 0;
        }

        if (count > maxMessageBytes)
        {
            sink.Lost(ReceiveLoss.TooLong);
            var here = Math.Min(count, rest.Length - digits - 1);
            _skip = count - here;
            return digits + 1 + here;
        }

        if (rest.Length < digits + 1 + count)
        {
            return 0;
        }

        sink.Take(rest.Slice(digits + 1, count));
        return digits + 1 + count;
    }

    private int TakeLine(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        if (end > maxMessageBytes)
        {
            sink.Lost(ReceiveLoss.TooLong);
            return end + 1;
        }

        if (end >= 0)
        {
            sink.Take(rest[..end].TrimEnd((byte)'\r'));
            return end + 1;
        }

        if (rest.Length <= maxMessageBytes)
        {
            return 0;
        }

        sink.Lost(ReceiveLoss.TooLong);
        _skipsLine = true;
        return rest.Length;
    }
}
