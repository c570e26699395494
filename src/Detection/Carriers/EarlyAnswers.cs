using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// The last answers of one worker's captures that came before their questions: where each direction has a card or a tap of its own, their clocks differ by more
/// than a pool takes to answer. Few connections have one, so that all share this room.
/// </summary>
internal sealed class EarlyAnswers
{
    /// <summary>Answers within the time by which two clocks differ; 48 KiB stay in the second-level cache.</summary>
    private const int Capacity = 256;

    /// <summary>Longest answer kept: those to shares are a yes or a refusal in a few words. A job that comes as a result has three hashes and is longer.</summary>
    private const int LongestAnswer = 192;

    /// <summary>Seconds by which the clocks of two directions may differ.</summary>
    private const double LongestLead = 1;

    private readonly byte[] _bytes = new byte[Capacity * LongestAnswer];
    private readonly Place[] _places = new Place[Capacity];
    private int _next;

    /// <summary>Keeps an answer for its conversation, which has one at most.</summary>
    /// <returns>Its number, to be taken by; null when it is too long.</returns>
    public int? Keep(JsonConversation owner, ReadOnlySpan<byte> answer, PacketTime time)
    {
        if (answer.Length > LongestAnswer)
        {
            return null;
        }

        var number = _next;
        answer.CopyTo(_bytes.AsSpan(number * LongestAnswer));
        _places[number] = new Place(owner, answer.Length, time);
        _next = (number + 1) % Capacity;
        return number;
    }

    /// <summary>The answer with this number; empty when it is too old, or others have come since.</summary>
    public ReadOnlySpan<byte> At(int number, JsonConversation owner, PacketTime now) =>
        _places[number] is var place && place.Owner == owner && now.SecondsSince(place.Time) <= LongestLead
            ? _bytes.AsSpan(number * LongestAnswer, place.Length)
            : default;

    private readonly record struct Place(JsonConversation Owner, int Length, PacketTime Time);
}
