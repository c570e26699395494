using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Live;

/// <summary>
/// The frames of one interface through libpcap. Its buffers are good during a callback only, so frames are copied into a batch; then the flow table can
/// look ahead, which is worth more than the copy costs.
/// </summary>
/// <remarks>A dispatch may block for good once the frames run out, whatever time-out was asked for; so it never blocks here, and the waiting is done on the descriptor.</remarks>
internal sealed unsafe class LibpcapSource : ILiveSource
{
    private const int WaitMilliseconds = 100;

    /// <summary>Room for a batch of the longest Ethernet frames; one that is longer has it for itself.</summary>
    private const int SmallestBatchBytes = FrameBatch.Capacity * 2_048;

    private readonly LiveInterfaceOptions _device;
    private readonly LiveCaptureOptions _options;
    private readonly LinkWatch _link;
    private readonly CaptureOrigin _origin;
    private readonly FrameHeader[] _headers = new FrameHeader[FrameBatch.Capacity];
    private readonly int _batchBytes;
    private readonly byte* _batch;
    private LibpcapHandle? _handle;
    private LiveClock _clock = new();
    private LinkType _linkType;
    private FilterInstruction[] _filter = [];
    private IFrameHandler? _handler;
    private Exception? _failure;
    private uint _dropsCounted;
    private int _nanoseconds;

    /// <summary>0 where there is no one interface to look at: the name <c>any</c>, other systems.</summary>
    private int _index;
    private int _count;
    private int _used;

    public LibpcapSource(LiveInterfaceOptions device, LiveCaptureOptions options, Action<string, LinkState> onLink)
    {
        _device = device;
        _options = options;
        _link = new LinkWatch(device.Name, Statistics, onLink);
        _origin = new CaptureOrigin(device.Name);
        _batchBytes = Math.Max(SmallestBatchBytes, options.SnapLength);
        _batch = (byte*)NativeMemory.Alloc((nuint)_batchBytes);
    }

    public CaptureStatistics Statistics { get; } = new();

    public void Open()
    {
        _filter = FilterCompiler.Compile(_options.Filter, _device.Name, _options.SnapLength);
        Listen();
    }

    /// <summary>libpcap lets frames in as soon as it listens.</summary>
    public void Admit()
    {
    }

    public void Run(IFrameHandler handler, CancellationToken cancellationToken)
    {
        _handler = handler;
        var self = GCHandle.Alloc(this);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var found = _handle is null ? AwaitReturn(cancellationToken) : Read(GCHandle.ToIntPtr(self));
                LookUp(isIdle: !found);
            }

            Drain(GCHandle.ToIntPtr(self));
            handler.OnEnd(_origin);
        }
        finally
        {
            self.Free();
            Close();
        }
    }

    public void Dispose()
    {
        Close();
        NativeMemory.Free(_batch);
    }

    private void Listen()
    {
        var handle = LibpcapHandle.Open(_device.Name, _options.SnapLength, _device.Promiscuous, _options.BlockTimeout, _device.RingMegabytes << 20);
        _link.Tell(handle is null ? LinkState.Down : LinkState.Up);
        if (handle is null)
        {
            return;
        }

        _handle = handle;
        _index = OperatingSystem.IsLinux() ? NetworkDevices.IndexOf(_device.Name) : 0;
        _dropsCounted = 0;
        _linkType = handle.LinkType;
        _nanoseconds = handle.NanosecondsPerFraction;
        if (_filter.Length > 0)
        {
            handle.SetFilter(_filter);
        }

        handle.DoNotBlock();
    }

    /// <returns>False when there was nothing to read.</returns>
    private bool Read(nint self)
    {
        var count = LibpcapCalls.Dispatch(_handle!.Pointer, -1, &OnFrame, self);
        Flush();
        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        if (count < 0)
        {
            // The interface went down or away; whichever it was shows when it is opened again.
            Close();
            _link.Tell(LinkState.Down);
        }
        else if (count == 0)
        {
            NativeCalls.Wait(_handle.Descriptor, WaitMilliseconds);
        }

        return count > 0;
    }

    private bool AwaitReturn(CancellationToken cancellationToken)
    {
        if (cancellationToken.WaitHandle.WaitOne(WaitMilliseconds))
        {
            return false;
        }

        try
        {
            Listen();
        }
        catch (CaptureException)
        {
            Close();
            _link.Tell(LinkState.Gone);
        }

        return false;
    }

    /// <summary>Reads what had come before the stop.</summary>
    private void Drain(nint self)
    {
        if (_handle is null)
        {
            return;
        }

        // libpcap drops what waits when a filter is set, so the frames of the drain itself are read too.
        var started = Stopwatch.GetTimestamp();
        var until = _options.BlockTimeout + _options.BlockTimeout;
        until = until < _options.DrainTimeout ? until : _options.DrainTimeout;
        while (_handle is not null && Stopwatch.GetElapsedTime(started) < until)
        {
            Read(self);
        }

        Count();
    }

    private void LookUp(bool isIdle)
    {
        if (!_clock.IsDue())
        {
            return;
        }

        Count();
        if (_handle is not null && _index != 0)
        {
            _link.Look(_handle.Descriptor, _index);
        }

        if (isIdle)
        {
            _handler!.OnIdle(_clock.Now);
        }
    }

    /// <summary>What libpcap counts as received differs between systems; so here the frames read and those dropped are what was offered.</summary>
    private void Count()
    {
        if (_handle is not null && _handle.TryCountDrops(out var dropped))
        {
            Statistics.KernelDrops += unchecked(dropped - _dropsCounted);
            _dropsCounted = dropped;
        }

        Statistics.FramesOffered = Statistics.Frames + Statistics.KernelDrops;
    }

    private void Close()
    {
        Count();
        _handle?.Dispose();
        _handle = null;
    }

    [UnmanagedCallersOnly]
    private static void OnFrame(nint user, LibpcapHeader* header, byte* bytes)
    {
        var source = Unsafe.As<LibpcapSource>(GCHandle.FromIntPtr(user).Target!);
        try
        {
            source.Add(header, bytes);
        }
        catch (Exception failure)
        {
            // No exception may pass through C: it is thrown when the dispatch has come back.
            source._failure ??= failure;
            LibpcapCalls.BreakLoop(source._handle!.Pointer);
        }
    }

    private void Add(LibpcapHeader* header, byte* bytes)
    {
        var length = (int)Math.Min(header->CapturedLength, (uint)_batchBytes);
        if (_count == _headers.Length || _used + length > _batchBytes)
        {
            Flush();
        }

        Buffer.MemoryCopy(bytes, _batch + _used, length, length);
        _headers[_count++] = new FrameHeader
        {
            Address = (nint)(_batch + _used),
            CapturedLength = length,
            WireLength = (int)header->WireLength,
            UnixNanoseconds = (header->Seconds * 1_000_000_000) + (header->Fraction * _nanoseconds),
            Number = Statistics.Frames + _count,
            LinkType = _linkType,
        };
        _used += length;
    }

    private void Flush()
    {
        if (_count == 0)
        {
            return;
        }

        var headers = _headers.AsSpan(0, _count);
        Statistics.Count(headers);
        _clock.OnFrame(headers[^1].UnixNanoseconds);
        (_count, _used) = (0, 0);
        Statistics.FramesOffered += headers.Length;
        _handler!.OnFrames(new FrameBatch(headers, _origin));
    }
}
