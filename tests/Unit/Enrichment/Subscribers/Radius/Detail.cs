using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

/// <summary>Writes FreeRADIUS detail records of invented sessions. Times are minutes after 2022-04-08T00:00:00Z.</summary>
internal sealed class Detail
{
    /// <summary>An Interim record of version 3 with every kind of address, and a password that nobody is to see.</summary>
    public const string Version3 =
        """
        Fri Apr  8 08:10:02 2022
        	User-Name = "yc0359000001@adsl"
        	User-Password = "secret"
        	Acct-Status-Type = Interim-Update
        	Acct-Session-Id = "BRAS0120220408161000a1b2c3"
        	Event-Timestamp = "Apr  8 2022 16:10:00 CST"
        	Acct-Delay-Time = 2
        	Acct-Session-Time = 36000
        	Acct-Input-Octets = 123456789
        	NAS-IP-Address = 192.0.2.250
        	NAS-Port-Id = "eth 1/0/1:1000.2345 yc-olt-007/0/0/3/0/12"
        	Framed-IP-Address = 100.64.12.34
        	Framed-IPv6-Prefix = 2001:db8:100:1::/64
        	Delegated-IPv6-Prefix = 2001:db8:200:40::/60
        	Framed-IPv6-Address = 2001:db8:300::7
        	Huawei-NAT-Public-Address = 203.0.113.9
        	Huawei-NAT-Start-Port = 20480
        	Huawei-NAT-End-Port = 24575
        	Timestamp = 1649405402


        """;

    private static readonly DateTimeOffset Day = new(2022, 4, 8, 0, 0, 0, TimeSpan.Zero);
    private readonly StringBuilder _text = new();

    public static PacketTime Minute(double minutes) => PacketTime.From(Day.AddMinutes(minutes));

    public Detail Start(double minute, string session, string user, params string[] more) => Record(minute, session, user, "Start", null, more);

    public Detail Interim(double minute, string session, string user, int? seconds, params string[] more) => Record(minute, session, user, "Interim-Update", seconds, more);

    public Detail Stop(double minute, string session, string user, int? seconds, params string[] more) => Record(minute, session, user, "Stop", seconds, more);

    public Detail Restart(double minute, string status = "Accounting-On", string nas = "192.0.2.250") =>
        Raw(minute, $"Acct-Status-Type = {status}", $"NAS-IP-Address = {nas}");

    public Detail Raw(double minute, params string[] lines)
    {
        _text.Append("Fri Apr  8 08:00:00 2022\n");
        foreach (var line in lines)
        {
            _text.Append('\t').Append(line).Append('\n');
        }

        _text.Append(CultureInfo.InvariantCulture, $"\tTimestamp = {Day.AddMinutes(minute).ToUnixTimeSeconds()}\n\n");
        return this;
    }

    public Loaded Load() => Load(out _);

    public Loaded Load(out List<Problem> problems, RadiusOptions? options = null) => Load(_text.ToString(), out problems, options);

    public static Loaded Load(string text, out List<Problem> problems, RadiusOptions? options = null)
    {
        problems = [];
        var loaded = new Loaded();
        RadiusDetailReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "detail", loaded.Sessions, problems, options ?? new RadiusOptions());
        loaded.Sessions.Complete();
        return loaded;
    }

    /// <summary>What became of the records, and the intervals they gave.</summary>
    internal sealed class Loaded
    {
        private readonly RecordingSink _sink = new();

        public Loaded() => Sessions = new RadiusSessionBuilder(new RadiusSessionOptions { ReorderWindow = TimeSpan.FromHours(12) }, _sink);

        public RadiusSessionBuilder Sessions { get; }

        public RadiusLog Log => Sessions.Log;

        public List<RecordingSink.Recorded> Intervals => _sink.Intervals;

        public IAddressIntervals Index => _sink.Index;
    }

    public override string ToString() => _text.ToString();

    private Detail Record(double minute, string session, string user, string status, int? seconds, string[] more)
    {
        List<string> lines = [$"Acct-Session-Id = \"{session}\"", $"User-Name = \"{user}\"", $"Acct-Status-Type = {status}"];
        if (!Array.Exists(more, line => line.StartsWith("NAS-IP-Address", StringComparison.Ordinal)))
        {
            lines.Add("NAS-IP-Address = 192.0.2.250");
        }

        if (seconds is not null)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Acct-Session-Time = {seconds}"));
        }

        return Raw(minute, [.. lines, .. more]);
    }
}
