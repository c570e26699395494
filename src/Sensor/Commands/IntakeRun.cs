using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>One run of <c>minerflow intake</c>: reads lists, shows what is in them and how they stand to earlier ones, and stores them when told to.</summary>
internal sealed class IntakeRun(IntakeCommandOptions options, Terminal terminal, CommandTexts common, IntakeCommandTexts texts, ReportLanguage language)
{
    private bool _needsPerson;

    public int Run() =>
        options.Desk is { } desk ? OpenDesk.Use(desk, terminal, DeskTexts.For(language), open => Run(new TaskStore(open))) : Run(store: null);

    private int Run(TaskStore? store)
    {
        using var messages = new Messages(terminal, common);
        var problems = new List<Problem>();
        var rules = IntakeRules.Load(options.Rules, problems);
        messages.Tell(problems);
        using (var target = OutputTarget.Open(options.Output, terminal.Output, common.StandardOutput))
        {
            foreach (var path in options.Files)
            {
                if (Content(path, messages) is { } content)
                {
                    Take(path == "-" ? path : Path.GetFileName(path), content, rules, store, target, messages);
                }
            }
        }

        return messages.Unreadable ? ExitCode.Unreadable : _needsPerson || messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    private void Take(string name, byte[] content, IntakeRules rules, TaskStore? store, OutputTarget target, Messages messages)
    {
        var batch = BatchReader.Read(name, content, options.List, rules);
        var known = store?.Find(batch.File.Sha256);
        if (store is not null)
        {
            batch = BatchDifference.Compare(batch, store.EarlierEntries());
        }

        target.Write(output => Show(batch, known, output));
        _needsPerson |= NeedsPerson(batch);
        if (batch.Rows.Count == 0)
        {
            messages.Finding(string.Format(CultureInfo.InvariantCulture, texts.NothingToAccept, name));
            return;
        }

        if (store is null || known is not null)
        {
            return;
        }

        if (!options.Accepts)
        {
            messages.Note(string.Format(CultureInfo.InvariantCulture, texts.NotAccepted, name));
        }
        else
        {
            store.Accept(batch, content);
            messages.Note(string.Format(CultureInfo.InvariantCulture, texts.Accepted, name, store.Find(batch.File.Sha256)?.Id));
        }
    }

    /// <summary>Something that only a person can mend or ask for.</summary>
    private static bool NeedsPerson(ListBatch batch) =>
        batch.Problems.Concat(batch.Rows.SelectMany(row => row.Problems)).Any(problem => problem.Gravity == ProblemGravity.Error);

    private void Show(ListBatch batch, AcceptedBatch? known, Stream output)
    {
        if (options.IsJson)
        {
            BatchJson.Write(output, batch);
            return;
        }

        using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        new BatchPreview(batch, known, language).Write(text, options.Rows);
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
