using System.Buffers;
using System.Buffers.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Duino-Coin, mined by microcontrollers and scripts (revoxhere/duino-coin PC_Miner.py, AVR_Miner.py, ESP_Code; revoxhere/duino-coin-pools src/mining.js):
/// short texts in turn, with or without a line feed at their end.
/// <code>
/// pool   3.0
/// miner  JOB,user,difficulty tier[,key[,reading of a sensor]]
/// pool   last hash(40),hash to find(40),difficulty        the number lies between 0 and 100 times the difficulty
/// miner  number,hashes per second,agent,rig[,chip[,wallet]]
/// pool   GOOD, BLOCK or BAD[,reason]
/// </code>
/// </summary>
internal sealed class DuinoCoin : IStreamProtocol
{
    private const int HashDigits = 40;

    /// <summary>Two hashes, two commas and a digit.</summary>
    private const int ShortestJob = HashDigits + 1 + HashDigits + 1 + 1;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);

    public string Name => "duino-coin";

    public ReadOnlySpan<byte> FirstBytes => "J0123456789abcdef"u8;

    public bool Probe(ReadOnlySpan<byte> start) => start.StartsWith("JOB,"u8) || IsJobStart(start);

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    /// <summary>A job as far as it is there, when that is more than its first hash.</summary>
    private static bool IsJobStart(ReadOnlySpan<byte> text) => text.Length > HashDigits + 1
        && text[HashDigits] == (byte)',' && !text[..HashDigits].ContainsAnyExcept(HexDigits)
        && text[(HashDigits + 1)..] is var second && (second.Length <= HashDigits ? !second.ContainsAnyExcept(HexDigits)
            : !second[..HashDigits].ContainsAnyExcept(HexDigits) && second[HashDigits] == (byte)',' && !second[(HashDigits + 1)..].TrimEnd("\r\n"u8).ContainsAnyExcept(Digits));

    /// <summary>The part before the next comma, and what is behind it.</summary>
    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest)
    {
        var comma = rest.IndexOf((byte)',');
        var part = comma < 0 ? rest : rest[..comma];
        rest = comma < 0 ? default : rest[(comma + 1)..];
        return part;
    }

    private static ReadOnlySpan<byte> TakeWhole(scoped ref ReadOnlySpan<byte> rest, bool isWhole)
    {
        var isEnded = isWhole || rest.Contains((byte)',');
        var part = Take(ref rest);
        return isEnded ? part : default;
    }

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        /// <summary>Longest text that is looked at: results have some hundred bytes, messages of the day are longer.</summary>
        private const int LongestText = 256;

        /// <summary>Texts of no known form after which this is something else.</summary>
        private const int Patience = 8;

        /// <summary>Hashes behind one share of difficulty 1: half of the 100 numbers.</summary>
        private const double HashesOfDifficultyOne = 50;

        private FlowSide? _miner;
        private int _strange;
        private bool _minerEndsLines;
        private bool _poolEndsLines;
        private bool _isAsked;
        private bool _isGiven;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (reader.End)
            {
                return OperationStatus.NeedMoreData;
            }

            Span<byte> copy = stackalloc byte[LongestText];
            var text = copy[..(int)Math.Min(reader.Remaining, LongestText)];
            _ = reader.TryCopyTo(text);
            var feed = text.IndexOf((byte)'\n');
            var length = feed >= 0 ? feed + 1 : reader.Remaining;
            text = feed >= 0 ? text[..feed] : text;
            // The pool learned to end its lines before miners did.
            var isPool = sender.Opposite() == _miner;
            var endsLines = _minerEndsLines || (isPool && _poolEndsLines);
            if (feed < 0 && reader.Remaining < LongestText && (endsLines || (isPool && MayBecomeJob(text))))
            {
                return OperationStatus.NeedMoreData;
            }

            if (!TryRead(sender, ((ReadOnlySpan<byte>)text).TrimEnd(" \r"u8), isWhole: feed >= 0))
            {
                return OperationStatus.InvalidData;
            }

            _minerEndsLines |= feed >= 0 && sender == _miner;
            _poolEndsLines |= feed >= 0 && sender != _miner;
            reader.Advance(length);
            return OperationStatus.Done;
        }

        /// <summary>A job that is cut tells no difficulty.</summary>
        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
            Span<byte> start = stackalloc byte[ShortestJob];
            start = start[..(int)Math.Min(unconsumed.Length, ShortestJob)];
            unconsumed.Slice(0, start.Length).CopyTo(start);
            if (IsJobStart(start))
            {
                ReadJob(sender, start);
            }
        }

        /// <summary>What the pool sends in pieces: no other text of its begins with hexadecimal digits.</summary>
        private static bool MayBecomeJob(ReadOnlySpan<byte> text) =>
            text.Length < ShortestJob && (IsJobStart(text) || (text.Length <= HashDigits + 1 && text.IndexOfAnyExcept(HexDigits) is -1 or HashDigits));

        /// <param name="sender">Who sent it.</param>
        /// <param name="text">Without what ends it.</param>
        /// <param name="isWhole">A line feed stands behind it: otherwise the last part may be cut.</param>
        private bool TryRead(FlowSide sender, ReadOnlySpan<byte> text, bool isWhole)
        {
            if (text.StartsWith("JOB,"u8))
            {
                ReadRequest(sender, text[4..]);
                return true;
            }

            if (IsJobStart(text))
            {
                ReadJob(sender, text);
                return true;
            }

            if (_miner is not { } miner)
            {
                return false;
            }

            var isKnown = sender == miner ? TryReadResult(text, isWhole) : TryReadVerdict(text);
            _strange += isKnown ? 0 : 1;
            return isKnown || session.IsReported || _strange <= Patience;
        }

        private void ReadRequest(FlowSide miner, ReadOnlySpan<byte> rest)
        {
            Orient(miner);
            session.Heard(Speaker.Miner);
            session.Saw("JOB asks for work");
            session.SetLogin(Take(ref rest), default);
            _isAsked = true;

            // Half of the tiers are boards by their names.
            var tier = Take(ref rest);
            var isBoard = tier.StartsWith("ESP"u8) || tier.SequenceEqual("AVR"u8) || tier.SequenceEqual("DUE"u8) || tier.SequenceEqual("MEGA"u8) || tier.SequenceEqual("RP2040"u8);
            session.Recognised(isBoard ? Recognition.Likely : Recognition.Possible);
        }

        private void ReadJob(FlowSide pool, ReadOnlySpan<byte> rest)
        {
            Orient(pool.Opposite());
            session.Heard(Speaker.Pool);
            session.Recognised(_isAsked ? Recognition.Certain : Recognition.Possible);
            _ = Take(ref rest);
            var hash = Take(ref rest);
            if (Utf8Parser.TryParse(rest, out long difficulty, out _) && difficulty > 0)
            {
                session.AddJob(hash, difficulty, difficulty * HashesOfDifficultyOne);
            }
            else
            {
                session.AddJob(hash);
            }

            _isGiven = true;
            session.Accepted();
            session.Saw("job of two hashes and a difficulty");
            session.SetCoin("DUCO");
            session.SetAlgorithm("duco-s1");
        }

        private bool TryReadResult(ReadOnlySpan<byte> rest, bool isWhole)
        {
            var number = Take(ref rest);
            if (number.IsEmpty || number.ContainsAnyExcept(Digits) || !(_isAsked || _isGiven))
            {
                return false;
            }

            session.Heard(Speaker.Miner);
            session.ShareSubmitted(default, default, session.Moment);
            session.Saw("the number behind the hash is handed in");
            if (Utf8Parser.TryParse(Take(ref rest), out double rate, out var used) && used > 0)
            {
                session.Recognised(Recognition.Certain);
                session.SetStatedHashrate(rate);
            }

            StratumFamily.ReadAgent(TakeWhole(ref rest, isWhole), session);

            // Old miners put their key behind the rig.
            var rig = TakeWhole(ref rest, isWhole);
            rig = rig.IndexOf((byte)':') is >= 0 and var colon ? rig[..colon] : rig;
            StratumFamily.ReadWorker(rig.SequenceEqual("None"u8) ? default : rig, session);
            return true;
        }

        private bool TryReadVerdict(ReadOnlySpan<byte> rest)
        {
            var word = Take(ref rest);
            var isTaken = word.SequenceEqual("GOOD"u8) || word.SequenceEqual("BLOCK"u8);
            if (!isTaken && !word.SequenceEqual("BAD"u8))
            {
                return false;
            }

            session.Heard(Speaker.Pool);
            session.Recognised(_isGiven ? Recognition.Certain : Recognition.Possible);
            session.ShareAnswered(default, isTaken ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(rest), session.Moment);
            session.Saw(isTaken ? "pool took a share" : "pool refused a share");
            return true;
        }

        private void Orient(FlowSide miner)
        {
            _miner ??= miner;
            session.Orient(miner);
        }
    }
}
