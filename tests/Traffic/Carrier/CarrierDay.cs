namespace MinerFlow.Traffic.Carrier;

/// <summary>One session of a subscriber as it really was. Times are seconds after the beginning of the day.</summary>
public sealed class CarrierSession(int number, int subscriber, int server, double from, string address, string prefix)
{
    public int Number { get; } = number;

    public int Server { get; } = server;

    public double From { get; } = from;

    /// <summary>Infinite when it outlasts the day.</summary>
    public double To { get; set; } = double.PositiveInfinity;

    public string Address { get; } = address;

    /// <summary>IPv6 prefix, /56.</summary>
    public string Prefix { get; } = prefix;

    public string Account { get; } = CarrierDay.AccountOf(subscriber);

    /// <summary>The access server lost power: no Stop was ever sent.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>True times of the records that reached the log.</summary>
    public IList<double> Records { get; } = [];

    public bool StopIsLogged { get; set; }
}

/// <summary>Ports of a public address that a session really had.</summary>
public sealed class CarrierBlock(CarrierSession session, string address, int firstPort, double from)
{
    public const int Ports = 1024;

    public CarrierSession Session { get; } = session;

    public string Address { get; } = address;

    public int FirstPort { get; } = firstPort;

    public double From { get; } = from;

    /// <summary>Infinite when it outlasts the day.</summary>
    public double To { get; set; } = double.PositiveInfinity;

    public bool AllocationIsLogged { get; set; }

    public bool ReleaseIsLogged { get; set; }
}

/// <summary>A device with its clock and its silences.</summary>
/// <param name="Name">As its lines name it.</param>
/// <param name="ClockSeconds">To be added to the true time for what its lines state.</param>
/// <param name="Gaps">True times in which its lines were lost.</param>
public sealed record CarrierDevice(string Name, int ClockSeconds, IReadOnlyList<(double From, double To)> Gaps)
{
    public bool IsSilent(double from, double to) => Gaps.Any(gap => gap.From <= to && gap.To >= from);
}

/// <summary>
/// An invented carrier's day: sessions come and go, blocks of ports change hands, clocks are wrong, lines are lost. What was, and what of it was logged.
/// </summary>
public sealed class CarrierDay
{
    public const double Seconds = 86_400;

    private const int Servers = 3;
    private const int AddressesOfNat = 80;
    private const int BlocksOfAddress = 63;
    private const int DynamicAddresses = 250;

    private readonly CarrierDayOptions _options;
    private readonly SeededRandom _random;
    private readonly PriorityQueue<Action, (double Time, long Order)> _events = new();
    private readonly List<string>[] _inner;
    private readonly List<string> _dynamic;
    private readonly List<(string Address, int Port)>[] _blocks;
    private readonly Dictionary<int, (CarrierSession Session, List<(CarrierBlock Block, int Number)> Blocks)> _open = [];
    private double _now;
    private long _order;
    private int _prefix;

    private CarrierDay(CarrierDayOptions options)
    {
        _options = options;
        _random = new SeededRandom(options.Seed);
        AccessServers = [.. Enumerable.Range(0, Servers).Select(i => Device($"192.0.2.{i + 1}", options.ServerClockSeconds))];
        Nats = [.. Enumerable.Range(0, Servers).Select(i => Device($"cgn0{i + 1}", options.NatClockSeconds))];
        _inner = [.. Enumerable.Range(0, Servers).Select(i => Enumerable.Range(0, 4096).Select(n => $"100.{64 + i}.{n / 256}.{n % 256}").ToList())];
        _dynamic = [.. Enumerable.Range(1, DynamicAddresses).Select(n => $"198.51.100.{n}")];
        _blocks = [.. Enumerable.Range(0, Servers).Select(i => Enumerable.Range(0, AddressesOfNat * BlocksOfAddress)
            .Select(n => ($"203.0.113.{(i * AddressesOfNat) + (n / BlocksOfAddress)}", 1024 + (n % BlocksOfAddress * CarrierBlock.Ports))).ToList())];
    }

    public IReadOnlyList<CarrierDevice> AccessServers { get; }

    public IReadOnlyList<CarrierDevice> Nats { get; }

    public IList<CarrierSession> Sessions { get; } = [];

    public IList<CarrierBlock> Blocks { get; } = [];

    /// <summary>When the second access server came up again after it had lost power.</summary>
    public double Restart { get; private set; }

    public static string AccountOf(int subscriber) => $"user{subscriber:00000}@example";

    public static CarrierDay Simulate(CarrierDayOptions options)
    {
        var day = new CarrierDay(options);
        day.Run();
        return day;
    }

    /// <summary>A wait of that mean length, at least a second.</summary>
    private double Wait(int mean) => 1 + (-mean * Math.Log((_random.Below(1_000_000) + 1) / 1_000_001.0));

    private CarrierDevice Device(string name, int clock)
    {
        var gaps = new List<(double From, double To)>();
        for (var i = 0; i < _options.Gaps; i++)
        {
            var from = 7_200 + _random.Below(70_000);
            gaps.Add((from, from + 300 + _random.Below(Math.Max(1, _options.LongestGapSeconds - 300))));
        }

        return new CarrierDevice(name, clock == 0 ? 0 : _random.Below((2 * clock) + 1) - clock, gaps);
    }

    private void Run()
    {
        for (var subscriber = 0; subscriber < _options.Subscribers; subscriber++)
        {
            var one = subscriber;
            At(_random.Below(_options.PauseSeconds * 2), () => Begin(one));
        }

        Restart = 30_000 + _random.Below(20_000);
        At(Restart, CutOff);
        while (_events.TryDequeue(out var happens, out var when) && when.Time < Seconds)
        {
            _now = when.Time;
            happens();
        }

        foreach (var subscriber in _open.Keys.ToList())
        {
            _now = double.PositiveInfinity;
            End(subscriber, isCutOff: false);
        }
    }

    private void At(double time, Action action) => _events.Enqueue(action, (time, _order++));

    private void Begin(int subscriber)
    {
        var server = subscriber % Servers;
        // One subscriber in eight has a public address of his own.
        var pool = subscriber % 8 == 7 ? _dynamic : _inner[server];
        if (pool.Count == 0)
        {
            At(_now + Wait(_options.PauseSeconds), () => Begin(subscriber));
            return;
        }

        var address = Draw(pool);
        var session = new CarrierSession(Sessions.Count, subscriber, server, _now, address, $"2001:db8:{_prefix / 256:x}:{_prefix % 256 * 256:x4}::/56");
        Sessions.Add(session);
        _prefix = (_prefix + 1) % 60_000;
        _open[subscriber] = (session, []);
        var began = _now;
        if (pool != _dynamic)
        {
            At(_now + 1 + (_random.Below(200) / 100.0), () => Allocate(subscriber, began));
            More(subscriber, began);
        }

        At(_now + Wait(_options.SessionSeconds), () =>
        {
            if (IsStill(subscriber, began))
            {
                End(subscriber, isCutOff: false);
                At(_now + Wait(_options.PauseSeconds), () => Begin(subscriber));
            }
        });
    }

    private bool IsStill(int subscriber, double began) => _open.TryGetValue(subscriber, out var open) && open.Session.From == began;

    private void More(int subscriber, double began) => At(_now + Wait(_options.BlockEverySeconds), () =>
    {
        if (IsStill(subscriber, began))
        {
            var number = Allocate(subscriber, began);
            At(_now + Wait(_options.BlockKeptSeconds), () => Release(subscriber, number));
            More(subscriber, began);
        }
    });

    private int Allocate(int subscriber, double began)
    {
        if (!IsStill(subscriber, began) || _blocks[subscriber % Servers].Count == 0)
        {
            return -1;
        }

        var (session, blocks) = _open[subscriber];
        var (address, port) = Draw(_blocks[session.Server]);
        var number = (int)_order++;
        blocks.Add((new CarrierBlock(session, address, port, _now), number));
        return number;
    }

    private void Release(int subscriber, int number)
    {
        if (_open.TryGetValue(subscriber, out var open) && open.Blocks.FindIndex(block => block.Number == number) is >= 0 and var at)
        {
            Close(open.Blocks[at].Block, _now);
            open.Blocks.RemoveAt(at);
        }
    }

    private void Close(CarrierBlock block, double to)
    {
        block.To = to;
        Blocks.Add(block);
        _blocks[block.Session.Server].Add((block.Address, block.FirstPort));
    }

    private void End(int subscriber, bool isCutOff)
    {
        _open.Remove(subscriber, out var open);
        var session = open.Session;
        session.To = _now;
        session.IsCutOff = isCutOff;
        foreach (var (block, _) in open.Blocks)
        {
            Close(block, _now);
        }

        (session.Address.StartsWith("198.", StringComparison.Ordinal) ? _dynamic : _inner[session.Server]).Add(session.Address);
    }

    /// <summary>The second access server loses power: its sessions end without a Stop, and nobody comes back within ten minutes.</summary>
    private void CutOff()
    {
        foreach (var subscriber in _open.Where(pair => pair.Value.Session.Server == 1).Select(pair => pair.Key).Order().ToList())
        {
            End(subscriber, isCutOff: true);
            At(_now + 600 + Wait(_options.PauseSeconds), () => Begin(subscriber));
        }
    }

    private T Draw<T>(List<T> pool)
    {
        var at = _random.Below(pool.Count);
        var drawn = pool[at];
        pool[at] = pool[^1];
        pool.RemoveAt(pool.Count - 1);
        return drawn;
    }
}
