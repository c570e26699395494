namespace MinerFlow.Detection.Protocols;

/// <summary>Iron Fish: methods of Stratum with a <c>body</c> where the others have <c>params</c>.</summary>
/// <remarks>
/// Sources: iron-fish/ironfish ironfish/src/mining/stratum, nicehash/Specifications FishHash_v1.0.txt; protocols.md section 10.9.
/// <code>
/// mining.subscribe   {"version":3,"agent":…,"publicAddress":"64 digits[.worker]"}     mining.subscribed {"clientId":…,"xn":…}
/// mining.set_target  {"target":"64 digits"}       mining.notify {"miningRequestId":…,"header":…}
/// mining.submit      {"miningRequestId":…,"randomness":…}                             mining.submitted {"id":…,"result":true}
/// </code>
/// </remarks>
internal sealed class IronFish : IJsonDialect
{
    public string Name => "iron-fish";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.subscribed", "mining.set_target", "mining.notify", "mining.wait_for_work", "mining.submit", "mining.submitted"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        if (!message.Method.StartsWith("mining."u8))
        {
            return Match.None;
        }

        var body = message["body"u8];
        return message.Method[7..] switch
        {
            var name when name.SequenceEqual("wait_for_work"u8) => Certainly.Pool,
            _ when !body.IsObject => Match.None,
            var name when name.SequenceEqual("subscribe"u8) => body["publicAddress"u8].IsString ? Certainly.Miner : Match.None,
            var name when name.SequenceEqual("subscribed"u8) => body["clientId"u8].Exists || body["xn"u8].Exists ? Certainly.Pool : Match.None,
            var name when name.SequenceEqual("notify"u8) => body["miningRequestId"u8].Exists && body["header"u8].IsHexAtLeast(64) ? Certainly.Pool : Match.None,
            var name when name.SequenceEqual("set_target"u8) => body["target"u8].IsHexAtLeast(32) ? Certainly.Pool : Match.None,
            var name when name.SequenceEqual("submit"u8) => body["miningRequestId"u8].Exists && body["randomness"u8].Exists ? Certainly.Miner : Match.None,
            var name when name.SequenceEqual("submitted"u8) => body["id"u8].Exists && body["result"u8].Exists ? Certainly.Pool : Match.None,
            _ => Match.None,
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (!message.Method.StartsWith("mining."u8))
        {
            return;
        }

        session.SetCoin("IRON");
        var body = message["body"u8];
        var name = message.Method[7..];
        if (name.SequenceEqual("submit"u8))
        {
            session.ShareSubmitted(message.Id.Raw, body["miningRequestId"u8].Text, session.Moment);
            session.Saw("mining.submit with a body");
        }
        else if (name.SequenceEqual("submitted"u8))
        {
            ReadSubmitted(body, session);
        }
        else if (name.SequenceEqual("notify"u8))
        {
            StratumFamily.AddJob(body["miningRequestId"u8].Text, "mining.notify with a body", session);
        }
        else if (name.SequenceEqual("set_target"u8))
        {
            if (ShareTarget.TryReadWork(body["target"u8], out var work))
            {
                session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
            }
        }
        else if (name.SequenceEqual("subscribe"u8))
        {
            session.Saw("mining.subscribe with a body");
            StratumFamily.ReadAgent(body["agent"u8].Text, session);
            StratumFamily.ReadLogin(body["publicAddress"u8].Text, session);
            session.SetLogin(default, body["name"u8].Text);
        }
        else if (name.SequenceEqual("subscribed"u8))
        {
            session.Saw("pool answered the subscription");
        }
        else if (name.SequenceEqual("disconnect"u8))
        {
            session.Saw("one side ended the session (mining.disconnect)");
        }
    }

    private static void ReadSubmitted(JsonSlice body, MiningSession session)
    {
        var taken = body["result"u8].Kind == JsonKind.True;
        session.ShareAnswered(body["id"u8].Raw, taken ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(body["message"u8]), session.Moment);
        session.Saw(taken ? "pool took a share" : "pool refused a share");
    }
}
