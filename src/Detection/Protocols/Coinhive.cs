namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Coinhive and its clones (deepwn/deepMiner, cazala/coin-hive-stratum): objects with <c>type</c> and <c>params</c>, over WebSocket.
/// <c>auth {site_key}</c>, <c>authed {hashes}</c>, <c>job {job_id, blob, target}</c>, <c>submit {job_id, nonce, result}</c>, <c>hash_accepted {hashes}</c>.
/// </summary>
internal sealed class Coinhive : IJsonDialect
{
    public string Name => "coinhive";

    public IReadOnlyList<string> Methods => [];

    public ResultForms Results => ResultForms.Missing;

    public Match Recognise(in JsonMessage message)
    {
        var type = message["type"u8];
        if (!type.IsString || !message.Params.IsObject || message.IsRequest)
        {
            return Match.None;
        }

        var parameters = message.Params;
        return type.Text switch
        {
            var text when text.SequenceEqual("auth"u8) => RecogniseAuth(parameters),
            var text when text.SequenceEqual("submit"u8) => new Match(CryptoNoteWork.IsShare(parameters) ? Recognition.Certain : Recognition.None, Speaker.Miner),
            var text when text.SequenceEqual("job"u8) => new Match(CryptoNoteWork.IsJob(parameters) ? Recognition.Certain : Recognition.None, Speaker.Pool),
            var text when text.SequenceEqual("authed"u8) => new Match(parameters["hashes"u8].Kind == JsonKind.Number ? Recognition.Likely : Recognition.None, Speaker.Pool),
            var text when text.SequenceEqual("hash_accepted"u8) => new Match(parameters["hashes"u8].Kind == JsonKind.Number ? Recognition.Certain : Recognition.None, Speaker.Pool),
            _ => Match.None,
        };
    }

    /// <summary>The kind of user goes with the key (<c>anonymous</c>, <c>user</c>, <c>token</c>); captchas have a site key alone.</summary>
    private static Match RecogniseAuth(JsonSlice auth) => !auth["site_key"u8].IsString ? Match.None
        : new Match(IsKindOfUser(auth["type"u8].Text) ? Recognition.Certain : Recognition.Possible, Speaker.Miner);

    private static bool IsKindOfUser(ReadOnlySpan<byte> type) => type.SequenceEqual("anonymous"u8) || type.SequenceEqual("user"u8) || type.SequenceEqual("token"u8);

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var type = message["type"u8].Text;
        var parameters = message.Params;
        if (type.SequenceEqual("auth"u8))
        {
            session.SetLogin(parameters["site_key"u8].Text, parameters["user"u8] is { IsString: true } user ? user.Text : default);
            session.Saw("auth with a site key");
        }
        else if (type.SequenceEqual("authed"u8))
        {
            session.Saw("authed");
        }
        else if (type.SequenceEqual("job"u8))
        {
            session.Saw("job with blob and target");
            CryptoNoteWork.ReadJob(parameters, session);
        }
        else if (type.SequenceEqual("submit"u8))
        {
            session.Saw("submit with nonce and result");
            session.ShareSubmitted(default, parameters["job_id"u8].Text, session.Moment);
        }
        else if (type.SequenceEqual("hash_accepted"u8))
        {
            session.Saw("hash_accepted");
            session.ShareAnswered(default, ShareOutcome.Accepted, session.Moment);
        }
        else if (type.SequenceEqual("banned"u8) || (type.SequenceEqual("error"u8) && speaker == Speaker.Pool))
        {
            session.Rejected();
        }
    }
}
