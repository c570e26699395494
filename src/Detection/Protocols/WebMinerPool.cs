namespace MinerFlow.Detection.Protocols;

/// <summary>
/// webminerpool (notgiven688/webminerpool <c>SDK/</c>): objects with <c>identifier</c>, over WebSocket.
/// <c>handshake {pool, login, password, userid, version}</c>, <c>job {job_id, blob, target}</c>, <c>solved {job_id, nonce, result}</c>, <c>hashsolved</c>.
/// </summary>
internal sealed class WebMinerPool : IJsonDialect
{
    public string Name => "webminerpool";

    public IReadOnlyList<string> Methods => [];

    public ResultForms Results => ResultForms.Missing | ResultForms.Other;

    public Match Recognise(in JsonMessage message)
    {
        var identifier = message["identifier"u8];
        if (!identifier.IsString || message.IsRequest)
        {
            return Match.None;
        }

        var whole = new JsonSlice { Raw = message.Raw, Kind = JsonKind.Object };
        return identifier.Text switch
        {
            var text when text.SequenceEqual("handshake"u8) => new Match(message["pool"u8].IsString && message["login"u8].IsString && message["version"u8].Exists ? Recognition.Certain : Recognition.None, Speaker.Miner),
            var text when text.SequenceEqual("solved"u8) => new Match(CryptoNoteWork.IsShare(whole) ? Recognition.Certain : Recognition.None, Speaker.Miner),
            var text when text.SequenceEqual("job"u8) => new Match(CryptoNoteWork.IsJob(whole) ? Recognition.Certain : Recognition.None, Speaker.Pool),
            var text when text.SequenceEqual("hashsolved"u8) => new Match(Recognition.Possible, Speaker.Pool),
            _ => Match.None,
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var identifier = message["identifier"u8].Text;
        if (identifier.SequenceEqual("handshake"u8))
        {
            session.SetLogin(message["login"u8].Text, message["userid"u8] is { IsString: true } user ? user.Text : default);
            session.Saw("handshake with pool and login");
        }
        else if (identifier.SequenceEqual("job"u8))
        {
            session.Saw("job with blob and target");
            CryptoNoteWork.ReadJob(new JsonSlice { Raw = message.Raw, Kind = JsonKind.Object }, session);
        }
        else if (identifier.SequenceEqual("solved"u8))
        {
            session.Saw("solved with nonce and result");
            session.ShareSubmitted(default, message["job_id"u8].Text, session.Moment);
        }
        else if (identifier.SequenceEqual("hashsolved"u8))
        {
            session.Saw("hashsolved");
            session.ShareAnswered(default, ShareOutcome.Accepted, session.Moment);
        }
        else if (identifier.SequenceEqual("error"u8) || identifier.SequenceEqual("banned"u8))
        {
            session.Rejected();
        }
    }
}
