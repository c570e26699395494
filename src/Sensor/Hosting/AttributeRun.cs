using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Reporting.Attributions;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>One run of <c>minerflow attribute</c>: reads the sources, answers one question or a list.</summary>
internal sealed class AttributeRun(AttributeOptions options, Terminal terminal, CommandTexts common, AttributeTexts texts, ReportLanguage language, string version)
{
    /// <summary>Without a key of one's own pseudonyms can be computed by everyone who knows the accounts.</summary>
    internal static readonly byte[] PublicKey = Encoding.ASCII.GetBytes("minerflow public identity key 01");

    // Answers that are in memory at a time.
    private const int QuestionsAtATime = 4_096;

    // From this on a clock is told to a person: the limit of the accounting rules (alarm above 2 s).
    private const long MostSilentOffsetMilliseconds = 2_000;

    private readonly SortedDictionary<AttributionOutcome, int> _outcomes = [];

    public int Run(CancellationToken cancellationToken)
    {
        using var messages = new Messages(terminal, common);
        try
        {
            using var store = options.Sources.Store is { } named ? IntervalStore.Open(named) : null;
            return Run(store, messages, cancellationToken);
        }
        catch (IntervalStoreException problem)
        {
            messages.Failure(problem.Message);
            return ExitCode.Unreadable;
        }
    }

    private int Run(IntervalStore? store, Messages messages, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var sources = SubscriberFiles.Load(options.Sources, store, problems);
        var questions = options.Batch is { } path ? QuestionTable.Load(path, options.Offset, options.Precision, problems) : [options.Question!];
        messages.Tell(problems);
        TellClocks(sources, messages);
        var directory = SubscriberDirectory.Build(sources, new SubscriberDirectoryOptions { ClockSkew = options.Sources.ClockSkew });
        var proposal = options.Shift is null && options.Batch is not null ? new TimeZoneDoctor(directory).Examine(questions) : null;
        if (proposal is not null)
        {
            messages.Finding(string.Format(CultureInfo.InvariantCulture, texts.Proposal, Sign(proposal.Shift), proposal.MatchRateNow, proposal.MatchRateShifted));
        }

        using (var target = OutputTarget.Open(options.Output, terminal.Output, common.StandardOutput))
        {
            target.Write(stream =>
            {
                foreach (var part in questions.Chunk(QuestionsAtATime))
                {
                    if (cancellationToken.IsCancellationRequested)
                    {
                        break;
                    }

                    Write(stream, part, directory, mayName: proposal is null);
                }
            });
        }

        if (options.Batch is not null)
        {
            messages.Note(Summary(questions.Count));
        }

        return cancellationToken.IsCancellationRequested ? ExitCode.Interrupted : messages.Unreadable ? ExitCode.Unreadable : messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    /// <summary>Answers on all processors, written in the order of the questions.</summary>
    private void Write(Stream stream, ListedQuestion[] questions, SubscriberDirectory directory, bool mayName)
    {
        var answers = new (AttributionOutcome Outcome, MemoryStream Line)[questions.Length];
        Parallel.For(0, questions.Length, i => answers[i] = Answer(questions[i], directory, mayName));
        foreach (var (outcome, line) in answers)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            line.WriteTo(stream);
        }
    }

    private (AttributionOutcome Outcome, MemoryStream Line) Answer(ListedQuestion listed, SubscriberDirectory directory, bool mayName)
    {
        var shifted = options.Shift is { } shift ? listed.Shift(shift) : listed;
        var question = shifted.Question ?? new AttributionQuestion(default, default, default);
        var answer = shifted.Question is null ? new Attribution(AttributionOutcome.Invalid, []) : directory.Answer(question);
        if (!mayName && answer.Candidates.Count > 0)
        {
            answer = Unnamed(answer);
        }

        var line = new MemoryStream();
        var context = new AttributionContext(listed.Row, listed.Precision, options.Offset, options.IdentityKey ?? PublicKey) { ShiftHours = options.Shift?.TotalHours ?? 0, ToolVersion = version };
        if (options.IsText)
        {
            var text = language == ReportLanguage.Chinese ? AttributionExplanation.Chinese(question, answer, context) : AttributionExplanation.English(question, answer, context);
            line.Write(Encoding.UTF8.GetBytes(listed.Row.Length > 0 ? $"{listed.Row}: {text}\n" : text + "\n"));
        }
        else
        {
            AttributionJson.WriteLine(line, question, answer, context);
        }

        return (answer.Outcome, line);
    }

    /// <summary>While a person has not said which zone the list is of, whoever fits its times as they stand may be the wrong one.</summary>
    private static Attribution Unnamed(Attribution answer)
    {
        MissingPiece[] missing = [new MissingPiece(MissingKind.Clock, "the list of questions")];
        return answer with { Outcome = AttributionOutcome.Insufficient, Candidates = [], CandidateCount = 0, Grade = null, MissingPieces = missing, Missing = [.. missing.Select(piece => piece.ToString())] };
    }

    private void TellClocks(SubscriberSources sources, Messages messages)
    {
        foreach (var source in sources.Logs?.Sources ?? [])
        {
            var offset = source.Clock.At(source.Coverage.Last ?? default).OffsetMilliseconds;
            if (Math.Abs(offset) > MostSilentOffsetMilliseconds)
            {
                messages.Finding(string.Format(CultureInfo.InvariantCulture, texts.ClockOff, source.Device, offset));
            }
        }
    }

    private string Summary(int questions)
    {
        var counts = new[] { AttributionOutcome.Unique, AttributionOutcome.Ambiguous, AttributionOutcome.None, AttributionOutcome.Insufficient }
            .Select(outcome => _outcomes.GetValueOrDefault(outcome)).ToArray();
        return string.Format(CultureInfo.InvariantCulture, texts.Summary, questions, counts[0], counts[1], counts[2], counts[3], questions - counts.Sum());
    }

    private static string Sign(TimeSpan shift) => string.Create(CultureInfo.InvariantCulture, $"{(shift < TimeSpan.Zero ? '-' : '+')}{shift.Duration():hh\\:mm}");
}
