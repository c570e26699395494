using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>tcpdump beside the product on the same cable.</summary>
internal sealed class Tcpdump : IDisposable
{
    private readonly Process _process;

    private Tcpdump(Process process) => _process = process;

    /// <summary>Begins, and ends when it has so many frames: a signal would make it drop what its ring still holds.</summary>
    public static Tcpdump Start(LinkLab lab, string file, int frames)
    {
        var process = lab.Network.Start("tcpdump", "-n", "-c", frames.ToString(CultureInfo.InvariantCulture), "-B", "65536", "--time-stamp-precision=nano", "-Z", "root", "-i", LinkLab.Mirror, "-w", file);
        while (process.StandardError.ReadLine() is { } line && !line.Contains("listening on", StringComparison.Ordinal))
        {
        }

        return new Tcpdump(process);
    }

    public void WaitForEnd()
    {
        var said = _process.StandardError.ReadToEndAsync();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(30)), "tcpdump did not get all frames");
        Assert.Equal(0, _process.ExitCode);
        Assert.Contains("0 packets dropped by kernel", said.GetAwaiter().GetResult(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
