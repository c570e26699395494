using System.Diagnostics;
using MinerFlow.SystemTests.Service;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>A RabbitMQ node of one test, on loopback, which can be stopped and started again with what it holds.</summary>
internal sealed class RabbitBroker : IDisposable
{
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string _folder;
    private readonly int _distributionPort = RunningService.FreePort();
    private readonly int _mapperPort = RunningService.FreePort();
    private readonly List<Process> _processes = [];

    private RabbitBroker(string folder) => _folder = folder;

    public int Port { get; } = RunningService.FreePort();

    public int TlsPort { get; } = RunningService.FreePort();

    public static void NeedOrSkip() => Assert.SkipUnless(File.Exists(Server), "rabbitmq-server is not installed");

    /// <param name="folder">Takes its configuration, its messages and its logs.</param>
    /// <param name="certificate">Also listens with TLS, with this certificate, and asks clients for one of this authority.</param>
    public static async Task<RabbitBroker> StartAsync(string folder, (string Certificate, string Key, string Authority)? certificate = null)
    {
        var broker = new RabbitBroker(folder);
        var tls = certificate is { } files
            ? $"""
              listeners.ssl.1 = 127.0.0.1:{broker.TlsPort}
              ssl_options.certfile = {files.Certificate}
              ssl_options.keyfile = {files.Key}
              ssl_options.cacertfile = {files.Authority}
              ssl_options.verify = verify_peer
              ssl_options.fail_if_no_peer_cert = true
              """
            : "";
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{broker.Port}\n{tls}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "enabled_plugins"), "[].\n", TestContext.Current.CancellationToken);
        try
        {
            await broker.StartAsync();
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Starts it, the first time or again, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        if (_processes.Count == 0)
        {
            // Its port mapper would go on by itself, and on the port of everybody's: one of our own ends with the test.
            Launch("/usr/bin/epmd", "-port", $"{_mapperPort}", "-address", "127.0.0.1");
        }

        Launch(Server);
        for (var left = 1_200; ; left--)
        {
            try
            {
                await (await ConnectAsync()).DisposeAsync();
                return;
            }
            catch (BrokerUnreachableException)
            {
                Assert.True(left > 0 && !_processes[^1].HasExited, "the broker does not start:\n" + string.Concat(Directory.GetFiles(_folder, "*.log").Select(File.ReadAllText)));
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Ends it in the midst of what it does.</summary>
    public void Kill()
    {
        _processes[^1].Kill(entireProcessTree: true);
        _processes[^1].WaitForExit();
    }

    public Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { HostName = "127.0.0.1", Port = Port, UserName = "guest", Password = "guest", AutomaticRecoveryEnabled = false }.CreateConnectionAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }
    }

    private void Launch(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["RABBITMQ_NODENAME"] = $"minerflow{Port}@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = _folder,
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
            ["RABBITMQ_DIST_PORT"] = $"{_distributionPort}",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
            ["ERL_EPMD_PORT"] = $"{_mapperPort}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["HOME"] = _folder,
        })
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }
}
