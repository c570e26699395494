using System.Net;
using System.Net.Sockets;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

/// <summary>Ports and files, all into one store that is asked meanwhile.</summary>
public sealed class LiveLogsTests : IDisposable
{
    private const string Secret = "invented secret";

    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly StoreFolder _stores = new();

    public void Dispose()
    {
        _stores.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AQuestionIsAnsweredFromWhatPortsAndFilesTellTogether()
    {
        using var store = _stores.Open();
        var clock = new Now(Detail.Minute(0));
        using (var logs = Start(store, Options(), clock))
        {
            Send(logs.Endpoints[0], RadiusDatagram.Session(1, "s1", "u1", Seconds(0)).Address(8, "100.64.12.34").ToBytes(Secret), isAnswered: true);
            Syslog(logs, clock, 10, Line(10, "100.64.12.34", 20480, "UserbasedA"));
            Syslog(logs, clock, 11, Line(11, "100.64.12.35", 24576, "UserbasedA"));
            Syslog(logs, clock, 12, "what no profile knows of 100.64.12.35");
            File.WriteAllText(_folder.PathOf("detail"), new Detail().Start(20, "s2", "u2", "Framed-IP-Address = 100.64.12.35").Interim(600, "s2", "u2", 34800, "Framed-IP-Address = 100.64.12.35").ToString());
            Syslog(logs, clock, 600, Line(600, "100.64.12.34", 20480, "UserbasedW"));
            Send(logs.Endpoints[0], RadiusDatagram.Session(3, "s1", "u1", Seconds(600), 2).Number(46, 36_000).Address(8, "100.64.12.34").ToBytes(Secret), isAnswered: true);
            Syslog(logs, clock, 601, Line(601, "100.64.12.35", 24576, "UserbasedW"));

            Wait(() => Taken(logs, "radius") == 2 && Taken(logs, "syslog") == 4 && Taken(logs, "tail") == 2);
            Wait(() => Account(store, 22017, 300) == "u1");
            Assert.Equal(1, logs.Quarantined.Kept);
        }

        Assert.Equal("u1", Account(store, 22017, 300));
        Assert.Equal("u2", Account(store, 25000, 300));
        Assert.Equal("what no profile knows of 100.64.12.35", Encoding.ASCII.GetString(Assert.Single(Quarantine.Read(_folder.PathOf("quarantine"), _stores.Keys)).Line));
    }

    [Fact]
    public void AfterARestartNothingIsReadTwiceAndSessionsGoOn()
    {
        File.WriteAllText(_folder.PathOf("detail"), new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 203.0.113.9", "Acct-Interim-Interval = 36000").ToString());
        using (var store = _stores.Open())
        using (var logs = Start(store, Options()))
        {
            Wait(() => Taken(logs, "tail") == 1);
        }

        File.AppendAllText(_folder.PathOf("detail"), new Detail().Stop(60, "s1", "u1", 3600, "Framed-IP-Address = 203.0.113.9").ToString());
        using (var store = _stores.Open())
        {
            using (var logs = Start(store, Options()))
            {
                Wait(() => Taken(logs, "tail") == 1);
            }

            var found = new List<AddressInterval>();
            store.Find(Ip("203.0.113.9"), null, Detail.Minute(0), Detail.Minute(900), found);
            var interval = Assert.Single(found);
            Assert.Equal((Detail.Minute(0), Detail.Minute(60)), (interval.From, interval.To));
        }
    }

    [Fact]
    public void LeasesAreFollowedWhileTheirServerAppendsToThemAndWritesThemAnew()
    {
        const string Header = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n";
        var (path, options) = (_folder.PathOf("leases.csv"), Options() with { Radius = [], Syslog = [], Tails = [new TailedLog(_folder.PathOf("leases.csv"), LogFormat.Leases)] });
        using (var store = _stores.Open())
        using (var logs = Start(store, options))
        {
            File.WriteAllText(path, Header + Lease("203.0.113.9", "00:16:3e:00:00:01", 0, 600) + Lease("203.0.113.10", "00:16:3e:00:00:02", 1, 600));
            Wait(() => Ends(store) is [600, 601]);

            // As Kea's clean-up does: the file gets another name, and one with the same first lines and fewer behind them is put in its place.
            File.AppendAllText(path, Lease("203.0.113.9", "00:16:3e:00:00:01", 30, 600));
            Wait(() => Ends(store) is [601, 630]);
            File.Move(path, path + ".2");
            File.WriteAllText(path, Header + Lease("203.0.113.9", "00:16:3e:00:00:01", 30, 600));
            File.AppendAllText(path, Lease("203.0.113.9", "00:16:3e:00:00:01", 60, 0) + Lease("203.0.113.9", "00:16:3e:00:00:03", 70, 100));
            Wait(() => Ends(store) is [60, 170, 601]);
        }

        // After a start the file is read from its beginning: what it says again is of the same clients and ends as before.
        using (var store = _stores.Open())
        using (var logs = Start(store, options))
        {
            File.AppendAllText(path, Lease("203.0.113.10", "00:16:3e:00:00:02", 80, 600));
            Wait(() => Ends(store) is [60, .., 680]);
            Assert.Equal([60, 170, 601, 680], Ends(store));
        }

        static string Lease(string address, string client, double minute, int minutes) => $"{address},{client},,{minutes * 60},{Seconds(minute + minutes)},1,0,0,,0,,0\n";

        static int[] Ends(IntervalStore store)
        {
            var found = new List<AddressInterval>();
            store.Find(Ip("203.0.113.9"), null, Detail.Minute(0), Detail.Minute(1000), found);
            store.Find(Ip("203.0.113.10"), null, Detail.Minute(0), Detail.Minute(1000), found);
            return [.. found.Select(interval => (int)(interval.To.SecondsSince(Detail.Minute(0)) / 60)).Distinct().Order()];
        }
    }

    [Fact]
    public void TooOldDaysAreDeletedByTheTimeOfTheLogsAndNeverAheadOfOurs()
    {
        using var store = _stores.Open();
        using var logs = Start(store, Options() with { KeepDays = 45 }, new Now(At("2022-04-08T12:00:00Z")));

        // Before the first line there is nothing to go by.
        Thread.Sleep(Options().CommitEvery * 3);
        Assert.True(logs.IsUp);
        Send(logs.Endpoints[0], RadiusDatagram.Session(1, "s1", "u1", Seconds(0)).Address(8, "203.0.113.9").ToBytes(Secret), isAnswered: true);
        Send(logs.Endpoints[0], RadiusDatagram.Session(1, "s2", "u2", Seconds(60 * 24 * 365), 2).Address(8, "203.0.113.10").ToBytes(Secret), isAnswered: true);

        Wait(() => store.FirstDay == new DateOnly(2022, 2, 22));
    }

    [Fact]
    public void WhatComesWhileTheStoreCannotBeWrittenWaitsAndIsNotAcknowledged()
    {
        var store = _stores.Open();
        var told = new List<Exception?>();
        using var logs = LiveLogs.Start(Options(), store, new List<Problem>(), TimeProvider.System, told.Add);
        store.Dispose();

        Wait(() => !logs.IsUp);
        Send(logs.Endpoints[0], RadiusDatagram.Session(1, "s1", "u1", Seconds(0)).Address(8, "203.0.113.9").ToBytes(Secret), isAnswered: false);
        Send(logs.Endpoints[0], RadiusDatagram.Session(1, "s2", "u1", Seconds(0), 2).Address(8, "203.0.113.9").ToBytes(Secret), isAnswered: false);
        Wait(() => logs.States()[0].Waiting > 0 && Counts(logs, "radius", "received") == 2);
        Assert.Equal(0, Counts(logs, "radius", "StoreFailed"));
        Assert.Equal(0, Counts(logs, "radius", "answered"));
        Assert.IsType<ObjectDisposedException>(Assert.Single(told));
    }

    [Fact]
    public void UnknownProfilesAreNamedBeforeAnythingIsOpened()
    {
        var problems = new List<Problem>();
        LiveLogs.Check(Options() with { Syslog = [new SyslogListener(Anywhere, LogTransport.Udp, "nat445")], Tails = [new TailedLog("a.log", LogFormat.Translations) { Profile = "none" }] }, problems);

        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.Contains("nat444", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void ManyDatagramsAreAllTakenOrCounted()
    {
        const int Count = 20_000;
        using var store = _stores.Open();
        using var logs = Start(store, Options());
        using var sender = new UdpClient();
        sender.Connect(logs.Endpoints[1]);
        for (var i = 0; i < Count; i++)
        {
            sender.Send(Encoding.ASCII.GetBytes(Line(i / 600.0, $"100.{64 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}", 1024 + (i % 60 * 1024), "UserbasedA")));
        }

        Wait(() => Counts(logs, "syslog", "received") + Counts(logs, "syslog", "KernelDrop") == Count);
        Wait(() => Taken(logs, "syslog") + Counts(logs, "syslog", "QueueFull") == Counts(logs, "syslog", "received"));
    }

    private static uint Seconds(double minute) => (uint)(Detail.Minute(minute).UnixNanoseconds / PacketTime.NanosecondsPerSecond);

    private static string Line(double minute, string inner, int firstPort, string happened) =>
        $"1 {Detail.Minute(minute).ToDateTimeOffset():yyyy MMM d HH:mm:ss} cgn01 - - NAT444:{happened} [- {inner} - 203.0.113.9 - {firstPort} {firstPort + 4095}]";

    private LiveLogOptions Options() => new()
    {
        Rules = Repository.PathOf("rules"),
        TemplateFile = _folder.PathOf("templates"),
        Radius = [new RadiusListener(Anywhere, [new RadiusPeer(Range("127.0.0.1"), Encoding.UTF8.GetBytes(Secret), IsAnswered: true)])],
        Syslog = [new SyslogListener(Anywhere, LogTransport.Udp, "nat444") { TimeZone = TimeSpan.Zero }],
        Tails = [new TailedLog(_folder.PathOf("detail"), LogFormat.Accounting)],
        Quarantine = new QuarantineOptions(_folder.PathOf("quarantine"), _stores.Keys),
        CommitEvery = TimeSpan.FromMilliseconds(50),
        LookEvery = TimeSpan.FromMilliseconds(20),
        ReorderWindow = TimeSpan.FromMilliseconds(200),
        WaitingBytes = 1 << 22,
    };

    private static LiveLogs Start(IntervalStore store, LiveLogOptions options, TimeProvider? clock = null)
    {
        var problems = new List<Problem>();
        var logs = LiveLogs.Start(options, store, problems, clock ?? TimeProvider.System);
        Assert.Empty(problems);
        return logs;
    }

    /// <summary>Sends a line at a minute, and waits until it has come: our clock goes with the logs'.</summary>
    private static void Syslog(LiveLogs logs, Now clock, double minute, string line)
    {
        var before = Counts(logs, "syslog", "received");
        clock.Time = Detail.Minute(minute);
        Send(logs.Endpoints[1], Encoding.ASCII.GetBytes(line), isAnswered: false);
        Wait(() => Counts(logs, "syslog", "received") == before + 1);
    }

    private static void Send(IPEndPoint to, byte[] datagram, bool isAnswered)
    {
        using var client = new UdpClient();
        client.Connect(to);
        client.Send(datagram);
        if (isAnswered)
        {
            client.Client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            IPEndPoint? from = null;
            Assert.True(RadiusDatagram.IsAnswer(client.Receive(ref from), datagram, Secret));
        }
    }

    private static long Taken(LiveLogs logs, string kind) => Counts(logs, kind, "taken");

    private static long Counts(LiveLogs logs, string kind, string result) =>
        logs.States().Where(state => state.Kind == kind).SelectMany(state => state.Counts).Where(count => count.Result == result).Sum(count => count.Count);

    private static string? Account(IntervalStore store, ushort port, double minute)
    {
        var answer = SubscriberDirectory.Build(new SubscriberSources { Logs = store }).Lookup(Ip("203.0.113.9"), port, Detail.Minute(minute), Detail.Minute(minute));
        return answer.Outcome == AttributionOutcome.Unique ? answer.Candidates[0].Account : null;
    }

    private static void Wait(Func<bool> isDone)
    {
        for (var waited = TimeSpan.Zero; !isDone(); waited += TimeSpan.FromMilliseconds(20))
        {
            Assert.True(waited < Patience, "waited in vain");
            Thread.Sleep(20);
        }
    }

    private sealed class Now(PacketTime time) : TimeProvider
    {
        public PacketTime Time { get; set; } = time;

        public override DateTimeOffset GetUtcNow() => Time.ToDateTimeOffset();
    }
}
