using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Flows;
using Xunit;

namespace MinerFlow.Unit.Connections.Flows;

public sealed unsafe class FlowTableTests
{
    [Theory]
    [InlineData(1_024, 3_000, 0)]
    [InlineData(1 << 17, 120_000, 0)]
    [InlineData(1_024, 150, 508)]
    public void FlowsThatComeAndGoAreFoundAsADictionaryFindsThem(int slots, int keys, int lowestEndOfHash)
    {
        // Hashes that end alike fill neighbouring groups of the directory, here the last ones, so that the chain goes on at its start.
        var all = Enumerable.Range(0, int.MaxValue).Where(key => (Record(key).Hash & 511) >= (uint)lowestEndOfHash).Take(keys).ToArray();
        using var table = new FlowTable(slots);
        var expected = new Dictionary<int, int>();
        var random = new Random(11);
        for (var step = 0; step < 400_000; step++)
        {
            var key = all[random.Next(keys)];
            var record = Record(key);
            table.FetchEntry(record.Hash);
            table.FetchSlot(record.Hash);
            var slot = table.Find(in record);
            Assert.Equal(expected.ContainsKey(key), slot is not null);
            if (slot is not null)
            {
                Assert.Equal(expected[key], table.IndexOf(slot));
                if (random.Next(3) == 0)
                {
                    table.Remove(expected[key]);
                    expected.Remove(key);
                }
            }
            else if (!table.IsFull)
            {
                expected[key] = table.IndexOf(table.Insert(in record));
            }

            Assert.Equal(expected.Count, table.Count);
        }

        Assert.All(expected, flow => Assert.Equal(Record(flow.Key).LowLower, table[flow.Value]->LowLower));
    }

    [Fact]
    public void OneLessThanTheSlotsFitsAndThenTheOldestOfSomeMakesRoom()
    {
        using var table = new FlowTable(1_024);
        var key = 0;
        for (; !table.IsFull; key++)
        {
            Insert(table, key);
        }

        Assert.Equal(1_023, table.Count);
        var record = Record(key);
        var oldest = table.OldestOfSome(record.Hash);
        Assert.NotEqual(Transport.None, table[oldest]->Transport);
        table.Remove(oldest);
        Assert.False(table.IsFull);
        Assert.Equal(oldest, table.IndexOf(table.Insert(in record)));
    }

    [Fact]
    public void AResetTableIsEmptyAndTakesFlowsAgain()
    {
        using var table = new FlowTable(1 << 17);
        for (var round = 0; round < 2; round++)
        {
            for (var key = 0; key < 100_000; key++)
            {
                Insert(table, key);
            }

            table.Reset();
            var record = Record(5);
            Assert.True(table.Find(in record) is null);
            Assert.Equal((0, FlowTable.First), (table.Count, table.End));
        }
    }

    private static void Insert(FlowTable table, int key)
    {
        var record = Record(key);
        table.Insert(in record)->FirstUnixNanoseconds = key;
    }

    private static PacketRecord Record(int key)
    {
        var record = default(PacketRecord);
        record.SetKey(0, (ulong)key, 0, 0x0000_FFFF_C633_6401, 0x1F90_0D05, (byte)Transport.Tcp);
        return record;
    }
}
