using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Ledger.Tasks;
using Xunit;

namespace MinerFlow.Unit.Ledger.Tasks;

/// <summary>With shared addresses the same address at another port or time can be another person.</summary>
public sealed class EntryKeyTests
{
    private static readonly IpRange Address = IpRange.Single(IpAddress.FromIPv4(0xCB007109));

    private static readonly SeenWindow Minute = new(PacketTime.FromSeconds(1_649_405_820), PacketTime.FromSeconds(1_649_405_879), TimePrecision.Minute);

    [Fact]
    public void AKeySaysItsSubjectInText() =>
        Assert.Equal("203.0.113.9|22017|tcp|pool.example:3333", Key(22017, 6, Minute, "pool.example:3333").Subject);

    [Fact]
    public void WhatTheListDoesNotSayIsEmpty() => Assert.Equal("203.0.113.9|||", EntryKey.Of(Address, null, 0, Minute, "").Subject);

    [Fact]
    public void PortProtocolTimeAndPoolEachMakeAnotherQuestion()
    {
        var later = Minute with { From = Minute.To };
        EntryKey[] keys =
        [
            Key(22017, 6, Minute, "pool.example"), Key(22018, 6, Minute, "pool.example"), Key(22017, 17, Minute, "pool.example"),
            Key(22017, 6, later, "pool.example"), Key(22017, 6, Minute, "other.example"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], Key(22017, 6, Minute, "pool.example"));
    }

    private static EntryKey Key(ushort port, byte protocol, SeenWindow seen, string pool) => EntryKey.Of(Address, PortRange.Single(port), protocol, seen, pool);
}
