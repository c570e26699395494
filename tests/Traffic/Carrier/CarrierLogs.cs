using System.Globalization;
using System.Text;

namespace MinerFlow.Traffic.Carrier;

/// <summary>
/// Writes a carrier's day as the log files its devices would have left: FreeRADIUS detail and NAT444 syslog, in the order in which lines arrived, with what
/// was lost left out. Marks in the day what of it reached the logs.
/// </summary>
public sealed class CarrierLogs(CarrierDay day, CarrierDayOptions options)
{
    /// <summary>Beginning of the day: 2022-04-07T00:00:00+08:00.</summary>
    public const long Epoch = 1_649_260_800;

    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);

    private readonly SeededRandom _random = new(options.Seed ^ 0x4C4F_4753);

    /// <summary>The folder gets <c>detail-N</c>, <c>cgn0N.log</c> and <c>inventory.csv</c>.</summary>
    public void Write(string folder)
    {
        for (var server = 0; server < day.AccessServers.Count; server++)
        {
            WriteLines(Path.Combine(folder, $"detail-{server + 1}"), Records(server));
            WriteLines(Path.Combine(folder, $"cgn0{server + 1}.log"), Translations(server));
        }

        var inventory = new StringBuilder("prefix,kind,device,access_server\n198.51.100.0/24,dynamic,,\n2001:db8::/32,ipv6,,\n");
        for (var server = 0; server < day.AccessServers.Count; server++)
        {
            var (first, last) = (server * 80, (server * 80) + 79);
            inventory.Append(CultureInfo.InvariantCulture, $"203.0.113.{first}-203.0.113.{last},cgn-pba,{day.Nats[server].Name},\n");
            inventory.Append(CultureInfo.InvariantCulture, $"100.{64 + server}.0.0/16,inner,{day.Nats[server].Name},{day.AccessServers[server].Name}\n");
        }

        File.WriteAllText(Path.Combine(folder, "inventory.csv"), inventory.ToString());
    }

    private List<(double Arrived, string Text)> Records(int server)
    {
        var device = day.AccessServers[server];
        var records = new List<(double, string)>();
        foreach (var session in day.Sessions.Where(session => session.Server == server))
        {
            Record(records, device, session, session.From, "Start", options.LostRecords);
            for (var time = session.From + options.InterimSeconds; time < Math.Min(session.To, CarrierDay.Seconds); time += options.InterimSeconds)
            {
                Record(records, device, session, time, "Interim-Update", options.LostRecords);
            }

            if (session.To < CarrierDay.Seconds && !session.IsCutOff)
            {
                session.StopIsLogged = Record(records, device, session, session.To, "Stop", options.LostStops);
            }
        }

        if (server == 1)
        {
            var on = day.Restart + 60;
            records.Add((on, $"{Head(on)}\tAcct-Status-Type = Accounting-On\n\tNAS-IP-Address = {device.Name}\n\tEvent-Timestamp = {Stamp(device, on)}\n\tTimestamp = {Epoch + (long)on}\n\n"));
        }

        return records;
    }

    private bool Record(List<(double, string)> records, CarrierDevice device, CarrierSession session, double time, string status, int lost)
    {
        if (_random.Below(10_000) < lost || device.IsSilent(time, time))
        {
            return false;
        }

        session.Records.Add(time);
        var repeats = _random.Below(10_000) < options.Repeated ? 2 : 1;
        for (var i = 0; i < repeats; i++)
        {
            var delay = i * 3;
            var arrived = time + delay + (_random.Below(400) / 1000.0);
            var address = $"\tFramed-IP-Address = {session.Address}\n\tDelegated-IPv6-Prefix = {session.Prefix}\n";
            records.Add((arrived, string.Create(
                CultureInfo.InvariantCulture,
                $"{Head(arrived)}\tUser-Name = \"{session.Account}\"\n\tAcct-Status-Type = {status}\n\tAcct-Session-Id = \"{session.Number % 20_000:x8}\"\n\tAcct-Session-Time = {(long)(time - session.From)}\n\tAcct-Delay-Time = {delay}\n\tNAS-IP-Address = {device.Name}\n{address}\tEvent-Timestamp = {Stamp(device, time)}\n\tTimestamp = {Epoch + (long)arrived}\n\n")));
        }

        return true;
    }

    private List<(double Arrived, string Text)> Translations(int nat)
    {
        var device = day.Nats[nat];
        var lines = new List<(double, string)>();
        foreach (var block in day.Blocks.Where(block => block.Session.Server == nat))
        {
            block.AllocationIsLogged = Translation(lines, device, block, block.From, 'A', options.LostAllocations);
            block.ReleaseIsLogged = block.To < CarrierDay.Seconds && Translation(lines, device, block, block.To, 'W', options.LostReleases);
        }

        return lines;
    }

    private bool Translation(List<(double, string)> lines, CarrierDevice device, CarrierBlock block, double time, char what, int lost)
    {
        if (_random.Below(10_000) < lost || device.IsSilent(time, time))
        {
            return false;
        }

        var stated = DateTimeOffset.FromUnixTimeSeconds(Stamp(device, time)).ToOffset(Zone);
        lines.Add((time, string.Create(
            CultureInfo.InvariantCulture,
            $"<134>1 {stated:yyyy MMM d HH:mm:ss} {device.Name} - - NAT444:Userbased{what} [- {block.Session.Address} - {block.Address} - {block.FirstPort} {block.FirstPort + CarrierBlock.Ports - 1}]\n")));
        return true;
    }

    private static long Stamp(CarrierDevice device, double time) => Epoch + (long)Math.Floor(time + device.ClockSeconds);

    private static string Head(double time) => DateTimeOffset.FromUnixTimeSeconds(Epoch + (long)time).ToString("ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture) + "\n";

    private static void WriteLines(string path, List<(double Arrived, string Text)> lines)
    {
        using var writer = new StreamWriter(path);
        foreach (var (_, text) in lines.OrderBy(line => line.Arrived))
        {
            writer.Write(text);
        }
    }
}
