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
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Reads the files that say who was where.</summary>
internal static class SubscriberFiles
{
    /// <summary>Everything that questions rest on.</summary>
    /// <param name="options">The files.</param>
    /// <param name="store">Holds the logs; null when they are in files.</param>
    /// <param name="problems">Takes what cannot be read.</param>
    public static SubscriberSources Load(SourceFiles options, IntervalStore? store, ICollection<Problem> problems) =>
        Tables(options.Subscribers, options.Inventories, problems) with
        {
            Logs = store ?? LogsOf(options, problems),
            OwnFlows = options.Findings.Count > 0 ? new OwnFlows(options.Findings.SelectMany(path => FindingFile.Read(path, problems))) : null,
        };

    private static IAddressIntervals LogsOf(SourceFiles options, ICollection<Problem> problems)
    {
        var list = new IntervalList();
        RadiusDetailReader.Load(options.Radius, list, problems);
        DhcpLog.Load(options.Dhcp, list, problems);
        NatLogFile.Load(options.NatLogs, options.Rules, list, problems);
        var logs = list.ToIndex();
        ClockComparison.Learn(logs);
        return logs;
    }

    /// <summary>Tables and accounting alone, for findings to be named by.</summary>
    /// <param name="options">Files, and prefixes of our own as they were checked with them.</param>
    /// <param name="logs">Intervals that are kept elsewhere, in place of accounting files; null for none.</param>
    /// <param name="problems">Takes what cannot be read.</param>
    /// <param name="intervals">Rows of what was read from files.</param>
    /// <returns>Null when there is nothing to name by.</returns>
    public static SubscriberDirectory? Load(SourceOptions options, IAddressIntervals? logs, ICollection<Problem> problems, out int intervals)
    {
        intervals = 0;
        if (options.Subscribers.Count == 0 && options.Inventories.Count == 0 && options.Radius.Count == 0 && logs is null)
        {
            return null;
        }

        var tables = Tables(options.Subscribers, options.Inventories, problems);
        if (options.Radius.Count > 0)
        {
            var list = new IntervalList();
            RadiusDetailReader.Load(options.Radius, list, problems);
            logs = list.ToIndex();
            intervals = list.Count;
        }

        intervals += tables.Lines?.Lines.Count ?? 0;
        var prefixes = new List<IpRange>();
        foreach (var text in options.OwnPrefixes)
        {
            if (IpRange.TryParse(text, out var prefix))
            {
                prefixes.Add(prefix);
            }
        }

        return SubscriberDirectory.Build(tables with { Logs = logs }, new SubscriberDirectoryOptions { OwnPrefixes = prefixes });
    }

    /// <summary>What is known beside logs: own prefixes, static lines, and whose account is whose.</summary>
    private static SubscriberSources Tables(IReadOnlyList<string> subscribers, IReadOnlyList<string> inventories, ICollection<Problem> problems)
    {
        var masters = subscribers.Where(IsMaster).ToList();
        var registers = subscribers.Except(masters, StringComparer.Ordinal).ToList();
        return new SubscriberSources
        {
            Inventory = inventories.Count > 0 ? AddressInventory.Join(inventories.Select(path => AddressInventory.Load(path, problems))) : null,
            Lines = registers.Count > 0 ? StaticLineRegister.Join(registers.Select(path => StaticLineRegister.Load(path, problems))) : null,
            Master = masters.Count > 0 ? SubscriberMaster.Join(masters.Select(path => SubscriberMaster.Load(path, problems))) : null,
        };
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
