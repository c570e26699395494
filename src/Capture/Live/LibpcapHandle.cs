using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Live;

/// <summary>A live handle of libpcap (pcap(3PCAP)), and what can go wrong with it in words.</summary>
internal sealed unsafe class LibpcapHandle : IDisposable
{
    /// <summary>pcap_compile was not safe for threads before 1.8, and is called some times in a run.</summary>
    private static readonly Lock CompileTurn = new();

    private readonly string _name;
    private nint _handle;

    private LibpcapHandle(string name, nint handle)
    {
        _name = name;
        _handle = handle;
    }

    public nint Pointer => _handle;

    public LinkType LinkType => (LinkType)LibpcapCalls.LinkType(_handle);

    public int Descriptor => LibpcapCalls.SelectableDescriptor(_handle);

    public int NanosecondsPerFraction => LibpcapCalls.Precision(_handle) == LibpcapCalls.NanosecondPrecision ? 1 : 1_000;

    /// <summary>Listens to an interface.</summary>
    /// <returns>Null when the interface is there but down.</returns>
    /// <exception cref="CaptureException">No library, no such interface, no privilege, or what libpcap says.</exception>
    public static LibpcapHandle? Open(string name, int snapLength, bool promiscuous, TimeSpan timeout, int bufferBytes)
    {
        LibpcapCalls.Require("listening through it");
        var error = stackalloc byte[LibpcapCalls.ErrorBytes];
        var pointer = LibpcapCalls.Create(name, error);
        if (pointer == 0)
        {
            throw new CaptureException($"{name}: {Marshal.PtrToStringUTF8((nint)error)}");
        }

        var handle = new LibpcapHandle(name, pointer);
        _ = LibpcapCalls.SetSnapLength(pointer, snapLength);
        _ = LibpcapCalls.SetPromiscuous(pointer, promiscuous ? 1 : 0);
        _ = LibpcapCalls.SetTimeout(pointer, (int)timeout.TotalMilliseconds);
        _ = LibpcapCalls.SetBufferSize(pointer, bufferBytes);

        // Where nanoseconds are not to be had it stays with microseconds, and says so.
        _ = LibpcapCalls.SetPrecision(pointer, LibpcapCalls.NanosecondPrecision);
        var status = LibpcapCalls.Activate(pointer);
        if (status >= 0)
        {
            return handle;
        }

        using (handle)
        {
            return status == LibpcapCalls.ErrorNotUp ? null : throw handle.Refusal(status);
        }
    }

    /// <summary>Compiles an expression for this interface.</summary>
    /// <exception cref="CaptureException">The expression is wrong; the message is libpcap's.</exception>
    public FilterInstruction[] Compile(string expression)
    {
        LibpcapProgram program;
        lock (CompileTurn)
        {
            if (LibpcapCalls.Compile(_handle, &program, expression, optimise: 1, LibpcapCalls.NetmaskUnknown) < 0)
            {
                throw new CaptureException($"{_name}: the filter '{expression}' cannot be used: {LibpcapCalls.LastError(_handle)}");
            }
        }

        var instructions = new Span<FilterInstruction>(program.Instructions, (int)program.Length).ToArray();
        LibpcapCalls.FreeProgram(&program);
        return instructions;
    }

    /// <summary>Lets through only what the program takes.</summary>
    /// <exception cref="CaptureException">The kernel does not take the program.</exception>
    public void SetFilter(FilterInstruction[] instructions)
    {
        fixed (FilterInstruction* first = instructions)
        {
            var program = new LibpcapProgram { Length = (uint)instructions.Length, Instructions = first };
            if (LibpcapCalls.SetFilter(_handle, &program) < 0)
            {
                throw Failure();
            }
        }
    }

    /// <summary>From here on a dispatch never waits.</summary>
    public void DoNotBlock()
    {
        var error = stackalloc byte[LibpcapCalls.ErrorBytes];
        if (LibpcapCalls.SetNonBlocking(_handle, 1, error) < 0)
        {
            throw new CaptureException($"{_name}: {Marshal.PtrToStringUTF8((nint)error)}");
        }
    }

    /// <summary>Frames dropped since it was opened, in 32 bits that wrap; false when the interface cannot tell any more.</summary>
    public bool TryCountDrops(out uint dropped)
    {
        LibpcapStatistics statistics;
        var counted = LibpcapCalls.Statistics(_handle, &statistics) == 0;
        dropped = counted ? statistics.Dropped : 0;
        return counted;
    }

    /// <summary>What libpcap says of the last failure.</summary>
    public CaptureException Failure() => new($"{_name}: {LibpcapCalls.LastError(_handle)}");

    public void Dispose()
    {
        if (_handle != 0)
        {
            LibpcapCalls.Close(_handle);
            _handle = 0;
        }
    }

    private CaptureException Refusal(int status) => status switch
    {
        LibpcapCalls.ErrorNoSuchDevice => NetworkDevices.NoSuchInterface(_name),
        LibpcapCalls.ErrorPermissionDenied or LibpcapCalls.ErrorPromiscuousDenied => PacketSocket.NoPrivilege(_name, LibpcapCalls.LastError(_handle)),
        _ => new CaptureException($"{_name}: {LibpcapCalls.Describe(status)}: {LibpcapCalls.LastError(_handle)}"),
    };
}
