using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary><c>minerflow run</c> as a process of its own.</summary>
internal sealed partial class RunningService : IDisposable
{
    private const int Hangup = 1;
    private const int Terminate = 15;

    /// <summary>The product as it was built beside this test, in the same configuration.</summary>
    public static readonly string Program = Repository.PathOf(
        "src", "Sensor", "bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0", "linux-x64", "minerflow");

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly HttpClient _http;

    private RunningService(ProcessStartInfo start, HttpClient http)
    {
        _http = http;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Address and port of the web side.</summary>
    public string Address => _http.BaseAddress!.Authority;

    public int ProcessId => _process.Id;

    /// <summary>Ledger, spool and key of a service lie in one folder.</summary>
    public static string LedgerOf(string folder) => Path.Combine(folder, "ledger.db");

    public static string SpoolOf(string folder) => Path.Combine(folder, "spool");

    /// <summary>Starts a service over a folder and waits until it answers, or has ended.</summary>
    /// <param name="folder">Takes ledger, spool and key.</param>
    /// <param name="environment">Variables beside those of the test.</param>
    /// <param name="arguments">Sources and settings; windows are 10 s, periods 5 s unless they say otherwise.</param>
    public static Task<RunningService> StartAsync(string folder, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments) =>
        StartAsync(folder, environment, new HttpClient(), "http", "127.0.0.1", arguments);

    /// <summary>The same with a web side of its own kind; the client shows what that asks for, and is closed with the service.</summary>
    public static Task<RunningService> StartAsync(
        string folder, IReadOnlyDictionary<string, string>? environment, HttpClient client, string scheme, string address, params IEnumerable<string> arguments) =>
        StartAsync([Program], folder, environment, client, scheme, address, ["--rules", Repository.PathOf("rules"), .. arguments]);

    /// <summary>The same with a program of its own, and what comes before it on its line.</summary>
    public static async Task<RunningService> StartAsync(
        IReadOnlyList<string> program, string folder, IReadOnlyDictionary<string, string>? environment, HttpClient client, string scheme, string address, params IEnumerable<string> arguments)
    {
        var port = FreePort();

        // Under nohup(1) the hangup that asks for a reload would be ignored, and a service inherits that.
        var start = new ProcessStartInfo(
            "env",
            [
                "--default-signal=HUP", .. program, "run", "--lang", "en", "--ledger", LedgerOf(folder), "--spool", SpoolOf(folder), "--listen", $"{address}:{port}",
                "--set", $"Sensor:IdentityKeyFile={Path.Combine(folder, "identity.key")}", "--set", "Sensor:DropPrivileges=false",
                "--set", "Sightings:WindowSeconds=10", "--set", "Sightings:PeriodSeconds=5", "--set", "Flows:FlowSlots=65536",
                "--set", "CaptureInput:FollowPoll=00:00:00.020", .. arguments,
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        client.BaseAddress = new Uri($"{scheme}://127.0.0.1:{port}/");
        var service = new RunningService(start, client);
        try
        {
            await service.UntilAsync(async () => service._process.HasExited || await service.AnswersAsync());
        }
        catch
        {
            service.Dispose();
            throw;
        }

        if (service._process.HasExited)
        {
            var log = service.Log;
            service.Dispose();
            Assert.Fail($"the service ended at once:\n{log}");
        }

        return service;
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> AskAsync(string path) => _http.GetAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Sum over all samples of a metric whose labels contain this text.</summary>
    public async Task<double> MetricAsync(string name, string label = "") =>
        (await GetAsync("metrics")).Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{' && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public Task UntilMetricAsync(string name, Func<double, bool> isRight, string label = "") => UntilAsync(async () => isRight(await MetricAsync(name, label)));

    /// <summary>Waits for something that will come; a minute is far beyond what it takes on a busy machine.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var left = 1_200; left > 0; left--)
        {
            if (await isSo())
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"it did not come to that; the service said:\n{Log}");
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Reload() => Assert.Equal(0, Signal(_process.Id, Hangup));

    /// <summary>Asks it to stop and waits.</summary>
    /// <returns>Exit code.</returns>
    public int Stop()
    {
        Assert.Equal(0, Signal(_process.Id, Terminate));
        return Exit();
    }

    /// <summary>Waits for its end.</summary>
    public int Exit()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(1)), $"it does not stop; it said:\n{Log}");
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
        _http.Dispose();
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await AskAsync("readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
