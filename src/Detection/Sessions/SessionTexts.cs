namespace MinerFlow.Detection.Protocols;

/// <summary>The texts that sessions of one worker share. Bounded: a text takes the place of the one that was there before.</summary>
internal sealed class SessionTexts
{
    /// <summary>4,096: the agents and accounts of a busy link, among as many workers that come once.</summary>
    private const int Places = 4_096;

    private readonly SessionText?[] _texts = new SessionText?[Places];

    /// <summary>Sets a text as received; an empty one changes nothing. It is cut, and the escapes of JSON are taken out.</summary>
    public void Set(ref SessionText? text, ReadOnlySpan<byte> received)
    {
        if (received.Length > MiningSession.LongestText)
        {
            received = received[..MiningSession.LongestText];
        }

        if (received.IsEmpty || (text is not null && received.SequenceEqual(text.Bytes)))
        {
            return;
        }

        Span<byte> plain = stackalloc byte[MiningSession.LongestText];
        text = Of(received.Contains((byte)'\\') ? plain[..JsonText.Unescape(received, plain)] : received);
    }

    private SessionText Of(ReadOnlySpan<byte> bytes)
    {
        ref var place = ref _texts[NameKey.Of(bytes) >> 1 & (Places - 1)];
        if (place is null || !bytes.SequenceEqual(place.Bytes))
        {
            place = new SessionText(bytes.ToArray());
        }

        return place;
    }
}
