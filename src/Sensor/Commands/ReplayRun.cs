using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Findings;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>Runs one replay: the stages put together, each capture through them, then the lists.</summary>
internal sealed class ReplayRun(ReplayOptions options, Terminal terminal, CommandTexts texts, Messages messages)
{
    /// <summary>Files left out of folders that are named one by one.</summary>
    private const int MostNotes = 10;

    private readonly CaptureTotals _totals = new();
    private PersonalVault? _names;

    public int Run(CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var catalog = new ProtocolCatalog();
        var rules = RuleSet.Load(options.Rules, catalog, problems);
        if (problems.Count > 0)
        {
            problems.ForEach(problem => messages.Note(texts.Problems.Of(problem)));
            return ExitCode.Usage;
        }

        using var ledger = OpenLedger(out var refusal);
        using var names = _names;
        if (refusal is not null)
        {
            return refusal.IsOfEnvironment ? ExitCode.Environment : ExitCode.Usage;
        }

        if (options.Xlsx is not null)
        {
            OutputTarget.Probe(options.Xlsx);
        }

        var inputs = Inputs();
        var sources = new EnrichmentSources(options, messages);
        using var target = OutputTarget.Open(options.Output, terminal.Output, texts.StandardOutput);
        using var json = options.Format == OutputFormat.JsonLines ? new FindingJsonWriter(target.Stream, options.Sensor, options.Offset) : null;
        var sink = new FindingSink(options, sources, json, target.Name);
        var detector = new MiningDetector(rules, catalog, Detection(), sink);
        using var evidence = EvidenceFiles.Open(options.Evidence, TimeProvider.System, _ => { });
        using var keeper = evidence?.NewKeeper("replay", waits: true);
        using var pipeline = new PacketPipeline(options.Flows, detector, keeper);
        ReadAll(inputs, pipeline, cancellationToken);
        keeper?.Flush();
        evidence?.Conclude(messages, texts);
        var counters = new CounterList(_totals, pipeline.Counters, sink.Dropped);
        if (counters.Losses.Length > 0)
        {
            Note(texts.Lost, counters.Losses);
        }

        var sightings = sink.Complete();
        WriteLists(rules, sightings, sink, sources, inputs, target, json, counters);
        Keep(ledger, sightings);
        if (cancellationToken.IsCancellationRequested)
        {
            messages.Note(texts.Interrupted);
            return ExitCode.Interrupted;
        }

        return messages.Unreadable ? ExitCode.Unreadable : messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    private DetectionOptions Detection() => options.IdentityKey is { } key ? new DetectionOptions { IdentityKey = key } : new DetectionOptions();

    /// <summary>The ledger is opened before the first packet, so that one that is none does not cost a run.</summary>
    private SightingLedger? OpenLedger(out LedgerException? refusal)
    {
        refusal = null;
        if (options.Ledger is null)
        {
            return null;
        }

        SightingLedger? ledger = null;
        try
        {
            ledger = SightingLedger.Open(options.Ledger);
            if ((options.Keys ?? (LedgerPlace.IsFileName(options.Ledger) ? options.Ledger + ".keys" : null)) is { } keys)
            {
                ledger.WithNames(_names = LedgerDesk.OpenVault(ledger.Database, keys));
            }

            return ledger;
        }
        catch (LedgerException problem)
        {
            ledger?.Dispose();
            messages.Note(problem.Message);
            refusal = problem;
            return null;
        }
    }

    /// <summary>Only hits are kept, whatever the lists show.</summary>
    private void Keep(SightingLedger? ledger, IReadOnlyList<Sighting> sightings)
    {
        if (ledger is null)
        {
            return;
        }

        try
        {
            var (added, known) = ledger.Write(sightings.Where(sighting => sighting.Best.Event.Role.IsHit()));
            Note(texts.LedgerDone, added, known, ledger.Name);
        }
        catch (LedgerException problem)
        {
            throw new OutputException(problem.Message, problem);
        }
    }

    private IReadOnlyList<string> Inputs()
    {
        var inputs = CaptureInputs.Expand(options.Paths, options.Input);
        foreach (var note in inputs.Notes.Take(MostNotes))
        {
            messages.Note(texts.Problems.Of(note));
        }

        if (inputs.Notes.Count > MostNotes)
        {
            Note(texts.MoreNotes, inputs.Notes.Count - MostNotes);
        }

        foreach (var problem in inputs.Problems)
        {
            _totals.Unread++;
            messages.Failure(texts.Problems.Of(problem));
        }

        if (inputs.Files.Count == 0 && inputs.Problems.Count == 0)
        {
            messages.Failure(texts.NoInputs);
        }

        return inputs.Files;
    }

    private void ReadAll(IReadOnlyList<string> inputs, PacketPipeline pipeline, CancellationToken cancellationToken)
    {
        var progress = new ReplayProgress(inputs);
        messages.StartProgress(progress.Line);
        if (options.Merge && inputs.Count > 0)
        {
            Read(string.Join(' ', options.Paths), inputs.Count, () => CaptureSources.OpenMerged(inputs, options.Input), pipeline, progress, cancellationToken);
        }
        else
        {
            foreach (var input in inputs)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                Read(input, 1, () => CaptureSources.Open(input, options.Input), pipeline, progress, cancellationToken);
            }
        }

        messages.StopProgress();
    }

    private void Read(
        string name, int captures, Func<ICaptureSource> open, PacketPipeline pipeline, ReplayProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            using var source = open();
            progress.Start(source.Statistics);
            var unreadBefore = pipeline.Counters.UnknownLinkTypes.ToDictionary();
            try
            {
                source.Run(pipeline, cancellationToken);
            }
            catch (CaptureException)
            {
                // What came before the failure is a capture like any other.
                pipeline.OnEnd(new CaptureOrigin(name));
                throw;
            }
            finally
            {
                progress.Finish(source.Statistics);
                _totals.Add(source.Statistics, captures);
                TellDamage(name, source.Statistics);
                TellLinkTypes(name, unreadBefore, pipeline.Counters.UnknownLinkTypes);
            }
        }
        catch (CaptureException problem)
        {
            _totals.Unread++;
            messages.Failure(Named(name, problem.Sentence));
        }
    }

    /// <summary>Nobody looked into these frames: whoever reads that there are no hits has to know.</summary>
    private void TellLinkTypes(string name, Dictionary<int, long> before, IReadOnlyDictionary<int, long> after)
    {
        foreach (var (linkType, frames) in after)
        {
            if (frames - before.GetValueOrDefault(linkType) is > 0 and var unread)
            {
                messages.Finding(string.Format(CultureInfo.InvariantCulture, texts.UnreadLinkType, name, unread, linkType));
            }
        }
    }

    /// <summary>Damage needs a person; a tail that was cut off does not, for every whole record before it was read.</summary>
    private void TellDamage(string name, CaptureStatistics statistics)
    {
        Action<string> tell = statistics.DamagedRecords > 0 ? messages.Finding : messages.Note;
        foreach (var sentence in statistics.Sentences)
        {
            tell(Named(name, sentence));
        }

        if (statistics.DamagedRecords > statistics.Sentences.Count)
        {
            tell($"{name}: {string.Format(CultureInfo.InvariantCulture, texts.Damaged, statistics.DamagedRecords)}");
        }
    }

    private string Named(string name, Sentence sentence)
    {
        var said = texts.Problems.Of(sentence);
        return said.StartsWith(name, StringComparison.Ordinal) ? said : $"{name}: {said}";
    }

    private void WriteLists(
        RuleSet rules,
        IReadOnlyList<Sighting> sightings,
        FindingSink sink,
        EnrichmentSources sources,
        IReadOnlyList<string> inputs,
        OutputTarget target,
        FindingJsonWriter? json,
        CounterList counters)
    {
        new FindingLists(options, rules, terminal).Write(target, json, sightings, sink, _totals, counters.All);
        if (options.Xlsx is { } workbook)
        {
            var notes = new HitListNotes
            {
                Sensor = options.Sensor,
                Captures = inputs,
                Sources = sources.Names,
                Counters = counters.All,
                Problems = messages.Kept,
            };
            OutputTarget.Replace(workbook, stream => HitListWorkbook.Write(stream, sightings, notes, options.Offset, ReportLanguage.Chinese, rules.ReasonsInChinese));
        }
    }

    private void Note(string text, params object[] values) => messages.Note(string.Format(CultureInfo.InvariantCulture, text, values));
}
