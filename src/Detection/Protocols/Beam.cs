namespace MinerFlow.Detection.Protocols;

/// <summary>Beam's pool protocol: members stand in the message itself, and answers are messages with the method <c>result</c>.</summary>
/// <remarks>
/// Sources: BeamMW/beam pow/stratum.h, nicehash/Specifications Beam_NiceHash_v1.0.txt, miningcore BeamPool and BeamUtils; protocols.md section 10.8.
/// Normally inside TLS.
/// <code>
/// {"method":"login","api_key":…,"id":"login"}             {"method":"solution","id":job,"nonce":"16 digits","output":"208 digits"}
/// {"method":"job","id":job,"input":"64 digits","difficulty":packed,"height":…}
/// {"method":"result","id":…,"code":1,"description":"accepted","nonceprefix":…}     {"method":"cancel","id":job}
/// </code>
/// </remarks>
internal sealed class Beam : IJsonDialect
{
    /// <summary>A share was taken; above it are the ways to be refused. The code of a login is 0 in the node, a success all the same.</summary>
    private const long Taken = 1;

    /// <summary>Digits of a wallet's public key, less the zeros that some leave away in front.</summary>
    private const int ShortestKey = 60;

    public string Name => "beam";

    public IReadOnlyList<string> Methods => ["login", "job", "solution", "result"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message)
    {
        var method = message.Method;
        return method.Length switch
        {
            3 when method.SequenceEqual("job"u8) => IsJob(in message) ? Certainly.Pool : Match.None,
            5 when method.SequenceEqual("login"u8) => RecogniseLogin(in message),
            6 when method.SequenceEqual("result"u8) => RecogniseResult(in message),
            8 when method.SequenceEqual("solution"u8) => IsShare(in message) ? Certainly.Miner : Match.None,
            _ => Match.None,
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.HashrateUnit = "Sol/s";
        var method = message.Method;
        if (method.SequenceEqual("login"u8) && message["api_key"u8].IsString)
        {
            session.Saw("login with api_key");
            StratumFamily.ReadLogin(message["api_key"u8].Text, session);
            StratumFamily.ReadAgent(message["agent"u8].Text, session);
        }
        else if (method.SequenceEqual("solution"u8) && IsShare(in message))
        {
            session.ShareSubmitted(message.Id.Raw, message.Id.Text, session.Moment);
            session.Saw("solution");
        }
        else if (method.SequenceEqual("job"u8) && IsJob(in message))
        {
            ReadJob(in message, session);
        }
        else if (method.SequenceEqual("result"u8))
        {
            ReadResult(in message, session);
        }
    }

    private static bool IsJob(in JsonMessage message) => message["input"u8].IsHex(64) && message["difficulty"u8].Kind == JsonKind.Number;

    private static bool IsShare(in JsonMessage message) => message["nonce"u8].IsHex(16) && message["output"u8].IsHexAtLeast(64);

    /// <summary>Exchanges take an <c>api_key</c> as well; the id is a word in this protocol, and pools are given the key of a wallet.</summary>
    private static Match RecogniseLogin(in JsonMessage message) => !message["api_key"u8].IsString ? Match.None
        : new Match(message.Id.Text.SequenceEqual("login"u8) && BeginsWithKey(message["api_key"u8].Text) ? Recognition.Likely : Recognition.Possible, Speaker.Miner);

    private static bool BeginsWithKey(ReadOnlySpan<byte> login) => login.Length >= ShortestKey && Coins.Hex.IsAll(login[..ShortestKey]);

    private static Match RecogniseResult(in JsonMessage message)
    {
        if (message["code"u8].Kind != JsonKind.Number || !message["description"u8].IsString)
        {
            return Match.None;
        }

        return message["nonceprefix"u8].IsString || message["forkheight"u8].Exists ? Certainly.Pool : new Match(Recognition.Possible, Speaker.Pool);
    }

    private static void ReadJob(in JsonMessage message, MiningSession session)
    {
        if (message["height"u8].TryGetInt64(out var height))
        {
            session.SetHeight(height);
        }

        if (message["difficulty"u8].TryGetInt64(out var packed) && Unpack(packed) is > 0 and var difficulty)
        {
            session.SetDifficulty(difficulty, difficulty);
        }

        session.SetAlgorithm("beamhash");
        session.SetCoin("BEAM");
        StratumFamily.AddJob(message.Id.Text, "job with input and packed difficulty", session);
    }

    /// <summary>Upper 8 bits: order; lower 24: mantissa without its leading one. The result is the number of solutions expected.</summary>
    internal static double Unpack(long packed)
    {
        var order = packed >> 24;
        return packed is > 0 and <= uint.MaxValue && order < 128 ? ((1 << 24) | (packed & 0xff_ffff)) * Math.Pow(2, order - 24) : 0;
    }

    private static void ReadResult(in JsonMessage message, MiningSession session)
    {
        message["code"u8].TryGetInt64(out var code);
        if (message.Id.Text.SequenceEqual("login"u8))
        {
            if (code is 0 or Taken)
            {
                session.Accepted();
                session.Saw("pool took the login");
            }
            else
            {
                session.Rejected();
                session.Saw("pool refused");
            }

            return;
        }

        session.ShareAnswered(message.Id.Raw, code == Taken ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(message["description"u8]), session.Moment);
        session.Saw(code == Taken ? "pool took a share" : "pool refused a share");
    }
}
