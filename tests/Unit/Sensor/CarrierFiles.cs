using System.Globalization;
using System.Text;
using System.Text.Json;
using MinerFlow.Unit.Enrichment;

namespace MinerFlow.Unit.Sensor;

/// <summary>Writes the log files of an invented carrier and asks the command line about them. Times are minutes after 2022-04-07T00:00+08:00.</summary>
internal sealed class CarrierFiles : IDisposable
{
    private static readonly DateTimeOffset Day = new(2022, 4, 7, 0, 0, 0, TimeSpan.FromHours(8));

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _detail = new();
    private readonly StringBuilder _nat = new();
    private readonly StringBuilder _juniper = new();
    private readonly List<string> _options = [];
    private string _server = "192.0.2.250";

    public void Dispose() => _folder.Dispose();

    public string Write(string name, string text) => _folder.Write(name, text);

    public CarrierFiles With(string option, string file, string text)
    {
        _options.AddRange([option, _folder.Write(file, text)]);
        return this;
    }

    /// <summary>The access server whose records follow; 192.0.2.250 until another is named.</summary>
    public CarrierFiles At(string server)
    {
        _server = server;
        return this;
    }

    /// <summary>An accounting record of the access server.</summary>
    public CarrierFiles Radius(double minute, string status, string session, string user, params string[] more)
    {
        var moment = Day.AddMinutes(minute);
        _detail.Append(CultureInfo.InvariantCulture, $"{moment:ddd MMM d HH:mm:ss yyyy}\n\tUser-Name = \"{user}\"\n\tAcct-Status-Type = {status}\n\tAcct-Session-Id = \"{session}\"\n");
        _detail.Append(CultureInfo.InvariantCulture, $"\tEvent-Timestamp = {moment.ToUnixTimeSeconds()}\n\tNAS-IP-Address = {_server}\n");
        foreach (var line in more)
        {
            _detail.Append('\t').Append(line).Append('\n');
        }

        _detail.Append(CultureInfo.InvariantCulture, $"\tTimestamp = {moment.ToUnixTimeSeconds()}\n\n");
        return this;
    }

    /// <summary>A session with its Start, an Interim record each hour, and its Stop.</summary>
    public CarrierFiles Session(double from, double to, string session, string user, string address)
    {
        Radius(from, "Start", session, user, $"Framed-IP-Address = {address}");
        for (var minute = from + 60; minute < to; minute += 60)
        {
            Radius(minute, "Interim-Update", session, user, $"Framed-IP-Address = {address}", $"Acct-Session-Time = {(int)((minute - from) * 60)}");
        }

        return Radius(to, "Stop", session, user, $"Framed-IP-Address = {address}", $"Acct-Session-Time = {(int)((to - from) * 60)}");
    }

    /// <summary>A line of cgn01 in the NAT444 form.</summary>
    public CarrierFiles Nat(double minute, char what, string inner, int first, int last, string address = "203.0.113.9") =>
        Raw(string.Create(CultureInfo.InvariantCulture, $"<134>1 {Day.AddMinutes(minute):yyyy MMM d HH:mm:ss} cgn01 - - NAT444:Userbased{what} [- {inner} - {address} - {first} {last}]"));

    public CarrierFiles Raw(string line)
    {
        _nat.Append(line).Append('\n');
        return this;
    }

    /// <summary>A line of a Juniper SPC3, which tells blocks that go on (INTERIM).</summary>
    public CarrierFiles Juniper(double minute, string what, string inner, int first, int last, double allocated) =>
        RawJuniper(string.Create(
            CultureInfo.InvariantCulture,
            $"<14>1 {Day.AddMinutes(minute):yyyy-MM-dd'T'HH:mm:sszzz} cgn02 RT_NAT - RT_SRC_NAT_PBA_{what} [junos@2636.1.1.1.2.129 internal-ip=\"{inner}\" block-used=\"1\" block-max-per-host=\"4\" block-port-low=\"{first}\" block-port-high=\"{last}\" reflexive-ip=\"203.0.113.9\" nat-pool-name=\"p\" logical-system-id=\"0\" epoch-time-64=\"{Day.AddMinutes(allocated).ToUnixTimeSeconds():x}\"]"));

    /// <summary>Others keep both logs speaking every half minute, so that silence would mean something.</summary>
    public CarrierFiles Busy(double from, double to, double natClock = 0)
    {
        for (var minute = from; minute <= to; minute += 0.5)
        {
            var other = (int)(minute * 2) % 200;
            Nat(minute + natClock, (int)(minute * 2) / 200 % 2 == 0 ? 'A' : 'W', $"100.64.200.{other}", 1024 + (other * 256), 1279 + (other * 256), "203.0.113.200");
            Radius(minute, "Interim-Update", $"busy{other}", $"busy{other}", $"Framed-IP-Address = 100.64.200.{other}");
        }

        return this;
    }

    public Answer Ask(params string[] question)
    {
        var run = Run(question);
        return new Answer(run, JsonDocument.Parse(run.Lines.Length == 0 ? "{}" : run.Lines[0]).RootElement);
    }

    public Invocation Run(params string[] question)
    {
        var arguments = new List<string>(["attribute", .. question, .. _options]);
        foreach (var (option, prefix, name, text) in new[] { ("--radius", "", "detail", _detail), ("--nat-log", "nat444:", "cgn01.log", _nat), ("--nat-log", "juniper:", "cgn02.log", _juniper) })
        {
            if (text.Length > 0)
            {
                arguments.AddRange([option, prefix + _folder.Write(name, text.ToString())]);
            }
        }

        return Invocation.Of([.. arguments]);
    }

    private CarrierFiles RawJuniper(string line)
    {
        _juniper.Append(line).Append('\n');
        return this;
    }

    /// <summary>What one question was answered.</summary>
    internal sealed record Answer(Invocation Run, JsonElement Json)
    {
        public string? Outcome => Json.GetProperty("outcome").GetString();

        public string? Grade => Json.GetProperty("grade").GetString();

        public string? Kind => Json.GetProperty("addressKind").GetString();

        public int Count => Json.GetProperty("candidateCount").GetInt32();

        public JsonElement Candidates => Json.GetProperty("candidates");

        public string Missing => string.Join(" | ", Json.GetProperty("missing").EnumerateArray().Select(piece => piece.GetString()));

        public string Chinese => Json.GetProperty("explainZh").GetString()!;

        public string? Name => Candidates[0].TryGetProperty("subscriber", out var subscriber) ? subscriber.GetProperty("name").GetString() : null;

        public string? Reference => Candidates[0].GetProperty("subscriberRef").GetString();
    }
}
