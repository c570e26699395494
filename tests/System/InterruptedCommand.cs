using System.Diagnostics;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>The command line as a process of its own, which is killed (SIGKILL) at a random moment of its work.</summary>
internal sealed class InterruptedCommand(string seedName, int otherwise)
{
    private readonly SeededRandom _random = new(20220411);
    private int _longest;

    /// <summary>Kills asked for: a hundred and more by hand, fewer on the build server.</summary>
    public int Kills { get; } = int.TryParse(Environment.GetEnvironmentVariable(seedName), out var given) ? given : otherwise;

    /// <summary>Kills that came before the command had done.</summary>
    public int Killed { get; private set; }

    public int Runs { get; private set; }

    /// <summary>Runs it to its end, and learns how long that takes.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Begin(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var messages = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode is 0 or 1, $"{string.Join(' ', arguments)}: {process.ExitCode} {messages}");
        _longest = (int)watch.ElapsedMilliseconds;
        return await output;
    }

    /// <summary>Kills it at a moment within the time that the last whole run took.</summary>
    /// <returns>Whether it had done before, and said so.</returns>
    public async Task<bool> KillAsync(params string[] arguments)
    {
        Runs++;
        using var process = Begin(arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var messages = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(_random.Below(_longest)))
        {
            process.Kill();
            Killed++;
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await output;
        Assert.True(process.ExitCode is 0 or 1 or 137, await messages);
        return process.ExitCode is 0 or 1;
    }

    private static Process Begin(string[] arguments) => Process.Start(
        new ProcessStartInfo(RunningService.Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
}
