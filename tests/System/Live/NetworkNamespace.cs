using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>A network name space that a test makes and takes away: what is sent there leaves nothing else.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    /// <summary>CLONE_NEWNET of setns(2).</summary>
    private const int Network = 0x4000_0000;

    private static int _made;

    public NetworkNamespace() => Tool.Run("ip", "netns", "add", Name);

    public string Name { get; } = $"mf-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";

    /// <summary>Skips the test, and says why, where none can be made or a program is missing.</summary>
    public static void OrSkip(params IEnumerable<string> programs)
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
            new NetworkNamespace().Dispose();
        }
        catch (InvalidOperationException problem)
        {
            Assert.Skip($"this machine makes no network name space: {problem.Message}");
        }
    }

    public void Ip(params IEnumerable<string> arguments) => Tool.Run("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a program inside to its end.</summary>
    public string Run(string program, params IEnumerable<string> arguments) => Tool.Run("ip", Inside(program, arguments));

    /// <summary>Starts a program inside.</summary>
    public Process Start(string program, params IEnumerable<string> arguments) => Tool.Start("ip", Inside(program, arguments));

    /// <summary>Runs something of this process inside, on a thread of its own; threads that it starts and sockets that it opens are inside too.</summary>
    public Task Enter(Action action)
    {
        // What waits for the end must not go on inside.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{Name}");
                Assert.Equal(0, SetNamespace((int)there.DangerousGetHandle(), Network));
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

    /// <summary>A client whose sockets are inside, so that its loopback is the one in there.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            Socket? socket = null;
            await Enter(() => socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await socket!.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public void Dispose() => Tool.Run("ip", "netns", "delete", Name);

    private IEnumerable<string> Inside(string program, IEnumerable<string> arguments) => ["netns", "exec", Name, program, .. arguments];

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int descriptor, int kind);
}
