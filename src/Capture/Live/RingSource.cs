using System.Diagnostics;

namespace MinerFlow.Capture.Live;

/// <summary>
/// The frames of one TPACKET_V3 ring, handed over where the kernel put them. A block is given back when the handler has seen all of it. Lives through
/// an interface that goes down, is renamed, or goes away and comes back under its name.
/// </summary>
internal sealed unsafe class RingSource : ILiveSource
{
    /// <summary>How long a wait for frames may last: a stop is noticed, and the time told, this often.</summary>
    private const int WaitMilliseconds = 100;

    private readonly LiveInterfaceOptions _device;
    private readonly LiveCaptureOptions _options;
    private readonly FanoutGroup? _group;
    private readonly LinkWatch _link;
    private readonly CaptureOrigin _origin;
    private readonly FrameHeader[] _headers = new FrameHeader[FrameBatch.Capacity];
    private FilterInstruction[]? _filter;
    private PacketSocket? _socket;
    private LiveClock _clock = new();
    private Shedding _shedding;
    private LinkType _linkType;
    private int _next;

    /// <param name="device">The interface.</param>
    /// <param name="options">What holds for all interfaces.</param>
    /// <param name="group">Those who share the interface; null for one alone.</param>
    /// <param name="onLink">Told on the capture thread when the interface goes, comes or changes its name.</param>
    public RingSource(LiveInterfaceOptions device, LiveCaptureOptions options, FanoutGroup? group, Action<string, LinkState> onLink)
    {
        _device = device;
        _options = options;
        _group = group;
        _link = new LinkWatch(device.Name, Statistics, onLink);
        _origin = new CaptureOrigin(device.Name);
    }

    public CaptureStatistics Statistics { get; } = new();

    public void Open()
    {
        // Compiled once: an interface that comes back has the name, and so the kind, that it had.
        _filter ??= FilterCompiler.Compile(_options.Filter, _device.Name, _options.SnapLength);
        var socket = PacketSocket.Create(_device, _options.BlockTimeout);
        try
        {
            _linkType = DeviceKinds.LinkTypeOf(socket.Bind(_device), _device.Name);
            if (socket.StampRefusal is { } refusal && Statistics.Sentences.Count == 0)
            {
                Statistics.Say($"the card does not stamp frames itself, the kernel's clock does: {refusal}");
            }

            _group?.Join(socket);
            _socket = socket;
            _shedding = new Shedding(_options.Shed, socket.Blocks);
            _next = 0;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Admit() => _socket!.Admit(_filter, _options.SnapLength);

    public void Run(IFrameHandler handler, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var found = false;
            if (_socket is null)
            {
                AwaitReturn(cancellationToken);
            }
            else if (!(found = ReadBlock(handler)))
            {
                Wait();
            }

            LookUp(handler, isIdle: !found);
            if (_link.State == LinkState.Gone && _socket is not null)
            {
                Finish(handler);
            }
        }

        if (_socket is not null)
        {
            Finish(handler);
        }

        handler.OnEnd(_origin);
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <returns>False when the kernel has handed nothing over.</returns>
    private bool ReadBlock(IFrameHandler handler)
    {
        var block = _socket!.Block(_next);
        if (!block->IsReady)
        {
            return false;
        }

        _shedding.Look(HasWaiting(3, 4), HasWaiting(1, 4));
        if (_shedding.SkipsBlocks)
        {
            Statistics.FramesShed += block->Frames;
            GiveBack(block);
            return true;
        }

        var frame = (RingFrame*)((byte*)block + block->FirstFrame);
        for (var left = (int)block->Frames; left > 0;)
        {
            var count = Math.Min(left, _headers.Length);
            frame = RingWalk.Read(frame, _headers.AsSpan(0, count), _linkType, Statistics);
            handler.OnFrames(new FrameBatch(_headers.AsSpan(0, count), _origin, _shedding.KeepOneFlowIn));
            left -= count;
        }

        if (block->Frames > 0)
        {
            _clock.OnFrame(_headers[((int)block->Frames - 1) % _headers.Length].UnixNanoseconds);
        }

        GiveBack(block);
        return true;
    }

    private void GiveBack(RingBlock* block)
    {
        block->Return();
        _next = _next + 1 < _socket!.Blocks ? _next + 1 : 0;
    }

    /// <summary>Whether so much of the ring waits: the kernel fills its blocks in order, so one look at the right one tells.</summary>
    private bool HasWaiting(int parts, int of) => _socket!.Block((_next + (_socket.Blocks * parts / of) - 1) % _socket.Blocks)->IsReady;

    private void Wait()
    {
        if ((NativeCalls.Wait(_socket!.Descriptor, WaitMilliseconds) & NativeCalls.PollError) != 0)
        {
            // Taking the error off the socket is all that it needs; what it was the look at the link tells.
            _socket.TakeError();
            LookAtLink();
        }
    }

    /// <summary>Ten times a second: counters, the state of the link, and the time when no frame tells it.</summary>
    private void LookUp(IFrameHandler handler, bool isIdle)
    {
        if (!_clock.IsDue())
        {
            return;
        }

        if (_socket is not null)
        {
            Count();
            LookAtLink();
        }

        if (isIdle)
        {
            handler.OnIdle(_clock.Now);
        }
    }

    /// <summary>Down and up again the kernel handles itself, and a new name does not matter to it; only an interface that is gone must be opened anew.</summary>
    private void LookAtLink() => _link.Look(_socket!.Descriptor, _socket.InterfaceIndex);

    /// <summary>Looks for an interface of the name that was asked for, and listens to it.</summary>
    private void AwaitReturn(CancellationToken cancellationToken)
    {
        if (cancellationToken.WaitHandle.WaitOne(WaitMilliseconds) || NetworkDevices.IndexOf(_device.Name) == 0)
        {
            return;
        }

        try
        {
            Open();
            Admit();
            LookAtLink();
        }
        catch (CaptureException)
        {
            // Gone again in the meantime, or not ready yet: it is looked for again, and its state says that it is not there.
        }
    }

    /// <summary>Lets nothing more in, reads what the kernel has already taken, and gives the ring back.</summary>
    private void Finish(IFrameHandler handler)
    {
        _socket!.Close();
        Count();
        var started = Stopwatch.GetTimestamp();
        while (Waiting > 0 && Stopwatch.GetElapsedTime(started) < _options.DrainTimeout)
        {
            if (!ReadBlock(handler))
            {
                // The last block comes when its time is over.
                NativeCalls.Wait(_socket.Descriptor, (int)_options.BlockTimeout.TotalMilliseconds);
                Count();
            }
        }

        Statistics.FramesLeft += Waiting;
        _socket.Dispose();
        _socket = null;
    }

    /// <summary>Frames that the kernel has put into the ring and that were not read yet.</summary>
    private long Waiting => Statistics.FramesOffered - Statistics.KernelDrops - Statistics.Frames - Statistics.FramesShed - Statistics.FramesLeft;

    private void Count()
    {
        Span<uint> counts = stackalloc uint[3];
        _socket!.ReadStatistics(counts);
        Statistics.FramesOffered += counts[0];
        Statistics.KernelDrops += counts[1];
        Statistics.RingFull += counts[2];
    }
}
