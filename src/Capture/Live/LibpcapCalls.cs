using System.Reflection;
using System.Runtime.InteropServices;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Live;

/// <summary>The functions of libpcap that are used (pcap(3PCAP)). Check <see cref="IsPresent"/> first.</summary>
internal static unsafe partial class LibpcapCalls
{
    /// <summary>PCAP_ERRBUF_SIZE of pcap/pcap.h.</summary>
    public const int ErrorBytes = 256;

    public const int ErrorNoSuchDevice = -5;
    public const int ErrorPermissionDenied = -8;
    public const int ErrorNotUp = -9;
    public const int ErrorPromiscuousDenied = -11;

    /// <summary>PCAP_NETMASK_UNKNOWN: only <c>ip broadcast</c> needs one.</summary>
    public const uint NetmaskUnknown = 0xFFFF_FFFF;

    public const int NanosecondPrecision = 1;

    private const string Library = "libpcap";

    /// <summary>Names under which distributions install it: RHEL, openEuler and Kylin; Debian; macOS. The plain one comes with development packages only.</summary>
    private static readonly string[] Names = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.dylib"];

    private static readonly nint Loaded = Load();

    static LibpcapCalls() => NativeLibrary.SetDllImportResolver(typeof(LibpcapCalls).Assembly, Resolve);

    /// <summary>Whether the library was found.</summary>
    public static bool IsPresent => Loaded != 0;

    /// <exception cref="CaptureException">There is no libpcap.</exception>
    public static void Require(Sentence purpose)
    {
        if (!IsPresent)
        {
            throw new CaptureException(
                $"{purpose} needs libpcap, and there is none here (looked for {string.Join(", ", Names)}): install the package libpcap0.8 (Debian) or libpcap (RHEL, openEuler)");
        }
    }

    [LibraryImport(Library, EntryPoint = "pcap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Create(string source, byte* error);

    [LibraryImport(Library, EntryPoint = "pcap_set_snaplen")]
    public static partial int SetSnapLength(nint handle, int bytes);

    [LibraryImport(Library, EntryPoint = "pcap_set_promisc")]
    public static partial int SetPromiscuous(nint handle, int promiscuous);

    [LibraryImport(Library, EntryPoint = "pcap_set_timeout")]
    public static partial int SetTimeout(nint handle, int milliseconds);

    [LibraryImport(Library, EntryPoint = "pcap_set_buffer_size")]
    public static partial int SetBufferSize(nint handle, int bytes);

    [LibraryImport(Library, EntryPoint = "pcap_set_tstamp_precision")]
    public static partial int SetPrecision(nint handle, int precision);

    [LibraryImport(Library, EntryPoint = "pcap_activate")]
    public static partial int Activate(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_setnonblock")]
    public static partial int SetNonBlocking(nint handle, int nonBlocking, byte* error);

    [LibraryImport(Library, EntryPoint = "pcap_get_selectable_fd")]
    public static partial int SelectableDescriptor(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_get_tstamp_precision")]
    public static partial int Precision(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_datalink")]
    public static partial int LinkType(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Compile(nint handle, LibpcapProgram* program, string expression, int optimise, uint netmask);

    [LibraryImport(Library, EntryPoint = "pcap_setfilter")]
    public static partial int SetFilter(nint handle, LibpcapProgram* program);

    [LibraryImport(Library, EntryPoint = "pcap_freecode")]
    public static partial void FreeProgram(LibpcapProgram* program);

    [LibraryImport(Library, EntryPoint = "pcap_dispatch")]
    public static partial int Dispatch(nint handle, int most, delegate* unmanaged<nint, LibpcapHeader*, byte*, void> callback, nint user);

    [LibraryImport(Library, EntryPoint = "pcap_breakloop")]
    public static partial void BreakLoop(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Statistics(nint handle, LibpcapStatistics* statistics);

    [LibraryImport(Library, EntryPoint = "pcap_close")]
    public static partial void Close(nint handle);

    /// <summary>What libpcap says of the last failure on a handle.</summary>
    public static string LastError(nint handle) => Marshal.PtrToStringUTF8(GetError(handle)) ?? "";

    /// <summary>What libpcap calls a status.</summary>
    public static string Describe(int status) => Marshal.PtrToStringUTF8(StatusText(status)) ?? "";

    [LibraryImport(Library, EntryPoint = "pcap_geterr")]
    private static partial nint GetError(nint handle);

    [LibraryImport(Library, EntryPoint = "pcap_statustostr")]
    private static partial nint StatusText(int status);

    private static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? Loaded : 0;
}

/// <summary>struct bpf_program of pcap/bpf.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LibpcapProgram
{
    public uint Length;
    public FilterInstruction* Instructions;
}

/// <summary>struct pcap_pkthdr of pcap/pcap.h on 64-bit systems; the fraction is in microseconds or nanoseconds, as was asked for.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LibpcapHeader
{
    public long Seconds;
    public long Fraction;
    public uint CapturedLength;
    public uint WireLength;
}

/// <summary>struct pcap_stat of pcap/pcap.h: since the handle was activated.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LibpcapStatistics
{
    public uint Received;
    public uint Dropped;
    public uint DroppedByInterface;
}
