using System.Runtime.InteropServices;
using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

/// <summary>Heads of ring frames as the kernel lays them out (linux/if_packet.h), written byte by byte.</summary>
public sealed unsafe class RingFrameTests
{
    private const int Start = 82;
    private const string Frame = "0200000000AA0200000000BB0800450000";

    [Fact]
    public void AFrameWithoutATagIsWhereTheKernelPutIt() => Assert.Equal((Frame, 60), Read(status: 1, tag: 5, tagType: 0x88A8));

    [Fact]
    public void TheTagThatTheKernelTookOffIsBackBehindTheAddresses() =>
        Assert.Equal(("0200000000AA0200000000BB" + "88A8E064" + "0800450000", 64), Read(status: 1 | (1 << 4) | (1 << 6), tag: 0xE064, tagType: 0x88A8));

    [Fact]
    public void ATagWithoutATypeIsAnOrdinaryOne() =>
        Assert.Equal(("0200000000AA0200000000BB" + "81000064" + "0800450000", 64), Read(status: 1 | (1 << 4), tag: 100, tagType: 0));

    private static (string Bytes, int WireLength) Read(uint status, uint tag, ushort tagType)
    {
        var memory = (byte*)NativeMemory.AllocZeroed(256);
        try
        {
            *(uint*)(memory + 12) = (uint)Frame.Length / 2;
            *(uint*)(memory + 16) = 60;
            *(uint*)(memory + 20) = status;
            *(ushort*)(memory + 24) = Start;
            *(uint*)(memory + 32) = tag;
            *(ushort*)(memory + 36) = tagType;
            Convert.FromHexString(Frame).CopyTo(new Span<byte>(memory + Start, Frame.Length / 2));
            var address = RingFrame.Whole((RingFrame*)memory, out var captured, out var wire);
            return (Convert.ToHexString(new Span<byte>((void*)address, captured)), wire);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
