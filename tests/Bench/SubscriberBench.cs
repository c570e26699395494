using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Bench;

/// <summary>Memory of the joining of accounting, and what live syslog loses.</summary>
internal static class SubscriberBench
{
    private static readonly long Start = new DateTimeOffset(2022, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public static int Run(string[] args)
    {
        if (args is ["sessions", var count, var open])
        {
            return Sessions(Number(count), Number(open));
        }

        if (args is ["syslog", var folder, var rules, var rate, var seconds])
        {
            return Syslog(folder, rules, Number(rate), Number(seconds));
        }

        Console.Error.WriteLine("""
            Usage: MinerFlow.Bench subscribers sessions COUNT OPEN
                   MinerFlow.Bench subscribers syslog FOLDER RULES RATE SECONDS
            sessions  reads a detail file of COUNT sessions, each of Start, two Interims and Stop with an IPv4 address and a delegated prefix, OPEN of them at a time
            syslog    sends RATE datagrams a second over loopback into a store in FOLDER and says what became of them
            """);
        return 2;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static int Sessions(int count, int open)
    {
        var sink = new Sink();
        var sessions = new RadiusSessionBuilder(new RadiusSessionOptions { ReorderWindow = TimeSpan.FromHours(1) }, sink);
        using var detail = new DetailStream(count, open);
        var watch = Stopwatch.StartNew();
        var problems = new List<Problem>();
        RadiusDetailReader.Read(detail, "detail", sessions, problems, new RadiusOptions());
        var known = sessions.Known;
        sessions.Complete();
        Console.WriteLine(
            $"{sessions.Log.Records:n0} records of {sessions.Log.Sessions:n0} sessions, {open:n0} at a time: {sink.Intervals:n0} intervals, {sessions.Log.Records / watch.Elapsed.TotalSeconds:n0} records a second, {detail.Written >> 20:n0} MiB; {known:n0} known at the end, {problems.Count} problems, {Peak()}");
        return 0;
    }

    private static int Syslog(string folder, string rules, int rate, int seconds)
    {
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Path.Combine(folder, "store"), KeyFolder = Path.Combine(folder, "keys") });
        var options = new LiveLogOptions
        {
            Rules = rules,
            TemplateFile = Path.Combine(folder, "templates"),
            Syslog = [new SyslogListener(new IPEndPoint(IPAddress.Loopback, 0), LogTransport.Udp, "nat444")],
        };
        using var logs = LiveLogs.Start(options, store, new List<Problem>(), TimeProvider.System);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(logs.Endpoints[0]);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        long sent = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var due = (long)(watch.Elapsed.TotalSeconds * rate); sent < due; sent++)
            {
                socket.Send(Line(sent));
            }

            Thread.Sleep(1);
        }

        var ratePerSecond = sent / watch.Elapsed.TotalSeconds;
        while (logs.States()[0].Waiting > 0)
        {
            Thread.Sleep(100);
        }

        var counts = logs.States()[0].Counts.GroupBy(each => each.Result).Select(group => $"{group.Key} {group.Sum(each => each.Count):n0}");
        Console.WriteLine($"{sent:n0} sent, {ratePerSecond:n0} a second: {string.Join(", ", counts)}; CPU with the sender {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:n1} s, {Peak()}");
        return 0;
    }

    /// <summary>Each block is given out and, ten thousand lines later, given back.</summary>
    private static byte[] Line(long number)
    {
        var isRelease = number % 2 == 1;
        var block = isRelease ? (number / 2) - 5_000 : number / 2;
        block = Math.Abs(block);
        var port = 1024 + (block % 63 * 1024);
        var now = DateTime.UtcNow.AddHours(8);
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"<134>1 {now:yyyy MMM d HH:mm:ss} cgn01 - - NAT444:Userbased{(isRelease ? 'W' : 'A')} [- 100.{64 + (block / 65_536 % 64)}.{block / 256 % 256}.{block % 256} - 203.0.{block / 63 / 256 % 256}.{block / 63 % 256} - {port} {port + 1023}]"));
    }

    private static string Peak() => "memory: " + File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim() + " at most";

    /// <summary>Counts.</summary>
    private sealed class Sink : IIntervalSink
    {
        private readonly IntervalList _names = new();

        public long Intervals { get; private set; }

        public LogSource SourceOf(LogKind kind, string device) => _names.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public void Add(in AddressInterval interval) => Intervals++;
    }

    /// <summary>A detail file that is written while it is read: step k of session n comes as number n + k * open.</summary>
    private sealed class DetailStream(int count, int open) : Stream
    {
        private const int Steps = 4;
        private const int InterimSeconds = 1_800;

        private readonly StringBuilder _text = new();
        private byte[] _bytes = [];
        private int _at;
        private long _slot;

        public long Written { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_at == _bytes.Length)
            {
                Write();
            }

            var length = Math.Min(buffer.Length, _bytes.Length - _at);
            _bytes.AsSpan(_at, length).CopyTo(buffer);
            _at += length;
            Written += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Write()
        {
            _text.Clear();
            var end = (long)count + open;
            for (var records = 0; records < 200 && _slot < end; _slot++)
            {
                for (var step = Steps - 1; step >= 0; step--)
                {
                    var session = _slot - ((long)open * step / (Steps - 1));
                    if (session >= 0 && session < count)
                    {
                        Record(session, step);
                        records++;
                    }
                }
            }

            (_bytes, _at) = (Encoding.ASCII.GetBytes(_text.ToString()), 0);
        }

        private void Record(long session, int step)
        {
            var seconds = Start + (_slot * InterimSeconds * (Steps - 1) / open);
            var status = step == 0 ? "Start" : step == Steps - 1 ? "Stop" : "Interim-Update";
            var address = session % open;
            _text.Append(CultureInfo.InvariantCulture, $"""
                Tue Mar  1 08:00:00 2022
                	Acct-Status-Type = {status}
                	Acct-Session-Id = "BRAS01{session:x16}"
                	User-Name = "yc0359{address:d8}@adsl"
                	NAS-IP-Address = 192.0.2.{address % 64}
                	NAS-Port-Id = "eth 1/0/1:1000.{address % 4096} yc-olt-{address / 4096:d3}/0/0/3/0/12"
                	Acct-Session-Time = {InterimSeconds * step}
                	Acct-Input-Octets = 123456789
                	Framed-IP-Address = 100.{64 + ((address >> 16) & 63)}.{(address >> 8) & 255}.{address & 255}
                	Delegated-IPv6-Prefix = 2001:db8:{address >> 12:x}:{(address & 4095) << 4:x}::/60
                	Timestamp = {seconds}


                """);
        }
    }
}
