using System.Buffers;

namespace MinerFlow.Detection.Protocols;

/// <content>Answers that the capture has before their questions.</content>
internal sealed partial class JsonConversation
{
    /// <summary>See <see cref="EarlyAnswers"/>.</summary>
    private int? _early;

    /// <summary>Lets the leader read the message, and with a question the answer that came before it.</summary>
    private void ReadBy(IJsonDialect leader, in JsonMessage message, Speaker speaker)
    {
        session.HasStrayAnswer = false;
        leader.Read(in message, speaker, session);
        if (session.HasStrayAnswer)
        {
            _early = session.MinerHeard && !message.IsTruncated ? session.Context.EarlyAnswers.Keep(this, message.Raw, session.Moment.Time) : null;
        }
        else if (_early is { } number && speaker == Speaker.Miner)
        {
            ReadEarly(leader, number, in message);
        }
    }

    private void ReadEarly(IJsonDialect leader, int number, in JsonMessage question)
    {
        var kept = session.Context.EarlyAnswers.At(number, this, session.Moment.Time);
        if (kept.IsEmpty)
        {
            _early = null;
        }
        else if (JsonMessage.TryRead(kept, out var answer, out _) == OperationStatus.Done && MiningSession.IsSameRequest(answer.Id.Raw, question.Id.Raw))
        {
            _early = null;
            leader.Read(in answer, Speaker.Pool, session);
        }
    }
}
