using System.Text;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary><c>minerflow capture</c> as a user runs it, in this process and in a lab.</summary>
internal sealed class CaptureCommandRun : IDisposable
{
    private readonly CancellationTokenSource _signal = new();
    private readonly MemoryStream _output = new();
    private readonly StringBuilder _messages = new();
    private readonly Task _running;
    private int _exitCode = -1;

    private CaptureCommandRun(LinkLab lab, IEnumerable<string> arguments)
    {
        var terminal = new Terminal(_output, TextWriter.Synchronized(new StringWriter(_messages))) { ProgramFolder = Repository.Root };
        _running = lab.Network.Enter(() => _exitCode = CommandLine.Run(["capture", "--lang", "en", .. arguments], terminal, _signal.Token));
    }

    /// <summary>Begins, and returns when it listens.</summary>
    public static async Task<CaptureCommandRun> StartAsync(LinkLab lab, params IEnumerable<string> arguments)
    {
        var run = new CaptureCommandRun(lab, arguments);
        for (var left = 200; left > 0 && !run._running.IsCompleted && !run.Said("listening on"); left--)
        {
            await Task.Delay(50);
        }

        Assert.True(run.Said("listening on"), run._messages.ToString());
        return run;
    }

    /// <summary>Sends it the signal of Ctrl-C, or waits for its own end.</summary>
    public async Task<Product.Outcome> EndAsync(bool bySignal = true)
    {
        if (bySignal)
        {
            await _signal.CancelAsync();
        }

        await _running;
        return new Product.Outcome(_exitCode, _output.ToArray(), _messages.ToString());
    }

    public void Dispose()
    {
        _signal.Cancel();
        _running.ContinueWith(_ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(30));
        _signal.Dispose();
        _output.Dispose();
    }

    private bool Said(string text) => _messages.ToString().Contains(text, StringComparison.Ordinal);
}
