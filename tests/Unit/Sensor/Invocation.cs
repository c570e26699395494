using System.Text;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;

namespace MinerFlow.Unit.Sensor;

/// <summary>One run of the command line in this process, with what it wrote.</summary>
internal sealed record Invocation(int ExitCode, byte[] Bytes, string Error)
{
    public static readonly string Rules = Path.Combine(Repository.Root, "rules");

    public string Output => Encoding.UTF8.GetString(Bytes);

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Invocation Of(params string[] arguments) => Of(new MemoryStream(), CancellationToken.None, arguments);

    /// <summary>As a user of the system, at a time.</summary>
    public static Invocation As(string user, TimeProvider time, params string[] arguments) => Of(new MemoryStream(), "", user, time, arguments, CancellationToken.None);

    public static Invocation Of(Stream output, CancellationToken cancellationToken, params string[] arguments) =>
        Of(output, "", "tester", TimeProvider.System, arguments, cancellationToken);

    /// <summary>With this text on standard input.</summary>
    public static Invocation WithInput(string input, params string[] arguments) =>
        Of(new MemoryStream(), input, "tester", TimeProvider.System, arguments, CancellationToken.None);

    private static Invocation Of(Stream output, string input, string user, TimeProvider time, string[] arguments, CancellationToken cancellationToken)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal(output, error)
        {
            ProgramFolder = Repository.Root,
            User = user,
            Time = time,
            Input = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            Environment = name => name == "LANG" ? "en_US.UTF-8" : null,
        };
        var code = CommandLine.Run(arguments, terminal, cancellationToken);
        return new Invocation(code, (output as MemoryStream)?.ToArray() ?? [], error.ToString());
    }

    public static string Capture(string name) => Path.Combine(Repository.Root, "captures", name);
}
