namespace MinerFlow.Capture.Live;

/// <summary>Turns filter expressions into programs for the kernel.</summary>
internal static class FilterCompiler
{
    /// <summary>Smallest buffer that libpcap makes a ring of; nothing is read from it.</summary>
    private const int BufferBytes = 256 * 1024;

    /// <summary>
    /// Compiles on a live handle, for only there libpcap knows that the kernel has taken the outer VLAN tag off a frame and looks for it elsewhere.
    /// </summary>
    /// <returns>The program; empty for no expression.</returns>
    /// <exception cref="CaptureException">The expression is wrong, the interface down or absent, or there is no libpcap.</exception>
    public static FilterInstruction[] Compile(string? expression, string device, int snapLength)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            return [];
        }

        LibpcapCalls.Require($"the filter '{expression}'");
        using var handle = LibpcapHandle.Open(device, snapLength, promiscuous: false, TimeSpan.FromMilliseconds(100), BufferBytes)
            ?? throw new CaptureException($"{device}: is down; a filter is compiled for an interface as it is, so bring it up first (ip link set {device} up)");
        return handle.Compile(expression);
    }
}
