using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Where a command writes and what it knows of its surroundings; tests give their own.</summary>
internal sealed class Terminal(Stream output, TextWriter error)
{
    /// <summary>Width of a page that is no terminal: wide enough for the whole table.</summary>
    public const int PageWidth = 160;

    /// <summary>Findings and tables.</summary>
    public Stream Output { get; } = output;

    /// <summary>Messages and progress.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Opens standard input.</summary>
    public Func<Stream> Input { get; init; } = Console.OpenStandardInput;

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public int Width { get; init; } = PageWidth;

    /// <summary>Environment variable by name; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>Name of the user that the process runs as.</summary>
    public string User { get; init; } = System.Environment.UserName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Folder of the program: its <c>rules</c> lie there.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Tells what is wrong in files that an operator wrote; true when anything is.</summary>
    public bool Told(IReadOnlyCollection<Problem> problems, ProblemTexts texts)
    {
        foreach (var problem in problems)
        {
            Error.WriteLine(texts.Of(problem));
        }

        return problems.Count > 0;
    }

    public static Terminal OfProcess()
    {
        var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1_024) { AutoFlush = true };
        var outputIsTerminal = !Console.IsOutputRedirected;
        return new Terminal(new StandardOutput(), error)
        {
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Width = outputIsTerminal ? Math.Max(40, Console.WindowWidth) : PageWidth,
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }
}
