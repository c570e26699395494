using System.Globalization;

namespace MinerFlow.Traffic.Carrier;

/// <summary>A question with what only the generator knows.</summary>
/// <param name="Line">The row of the list.</param>
/// <param name="Account">Whose flow it really was; null when it was nobody's or a foreigner's.</param>
/// <param name="IsDeterminable">Whether what reached the logs is enough to tell.</param>
/// <param name="Kind">What sort of question it is, for the figures.</param>
public sealed record CarrierQuestion(string Line, string? Account, bool IsDeterminable, string Kind);

/// <summary>Asks about flows that really were, at random times of a carrier's day.</summary>
public sealed class CarrierQuestions
{
    // What nobody can tell apart without knowing the clocks better: seconds are cut off in both logs, and accounting servers lag a little.
    private const double Guard = 3;

    // A silence is known to the minute.
    private const double GapEdge = 120;

    private readonly CarrierDay _day;
    private readonly CarrierDayOptions _options;
    private readonly SeededRandom _random;
    private readonly ILookup<(string Address, int Port), CarrierBlock> _blocksOf;
    private readonly ILookup<string, CarrierSession> _sessionsOf;
    private readonly List<CarrierSession> _dynamic;

    public CarrierQuestions(CarrierDay day, CarrierDayOptions options)
    {
        _day = day;
        _options = options;
        _random = new SeededRandom(options.Seed ^ 0x4153_4B45);
        _blocksOf = day.Blocks.ToLookup(block => (block.Address, block.FirstPort));
        _sessionsOf = day.Sessions.ToLookup(session => session.Address);
        _dynamic = [.. day.Sessions.Where(session => session.Address.StartsWith("198.", StringComparison.Ordinal))];
    }

    public const string Header = "row,ip,port,proto,at";

    public IEnumerable<CarrierQuestion> All()
    {
        for (var i = 0; i < _options.Questions; i++)
        {
            yield return _random.Below(100) switch
            {
                < 66 => OfBlock(i, withPort: true),
                < 71 => OfBlock(i, withPort: false),
                < 86 => OfAddress(i),
                < 97 => OfPrefix(i),
                < 98 => new CarrierQuestion(string.Create(CultureInfo.InvariantCulture, $"{i},192.0.2.{200 + _random.Below(50)},{1024 + _random.Below(60_000)},tcp,{Text(_random.Below(86_000), 1)}"), null, false, "foreign"),
                _ => OfNobody(i),
            };
        }
    }

    private CarrierQuestion OfBlock(int row, bool withPort)
    {
        var block = _day.Blocks[_random.Below(_day.Blocks.Count)];
        var (time, length) = Moment(block.From, block.To);
        var port = withPort ? (block.FirstPort + _random.Below(CarrierBlock.Ports)).ToString(CultureInfo.InvariantCulture) : "";
        var nat = _day.Nats[block.Session.Server];
        var isDeterminable = withPort
            && block.AllocationIsLogged
            && IsHeld(block.From, block.To, time, length, nat)
            && !nat.IsSilent(time - GapEdge, time + length + GapEdge)
            && (block.ReleaseIsLogged || (!nat.IsSilent(block.From, time + length + GapEdge) && time + length < CarrierDay.Seconds - 600))
            && _blocksOf[(block.Address, block.FirstPort)].All(other => other == block || IsFar(other.From, other.To, time, length, nat))
            && IsTold(block.Session, time, length);
        return new CarrierQuestion($"{row},{block.Address},{port},tcp,{Text(time, length)}", block.Session.Account, isDeterminable, withPort ? "shared" : "shared without port");
    }

    private CarrierQuestion OfAddress(int row)
    {
        var session = _dynamic[_random.Below(_dynamic.Count)];
        var (time, length) = Moment(session.From, session.To);
        return new CarrierQuestion(string.Create(CultureInfo.InvariantCulture, $"{row},{session.Address},{1024 + _random.Below(60_000)},tcp,{Text(time, length)}"), session.Account, IsTold(session, time, length), "dynamic");
    }

    private CarrierQuestion OfPrefix(int row)
    {
        var session = _day.Sessions[_random.Below(_day.Sessions.Count)];
        var (time, length) = Moment(session.From, session.To);
        var address = $"{session.Prefix.Split("::")[0][..^2]}{_random.Below(256):x2}:{_random.Below(65_535) + 1:x}::1";
        return new CarrierQuestion($"{row},{address},,tcp,{Text(time, length)}", session.Account, IsTold(session, time, length), "ipv6");
    }

    /// <summary>A moment at which nobody had the ports: whoever asks is mistaken, and nobody should be named.</summary>
    private CarrierQuestion OfNobody(int row)
    {
        while (true)
        {
            var block = _day.Blocks[_random.Below(_day.Blocks.Count)];
            var time = 3_600 + _random.Below(80_000);
            if (_blocksOf[(block.Address, block.FirstPort)].All(other => other.To < time || other.From > time + 1))
            {
                return new CarrierQuestion(string.Create(CultureInfo.InvariantCulture, $"{row},{block.Address},{block.FirstPort + 7},tcp,{Text(time, 1)}"), null, false, "idle");
            }
        }
    }

    /// <summary>Whether accounting records around the time tell whose the session was.</summary>
    private bool IsTold(CarrierSession session, double time, double length)
    {
        var server = _day.AccessServers[session.Server];
        if (session.Records.Count == 0 || !IsHeld(session.From, session.To, time, length, server))
        {
            return false;
        }

        var end = time + length + Guard + Math.Abs(server.ClockSeconds);
        var last = session.Records.Max();
        var isProven = last >= end || (session.StopIsLogged && last >= time + length);
        var isFollowed = last + (1.4 * _options.InterimSeconds) > end && end < CarrierDay.Seconds - 600 && !server.IsSilent(last, end + GapEdge) && !session.IsCutOff;
        var first = session.Records.Min();
        return (isProven || isFollowed)
            && (first <= time - Guard || isProven)
            && _sessionsOf[session.Address].All(other => other == session || IsFar(other.From, other.To, time, length, server));
    }

    private static bool IsHeld(double from, double to, double time, double length, CarrierDevice device)
    {
        var guard = Guard + Math.Abs(device.ClockSeconds);
        return from + guard <= time && to - guard >= time + length;
    }

    private static bool IsFar(double from, double to, double time, double length, CarrierDevice device)
    {
        var guard = (2 * Guard) + Math.Abs(device.ClockSeconds);
        return to + guard < time || from - guard > time + length;
    }

    /// <summary>A moment of the holding as a list states it: the second, or in two of five questions only the minute.</summary>
    private (double Time, double Length) Moment(double from, double to)
    {
        var time = Math.Floor(from + (_random.Below(1_000_000) / 1_000_000.0 * (Math.Min(to, CarrierDay.Seconds) - from)));
        return _random.Below(5) < 2 ? (Math.Floor(time / 60) * 60, 60) : (time, 1);
    }

    private static string Text(double time, double length) =>
        DateTimeOffset.FromUnixTimeSeconds(CarrierLogs.Epoch + (long)time).ToOffset(TimeSpan.FromHours(8)).ToString(length < 60 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
