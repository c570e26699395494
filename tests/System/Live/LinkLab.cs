using System.Globalization;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Live;

/// <summary>A cable in a name space of its own: what a test sends into one end comes out of the other, where the product listens.</summary>
internal sealed class LinkLab : IDisposable
{
    public const string Sender = "mfsend";
    public const string Mirror = "mfmirror";

    private LinkLab()
    {
        Network.Ip("link", "set", "lo", "up");
        Plug();
    }

    public NetworkNamespace Network { get; } = new();

    /// <summary>Makes one, or skips the test and says why.</summary>
    public static LinkLab OrSkip(params IEnumerable<string> programs)
    {
        NetworkNamespace.OrSkip(programs);
        return new LinkLab();
    }

    /// <summary>Lays the cable.</summary>
    public void Plug()
    {
        Network.Ip("link", "add", Sender, "type", "veth", "peer", "name", Mirror);

        // Neither end speaks of itself: the only frames are those of the test.
        foreach (var device in new[] { Sender, Mirror })
        {
            Network.Run("sysctl", "-q", "-w", $"net.ipv6.conf.{device}.disable_ipv6=1");
            Network.Ip("link", "set", device, "arp", "off", "up");
        }
    }

    /// <summary>Takes the cable and both its ends away.</summary>
    public void Unplug() => Network.Ip("link", "delete", Sender);

    /// <summary>Sends captures through the cable, one after the other, as fast as it goes.</summary>
    public void Send(params IEnumerable<string> captures) => Network.Run("tcpreplay", ["-q", "--topspeed", "-i", Sender, .. captures]);

    /// <summary>Sends captures again and again at a rate.</summary>
    /// <returns>When all were sent.</returns>
    public Task SendAsync(int times, int framesPerSecond, params IEnumerable<string> captures) => Task.Run(() => Network.Run(
        "tcpreplay", ["-q", "--loop", times.ToString(CultureInfo.InvariantCulture), "--pps", framesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", Sender, .. captures]));

    /// <summary>Sends a dialogue as it looks in a form.</summary>
    public void Send(string scenario, TrafficForm form)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Network.Name}.pcapng");
        File.WriteAllBytes(path, TrafficWriter.Write(Repository.ReadScenario(scenario), form, scenario));
        try
        {
            Send([path]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose() => Network.Dispose();
}
