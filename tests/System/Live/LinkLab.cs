using System.Diagnostics;
using System.Runtime.InteropServices;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>
/// A network name space of its own with a cable in it: what a test sends into one end comes out of the other, where the product listens. Nothing leaves it,
/// and it is gone with the test.
/// </summary>
internal sealed partial class LinkLab : IDisposable
{
    public const string Sender = "mfsend";
    public const string Mirror = "mfmirror";

    /// <summary>CLONE_NEWNET of setns(2).</summary>
    private const int NetworkNamespace = 0x4000_0000;

    private static int _made;

    private readonly string _name = $"mf-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";

    private LinkLab()
    {
        Tool.Run("ip", "netns", "add", _name);
        Plug();
    }

    /// <summary>Makes one, or skips the test and says why.</summary>
    public static LinkLab OrSkip(params IEnumerable<string> programs)
    {
        var missing = programs.Prepend("ip").Where(program => !Tool.Exists(program)).ToList();
        if (missing.Count > 0)
        {
            Assert.Skip($"not installed: {string.Join(", ", missing)}");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("making a network name space needs root");
        }

        try
        {
            return new LinkLab();
        }
        catch (InvalidOperationException problem)
        {
            Assert.Skip($"this machine makes no network name space: {problem.Message}");
            throw;
        }
    }

    /// <summary>Lays the cable.</summary>
    public void Plug()
    {
        Ip("link", "add", Sender, "type", "veth", "peer", "name", Mirror);

        // Neither end speaks of itself: the only frames are those of the test.
        Quieten(Sender);
        Quieten(Mirror);
        Ip("link", "set", Sender, "up");
        Ip("link", "set", Mirror, "up");
    }

    /// <summary>Takes the cable and both its ends away.</summary>
    public void Unplug() => Ip("link", "delete", Sender);

    public void Ip(params IEnumerable<string> arguments) => Tool.Run("ip", ["-n", _name, .. arguments]);

    /// <summary>Runs a program inside to its end.</summary>
    public string Run(string program, params IEnumerable<string> arguments) => Tool.Run("ip", Inside(program, arguments));

    /// <summary>Sends captures through the cable, one after the other, as fast as it goes.</summary>
    public void Send(params IEnumerable<string> captures) => Run("tcpreplay", ["-q", "--topspeed", "-i", Sender, .. captures]);

    /// <summary>Sends a dialogue as it looks in a form.</summary>
    public void Send(string scenario, TrafficForm form)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{_name}.pcapng");
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

    /// <summary>Starts a program inside.</summary>
    public Process Start(string program, params IEnumerable<string> arguments) => Tool.Start("ip", Inside(program, arguments));

    /// <summary>Runs something of this process inside, on a thread of its own; threads that it starts are inside too.</summary>
    public Task Enter(Action action)
    {
        var done = new TaskCompletionSource();
        new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{_name}");
                Assert.Equal(0, SetNamespace((int)there.DangerousGetHandle(), NetworkNamespace));
                action();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }).Start();
        return done.Task;
    }

    public void Dispose() => Tool.Run("ip", "netns", "delete", _name);

    private IEnumerable<string> Inside(string program, IEnumerable<string> arguments) => ["netns", "exec", _name, program, .. arguments];

    private void Quieten(string device)
    {
        Run("sysctl", "-q", "-w", $"net.ipv6.conf.{device}.disable_ipv6=1");
        Ip("link", "set", device, "arp", "off");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);
}
