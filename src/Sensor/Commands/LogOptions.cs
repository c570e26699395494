using System.CommandLine;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>Logs of subscribers and how they are read, checked.</summary>
/// <param name="Radius">Files and folders of accounting.</param>
/// <param name="NatLogs">Translation logs with their profiles.</param>
/// <param name="Dhcp">Files and folders of leases.</param>
/// <param name="TimeZone">Zone of times without one; null for that of the profile.</param>
/// <param name="Rules">Folder of rules.</param>
internal sealed record LogFiles(IReadOnlyList<string> Radius, IReadOnlyList<NatLogFile> NatLogs, IReadOnlyList<string> Dhcp, TimeSpan? TimeZone, string Rules)
{
    public int Count => Radius.Count + NatLogs.Count + Dhcp.Count;
}

/// <summary>The options that name these, for every verb that reads logs.</summary>
internal sealed class LogOptions(Command command, CommandTexts common, AttributeTexts texts)
{
    private readonly Option<string[]> _radius = command.Valued("--radius", "FILE", texts.Radius);
    private readonly Option<string[]> _natLog = command.Valued("--nat-log", "PROFILE:FILE", texts.NatLog);
    private readonly Option<string[]> _dhcp = command.Valued("--dhcp", "FILE", texts.Dhcp);
    private readonly Option<string[]> _timeZone = command.Valued("--log-time-zone", "+08:00", texts.LogTimeZone);
    private readonly Option<string[]> _rules = command.Valued("--rules", "DIR", common.Rules);

    public LogFiles Bind(OptionReader reader, Terminal terminal)
    {
        var rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules");
        if (!Directory.Exists(rules))
        {
            reader.Problem(common.NoSuchFolder, _rules.Name, rules);
        }

        TimeSpan? zone = reader.One(_timeZone) is null ? null : reader.Offset(_timeZone, TimeSpan.Zero);
        return new LogFiles(reader.ExistingPaths(_radius), reader.NatLogs(_natLog, zone), reader.ExistingPaths(_dhcp), zone, rules);
    }
}
