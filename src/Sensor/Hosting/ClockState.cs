using System.Runtime.InteropServices;

namespace MinerFlow.Sensor.Hosting;

/// <summary>How the system's clock stands, as the kernel's discipline has it (adjtimex(2)): what chrony and ntpd tell the kernel.</summary>
/// <param name="IsSynchronised">The discipline follows a reference.</param>
/// <param name="OffsetSeconds">What is still to be corrected.</param>
/// <param name="MaximumErrorSeconds">Bound of the error, as the discipline reckons it.</param>
internal readonly partial record struct ClockState(bool IsSynchronised, double OffsetSeconds, double MaximumErrorSeconds)
{
    // TIME_ERROR, STA_UNSYNC and STA_NANO of linux/timex.h.
    private const int TimeError = 5;
    private const int Unsynchronised = 0x0040;
    private const int InNanoseconds = 0x2000;

    public static unsafe ClockState Read()
    {
        var state = default(KernelTimex);
        var answer = AdjustTime(&state);
        var unit = (state.Status & InNanoseconds) != 0 ? 1e-9 : 1e-6;
        return new ClockState(answer >= 0 && answer != TimeError && (state.Status & Unsynchronised) == 0, state.Offset * unit, state.MaximumError * 1e-6);
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static unsafe partial int AdjustTime(KernelTimex* state);

    /// <summary>struct timex of linux/timex.h for 64-bit systems: 208 bytes, of which the first tell what is asked here.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 208)]
    private struct KernelTimex
    {
        public uint Modes;
        public nint Offset;
        public nint Frequency;
        public nint MaximumError;
        public nint EstimatedError;
        public int Status;
    }
}
