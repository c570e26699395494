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
