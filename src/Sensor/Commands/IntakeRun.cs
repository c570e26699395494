using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>One run of <c>minerflow intake</c>: reads lists and shows what is in them.</summary>
internal sealed class IntakeRun(IntakeCommandOptions options, Terminal terminal, CommandTexts common, ReportLanguage language)
{
    public int Run()
    {
        using var messages = new Messages(terminal, common);
        var problems = new List<Problem>();
        var rules = IntakeRules.Load(options.Rules, problems);
        messages.Tell(problems);
        var needsPerson = false;
        using (var target = OutputTarget.Open(options.Output, terminal.Output, common.StandardOutput))
        {
            foreach (var path in options.Files)
            {
                if (Content(path, messages) is { } content)
                {
                    var batch = BatchReader.Read(path == "-" ? "-" : Path.GetFileName(path), content, options.List, rules);
                    target.Write(output => Show(batch, output));
                    needsPerson |= NeedsPerson(batch);
                }
            }
        }

        return messages.Unreadable ? ExitCode.Unreadable : needsPerson || messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    /// <summary>Something that only a person can mend or ask for.</summary>
    private static bool NeedsPerson(ListBatch batch) =>
        batch.Problems.Concat(batch.Rows.SelectMany(row => row.Problems)).Any(problem => problem.Gravity == ProblemGravity.Error);

    private void Show(ListBatch batch, Stream output)
    {
        if (options.IsJson)
        {
            BatchJson.Write(output, batch);
            return;
        }

        using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        new BatchPreview(batch, known: null, language).Write(text, options.Rows);
    }

    private byte[]? Content(string path, Messages messages)
    {
        try
        {
            if (path != "-")
            {
                return File.ReadAllBytes(path);
            }

            using var input = terminal.Input();
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            messages.Failure($"{path}: {error.Message}");
            return null;
        }
    }
}
