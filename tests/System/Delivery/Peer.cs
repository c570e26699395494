using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>A server of the system that a test started; ended with the test.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Peer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a server that stays in the foreground, and waits until it listens on 127.0.0.1.</summary>
    public static async Task<Peer> Start(int port, string program, params IEnumerable<string> arguments)
    {
        var peer = new Peer(Tool.Start(program, arguments));
        var clock = Stopwatch.StartNew();
        while (!await Listens(port))
        {
            if (peer._process.HasExited || clock.Elapsed > Patience)
            {
                var log = peer._log.ToString();
                peer.Dispose();
                Assert.Fail($"{program} does not listen on {port}: {log}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return peer;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static async Task<bool> Listens(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }
}
