using System.Diagnostics;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Live;

/// <summary>
/// Packet time on a link that may be silent: the moment of the last frame, and as much later as has passed since it was read. It rests on
/// the frames' own clock, so it cannot disagree with them when that clock is a card's or is stepped; and since a frame is read after it came, it never runs ahead of
/// frames still to be read by more than the time that the kernel holds a block back.
/// </summary>
internal struct LiveClock
{
    private static readonly double NanosecondsPerTick = PacketTime.NanosecondsPerSecond / (double)Stopwatch.Frequency;
    private static readonly long TicksBetween = Stopwatch.Frequency / 10;

    private long _lastFrame;
    private long _lastFrameRead;
    private long _lastTold;

    public LiveClock()
    {
        _lastFrame = PacketTime.None.UnixNanoseconds;
        _lastTold = Stopwatch.GetTimestamp();
    }

    /// <summary>The last frame that was read.</summary>
    public void OnFrame(long unixNanoseconds)
    {
        _lastFrame = unixNanoseconds;
        _lastFrameRead = Stopwatch.GetTimestamp();
    }

    /// <summary>True ten times a second.</summary>
    public bool IsDue()
    {
        var now = Stopwatch.GetTimestamp();
        if (now - _lastTold < TicksBetween)
        {
            return false;
        }

        _lastTold = now;
        return true;
    }

    public readonly PacketTime Now =>
        _lastFrame == PacketTime.None.UnixNanoseconds
            ? PacketTime.None
            : new PacketTime(_lastFrame + (long)((Stopwatch.GetTimestamp() - _lastFrameRead) * NanosecondsPerTick));
}
