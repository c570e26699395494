using System.Globalization;
using System.Runtime.InteropServices;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// What the process may do beyond other programs (capabilities(7)). They belong to threads, and a runtime has begun threads before its first line of C# runs:
/// so those that are not needed are given up and the program begins anew in the same process, with threads that never had them.
/// </summary>
internal sealed partial class Privileges
{
    /// <summary>Opens packet sockets. Promiscuous mode through one (packet(7), PACKET_MR_PROMISC) needs no more.</summary>
    public const int NetRaw = 13;

    /// <summary>Listens to ports below 1024: syslog's own is 514.</summary>
    public const int NetBindService = 10;

    /// <summary>Without it the bound stays, and is of no use to a process that can gain nothing by a start.</summary>
    private const int SetBounds = 8;

    private const string BegunAnew = "_MINERFLOW_BEGUN_ANEW";

    // linux/prctl.h, linux/capability.h.
    private const int CapabilityBoundDrop = 24;
    private const int NoNewPrivileges = 38;
    private const int Ambient = 47;
    private const int AmbientRaise = 2;
    private const uint Version3 = 0x2008_0522;

    /// <param name="status">Lines of <c>/proc/self/status</c>.</param>
    public Privileges(IEnumerable<string> status)
    {
        foreach (var line in status)
        {
            if (line.StartsWith("CapPrm:", StringComparison.Ordinal))
            {
                Permitted = Mask(line);
            }
            else if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                Effective = Mask(line);
            }
            else if (line.StartsWith("CapBnd:", StringComparison.Ordinal))
            {
                Bound = Mask(line);
            }
        }
    }

    /// <summary>Bits by number of capability.</summary>
    public ulong Permitted { get; }

    public ulong Effective { get; }

    private ulong Bound { get; }

    public static Privileges OfProcess() => new(File.ReadLines("/proc/self/status"));

    public bool Has(int capability) => (Effective & (1UL << capability)) != 0;

    /// <summary>Gives up all but these and begins anew; returns only when there is nothing to give up, and then these are effective on this thread, or when it cannot be done.</summary>
    /// <returns>Why it could not be done; null when there was nothing to do.</returns>
    public static string? KeepOnly(params ReadOnlySpan<int> capabilities)
    {
        var wanted = 0UL;
        foreach (var capability in capabilities)
        {
            wanted |= 1UL << capability;
        }

        var now = OfProcess();
        var hasMore = (now.Permitted & ~wanted) != 0;
        wanted &= now.Permitted;
        if (!hasMore)
        {
            // A file may permit without making effective. The threads that capture are begun by this one and have what it has.
            return now.Effective == wanted || Set(wanted) ? null : Marshal.GetLastPInvokeErrorMessage();
        }

        if (Environment.GetEnvironmentVariable(BegunAnew) is not null)
        {
            return "some came back with the new start";
        }

        return Reduce(now, wanted) && BeginAnew() ? null : Marshal.GetLastPInvokeErrorMessage();
    }

    private static bool Reduce(Privileges now, ulong wanted)
    {
        for (var capability = 0; capability < 64; capability++)
        {
            var bit = 1UL << capability;
            if (now.Has(SetBounds) && (now.Bound & bit) != 0 && (wanted & bit) == 0 && Control(CapabilityBoundDrop, (nuint)capability, 0, 0, 0) != 0)
            {
                return false;
            }
        }

        if (!Set(wanted))
        {
            return false;
        }

        for (var capability = 0; capability < 64; capability++)
        {
            if ((wanted & (1UL << capability)) != 0 && Control(Ambient, AmbientRaise, (nuint)capability, 0, 0) != 0)
            {
                return false;
            }
        }

        return Control(NoNewPrivileges, 1, 0, 0, 0) == 0;
    }

    /// <summary>Sets what this thread has.</summary>
    private static unsafe bool Set(ulong wanted)
    {
        var header = new CapabilityHeader { Version = Version3 };
        var sets = stackalloc CapabilitySet[2];
        for (var half = 0; half < 2; half++)
        {
            var bits = (uint)(wanted >> (32 * half));
            sets[half] = new CapabilitySet { Effective = bits, Permitted = bits, Inheritable = bits };
        }

        return SetCapabilities(&header, sets) == 0;
    }

    /// <summary>Returns only when it fails.</summary>
    private static bool BeginAnew()
    {
        var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0');
        var variables = Environment.GetEnvironmentVariables();
        var environment = variables.Keys.Cast<string>().Select(name => (string?)$"{name}={variables[name]}").Append($"{BegunAnew}=1").Append(null).ToArray();

        // The list of arguments ends with an empty one, behind the last zero: it becomes the null that ends the array.
        return Execute("/proc/self/exe", [.. arguments[..^1], null], environment) == 0;
    }

    private static ulong Mask(string line) => ulong.Parse(line.AsSpan(line.IndexOf(':', StringComparison.Ordinal) + 1).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static unsafe partial int SetCapabilities(CapabilityHeader* header, CapabilitySet* sets);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments, string?[] environment);

    /// <summary>struct __user_cap_header_struct; process 0 is the calling thread.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilityHeader
    {
        public uint Version;
        public int Process;
    }

    /// <summary>struct __user_cap_data_struct: 32 capabilities; two of them make the 64 of version 3.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilitySet
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
