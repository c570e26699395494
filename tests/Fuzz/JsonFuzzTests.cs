using System.Buffers;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged JSON: a message, more data wanted, or not JSON.</summary>
public sealed class JsonFuzzTests
{
    private static readonly byte[][] Messages = [.. Corpus.Writes.Where(write => write.Length > 0 && write[0] == '{')];

    [Fact]
    public void DamagedMessagesAreReadOrRefused()
    {
        using var memory = new GuardedMemory(1 << 16);
        FuzzRun.Rounds(random =>
        {
            var bytes = Mutation.Of(Messages[random.Below(Messages.Length)], random);
            ReadAll(memory.Place(bytes.AsSpan(0, Math.Min(bytes.Length, 1 << 16))));
        });
    }

    [Fact]
    public void EveryProperPrefixWantsMoreAndConsumesNothing()
    {
        using var memory = new GuardedMemory(1 << 16);
        foreach (var message in Messages.DistinctBy(message => message.Length))
        {
            var end = Array.LastIndexOf(message, (byte)'}');
            for (var length = 0; length < end && Array.IndexOf(message, (byte)'\n') > end; length++)
            {
                var status = JsonMessage.TryRead(memory.Place(message.AsSpan(0, length)), out _, out var consumed);

                Assert.Equal(OperationStatus.NeedMoreData, status);
                Assert.Equal(0, consumed);
            }
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        var status = JsonMessage.TryRead(bytes, out var message, out var consumed);
        Assert.InRange(consumed, 0, bytes.Length);
        Assert.Equal(status == OperationStatus.Done, consumed > 0);
        Touch(message.Params, 3);
        Touch(message.Result, 3);
        Touch(message.Error, 3);
        Touch(message.Id, 1);
        Touch(message["worker"u8], 1);
    }

    /// <summary>Every way to look into a slice.</summary>
    private static void Touch(JsonSlice slice, int depth)
    {
        _ = slice.Text.Length;
        _ = slice.TryGetNumber(out _);
        _ = slice.TryGetInt64(out _);
        _ = slice.IsHex(64);
        _ = slice.IsHexAtLeast(1);
        _ = slice["job_id"u8].Kind;
        for (var i = 0; depth > 0 && i < Math.Min(slice.Count, 12); i++)
        {
            Touch(slice[i], depth - 1);
        }
    }
}
