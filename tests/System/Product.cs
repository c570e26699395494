using System.Globalization;
using System.Text;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests;

/// <summary>The command line as a user runs it, in this process.</summary>
internal static class Product
{
    /// <summary>What a command printed and how it ended.</summary>
    internal sealed record Outcome(int ExitCode, byte[] Output, string Messages);

    public static Outcome Run(params string[] arguments)
    {
        var output = new MemoryStream();
        using var messages = new StringWriter(CultureInfo.InvariantCulture);
        var terminal = new Terminal(output, messages) { ProgramFolder = Repository.Root };
        var exitCode = CommandLine.Run(arguments, terminal, CancellationToken.None);
        return new Outcome(exitCode, output.ToArray(), messages.ToString());
    }

    /// <summary>Findings of captures and folders, one JSON object a line.</summary>
    public static byte[] Replay(params IEnumerable<string> paths) => Run(["replay", "--format", "jsonl", .. paths]).Output;

    public static IEnumerable<string> Lines(byte[] output) => Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
