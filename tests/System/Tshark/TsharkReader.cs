using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace MinerFlow.SystemTests.Tshark;

/// <summary>
/// Runs tshark. Starting it costs more than reading a small capture, so pcap files are read many at a time: mergecap puts them one after
/// another, each as an interface of its own.
/// </summary>
internal sealed partial class TsharkReader : IDisposable
{
    private const int FilesInABatch = 200;

    private static readonly string[] Fields =
    [
        "frame.interface_id", "frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
        "tcp.srcport", "tcp.dstport", "tcp.len", "udp.srcport", "udp.dstport", "udp.length",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("tshark-").FullName;

    public static bool IsInstalled =>
        new[] { "tshark", "mergecap" }.All(tool => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))));

    /// <summary>A summary for each capture.</summary>
    public async Task<Dictionary<string, DecodingSummary>> ReadAsync(IEnumerable<string> captures, CancellationToken cancellationToken)
    {
        var (merging, alone) = (new List<string>(), new List<string>());
        foreach (var capture in captures)
        {
            (IsClassicPcap(capture) ? merging : alone).Add(capture);
        }

        var summaries = new Dictionary<string, DecodingSummary>(StringComparer.Ordinal);
        var batches = merging.Chunk(FilesInABatch).Concat(alone.Select(capture => new[] { capture }));
        var options = new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(batches, options, async (batch, token) =>
        {
            var read = batch.Length == 1 ? new() { [batch[0]] = await ReadOneAsync(batch[0], token) } : await ReadBatchAsync([.. batch], token);
            lock (summaries)
            {
                foreach (var (capture, summary) in read)
                {
                    summaries[capture] = summary;
                }
            }
        });
        return summaries;
    }

    public async Task<DecodingSummary> ReadOneAsync(string capture, CancellationToken cancellationToken)
    {
        var summary = new DecodingSummary();
        await RunTsharkAsync(capture, fields => TsharkLine.AddTo(summary, fields), cancellationToken);
        return summary;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Captures that mergecap stumbles over are read alone.</summary>
    private async Task<Dictionary<string, DecodingSummary>> ReadBatchAsync(List<string> batch, CancellationToken cancellationToken)
    {
        var summaries = new Dictionary<string, DecodingSummary>(StringComparer.Ordinal);
        var merged = Path.Combine(_folder, Guid.NewGuid().ToString("N") + ".pcapng");
        while (batch.Count > 0)
        {
            var (code, errors) = await RunAsync("mergecap", ["-a", "-I", "none", "-w", merged, .. batch], _ => { }, cancellationToken);
            if (code == 0 && errors.Length == 0)
            {
                break;
            }

            var stumbled = FilePattern().Match(errors).Groups["file"].Value;
            Assert.True(batch.Remove(stumbled), $"mergecap: {errors}");
            summaries[stumbled] = await ReadOneAsync(stumbled, cancellationToken);
        }

        foreach (var capture in batch)
        {
            summaries[capture] = new DecodingSummary();
        }

        if (batch.Count > 0)
        {
            await RunTsharkAsync(merged, fields => TsharkLine.AddTo(summaries[batch[int.Parse(fields[0])]], fields), cancellationToken);
            File.Delete(merged);
        }

        return summaries;
    }

    private static async Task RunTsharkAsync(string capture, Action<string[]> onPacket, CancellationToken cancellationToken)
    {
        // Every occurrence of a field, so that the one of the innermost layer can be taken; streams are not looked at.
        string[] arguments =
        [
            "-n", "-r", capture, "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.analyze_sequence_numbers:FALSE",
            "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", .. Fields.SelectMany(field => new[] { "-e", field }),
        ];
        await RunAsync("tshark", arguments, line => onPacket(line.Split('\t')), cancellationToken);
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(string tool, string[] arguments, Action<string> onLine, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            onLine(line);
        }

        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await errors);
    }

    private static bool IsClassicPcap(string capture)
    {
        Span<byte> magic = stackalloc byte[4];
        using var file = File.OpenRead(capture);
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4
            && Convert.ToHexString(magic) is "D4C3B2A1" or "A1B2C3D4" or "4D3CB2A1" or "A1B23C4D";
    }

    [GeneratedRegex("[Ff]ile \"(?<file>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FilePattern();
}
