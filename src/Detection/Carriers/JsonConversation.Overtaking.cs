using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <content>
/// Answers that the capture has before their questions: where each direction has a card or a tap of its own, their clocks differ by more than a pool takes to answer.
/// </content>
internal sealed partial class JsonConversation
{
    /// <summary>Longest answer kept: those to shares are a yes or a refusal in a few words. A job that comes as a result has three hashes and is longer.</summary>
    private const int LongestAnswer = 192;

    /// <summary>Seconds by which the clocks of two directions may differ.</summary>
    private const double LongestLead = 1;

    private byte[]? _answer;
    private int _answerLength;
    private PacketTime _answerTime;

    /// <summary>Lets the leader read the message, and with a question the answer that came before it.</summary>
    private void ReadBy(IJsonDialect leader, in JsonMessage message, Speaker speaker)
    {
        session.HasStrayAnswer = false;
        leader.Read(in message, speaker, session);
        if (session.HasStrayAnswer)
        {
            Keep(in message);
        }
        else if (_answerLength > 0 && speaker == Speaker.Miner)
        {
            ReadKept(leader, in message);
        }
    }

    private void Keep(in JsonMessage answer)
    {
        _answerLength = 0;
        if (session.MinerHeard && !answer.IsTruncated && answer.Raw.Length <= LongestAnswer)
        {
            _answer ??= new byte[LongestAnswer];
            answer.Raw.CopyTo(_answer);
            _answerLength = answer.Raw.Length;
            _answerTime = session.Moment.Time;
        }
    }

    private void ReadKept(IJsonDialect leader, in JsonMessage question)
    {
        if (session.Moment.Time.SecondsSince(_answerTime) > LongestLead)
        {
            _answerLength = 0;
        }
        else if (JsonMessage.TryRead(_answer.AsSpan(0, _answerLength), out var answer, out _) == System.Buffers.OperationStatus.Done && MiningSession.IsSameRequest(answer.Id.Raw, question.Id.Raw))
        {
            _answerLength = 0;
            leader.Read(in answer, Speaker.Pool, session);
        }
    }
}
