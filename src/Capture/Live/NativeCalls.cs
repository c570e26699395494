using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Live;

/// <summary>The few calls of Linux that the framework's sockets do not offer.</summary>
internal static unsafe partial class NativeCalls
{
    /// <summary>POLLIN and POLLERR of poll(2).</summary>
    public const short PollIn = 1;
    public const short PollError = 8;

    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int MapShared = 1;

    /// <summary>MAP_POPULATE of mmap(2): the page tables are filled at once, so that no packet waits for a fault.</summary>
    private const int MapPopulate = 0x8000;

    /// <summary>Maps the ring of a packet socket; <c>-1</c> when the system refuses.</summary>
    public static nint MapRing(int descriptor, long length) => Map(0, (nuint)length, ProtectRead | ProtectWrite, MapShared | MapPopulate, descriptor, 0);

    public static void Unmap(nint address, long length) => _ = UnmapMemory(address, (nuint)length);

    /// <summary>Waits until a descriptor has something to read or to report.</summary>
    /// <returns>The events that came; 0 after the time, or when a signal came first.</returns>
    public static short Wait(int descriptor, int milliseconds)
    {
        var wait = new PollDescriptor { Descriptor = descriptor, Events = PollIn };
        return Poll(&wait, 1, milliseconds) > 0 ? wait.Returned : (short)0;
    }

    /// <summary>Keeps the calling thread on one processor.</summary>
    /// <returns>False when the machine has no such processor or the process may not use it.</returns>
    public static bool PinThread(int processor)
    {
        Span<byte> mask = stackalloc byte[(processor / 8) + 1 + sizeof(ulong)];
        mask.Clear();
        mask[processor / 8] = (byte)(1 << (processor % 8));
        fixed (byte* bytes = mask)
        {
            // Whole words, as the kernel counts them.
            return SetAffinity(0, (nuint)(mask.Length & ~(sizeof(ulong) - 1)), bytes) == 0;
        }
    }

    /// <summary>Asks the driver of a network interface; 0, or -1 with the reason in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static int Control(int descriptor, nuint request, ref InterfaceRequest argument)
    {
        fixed (InterfaceRequest* pointer = &argument)
        {
            return ControlDevice(descriptor, request, pointer);
        }
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InterfaceIndex(string name);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int UnmapMemory(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint length, byte* mask);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlDevice(int descriptor, nuint request, void* argument);

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}

/// <summary>struct ifreq of netdevice(7): a name of up to 15 bytes and one answer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>IFNAMSIZ: room for a name with its closing zero.</summary>
    public const int NameBytes = 16;

    [FieldOffset(0)]
    public fixed byte Name[NameBytes];
    [FieldOffset(16)]
    public int Index;
    [FieldOffset(16)]
    public short Flags;
    [FieldOffset(16)]
    public nint Pointer;

    public static InterfaceRequest For(string name)
    {
        var request = default(InterfaceRequest);
        for (var i = 0; i < Math.Min(name.Length, NameBytes - 1); i++)
        {
            request.Name[i] = (byte)name[i];
        }

        return request;
    }

    public readonly bool HasName(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (i == NameBytes || Name[i] != name[i])
            {
                return false;
            }
        }

        return name.Length == NameBytes || Name[name.Length] == 0;
    }

    public readonly string ReadName()
    {
        fixed (byte* name = Name)
        {
            return Marshal.PtrToStringUTF8((nint)name) ?? "";
        }
    }
}
