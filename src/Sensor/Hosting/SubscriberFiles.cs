using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Lines;
using MinerFlow.Enrichment.Subscribers.Master;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Reads the files that say who was where.</summary>
internal static class SubscriberFiles
{
    public static SubscriberSources Load(AttributeOptions options, ICollection<Problem> problems)
    {
        var masters = options.Subscribers.Where(IsMaster).ToList();
        var registers = options.Subscribers.Except(masters, StringComparer.Ordinal).ToList();
        var list = new IntervalList();
        RadiusDetailReader.Load(options.Radius, list, problems);
        DhcpLog.Load(options.Dhcp, list, problems);
        NatLogFile.Load(options.NatLogs, options.Rules, list, problems);
        var logs = list.ToIndex();
        ClockComparison.Learn(logs);
        return new SubscriberSources
        {
            Inventory = options.Inventories.Count > 0 ? AddressInventory.Join(options.Inventories.Select(path => AddressInventory.Load(path, problems))) : null,
            Lines = registers.Count > 0 ? StaticLineRegister.Join(registers.Select(path => StaticLineRegister.Load(path, problems))) : null,
            Master = masters.Count > 0 ? SubscriberMaster.Join(masters.Select(path => SubscriberMaster.Load(path, problems))) : null,
            Logs = logs,
            OwnFlows = options.Findings.Count > 0 ? new OwnFlows(options.Findings.SelectMany(path => FindingFile.Read(path, problems))) : null,
        };
    }

    /// <summary>Static lines and accounting alone, for findings to be named by.</summary>
    /// <param name="registers">Registers of static lines.</param>
    /// <param name="radius">Accounting files.</param>
    /// <param name="ownPrefixes">Prefixes of our own, as they were checked with the options.</param>
    /// <param name="problems">Takes what cannot be read.</param>
    /// <param name="intervals">Rows of both.</param>
    /// <returns>Null when no file is named.</returns>
    public static SubscriberDirectory? Load(
        IReadOnlyList<string> registers, IReadOnlyList<string> radius, IReadOnlyList<string> ownPrefixes, ICollection<Problem> problems, out int intervals)
    {
        intervals = 0;
        if (registers.Count == 0 && radius.Count == 0)
        {
            return null;
        }

        var lines = registers.Count > 0 ? StaticLineRegister.Join(registers.Select(path => StaticLineRegister.Load(path, problems))) : null;
        var logs = new IntervalList();
        RadiusDetailReader.Load(radius, logs, problems);
        intervals = logs.Count + (lines?.Lines.Count ?? 0);
        var prefixes = new List<IpRange>();
        foreach (var text in ownPrefixes)
        {
            if (IpRange.TryParse(text, out var prefix))
            {
                prefixes.Add(prefix);
            }
        }

        return SubscriberDirectory.Build(new SubscriberSources { Lines = lines, Logs = radius.Count > 0 ? logs.ToIndex() : null }, new SubscriberDirectoryOptions { OwnPrefixes = prefixes });
    }

    private static bool IsMaster(string path)
    {
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            return SubscriberMaster.IsMaster(reader.ReadLine() ?? "");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Whoever loads it says so.
            return false;
        }
    }
}
