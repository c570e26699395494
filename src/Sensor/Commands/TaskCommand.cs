using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow task</c>: the regulator's lists from the first look to the second signature.</summary>
internal sealed class TaskCommand : DeskCommand
{
    private readonly CommandTexts _common;
    private readonly DeskTexts _desk;
    private readonly TaskTexts _texts;
    private readonly AttributeTexts _sources;
    private readonly string _version;

    public TaskCommand(CommandTexts common, DeskTexts desk, TaskTexts texts, AttributeTexts sources, string version)
        : base("task", texts.Verb)
    {
        _common = common;
        _desk = desk;
        _texts = texts;
        _sources = sources;
        _version = version;
        Add([List(), Show(), Propose(), Verify(), Review(), .. new CorrectionVerbs(desk, texts).All]);
    }

    private DeskVerb List() => new("list", _texts.List, "", _desk, command =>
    {
        var rules = command.Valued("--rules", "DIR", _common.Rules);
        return call =>
        {
            var holidays = Path.Combine(call.Reader.One(rules) ?? Path.Combine(call.Terminal.ProgramFolder, "rules"), "holidays.csv");
            return (desk, output) =>
            {
                var problems = new List<Problem>();
                var calendar = WorkCalendar.Load(holidays, problems);
                problems.ForEach(problem => call.Terminal.Error.WriteLine(problem));
                var now = desk.Time.GetUtcNow().ToOffset(call.Offset);
                if (!calendar.Knows(now.Year))
                {
                    output.Note(_texts.UnknownHolidays, now.Year);
                }

                var verification = new VerificationDesk(desk, new LabelRules());
                var isLate = false;
                var rows = new TaskStore(desk).Batches().Select(batch =>
                {
                    var progress = verification.Progress(batch.Number);
                    var clock = TaskClock.Of(batch, progress, calendar, now);
                    isLate |= clock.Light == DeadlineLight.Red;
                    return new object?[]
                    {
                        batch.Number, batch.File.Name, batch.ReceivedAt, clock.Due, clock.Left, clock.WorkingTimeLeft, clock.PredictedFinish, clock.Light,
                        progress.Entries, progress.Silent, progress.Proposed, progress.Verified, progress.Reviewed, progress.ReturnedRows,
                    };
                }).ToList();
                string[] names =
                [
                    "batch", "file", "received", "due", "left", "working_time_left", "predicted_finish", "light", "entries", "silent", "proposed", "verified", "reviewed", "returned_rows",
                ];
                output.Write(Columns(names), rows, _desk.Word);
                return isLate || problems.Count > 0 ? ExitCode.NeedsPerson : ExitCode.Done;
            };
        };
    });

    private DeskVerb Show() => new("show", _texts.Show, "BATCH", _desk, _ => call =>
    {
        var batch = call.Number("BATCH");
        return (desk, output) =>
        {
            var store = new TaskStore(desk);
            store.Batch(batch);
            var records = new VerificationDesk(desk, new LabelRules()).Records(batch).ToDictionary(record => record.Entry.Id);
            var rows = store.Entries(batch).Select(entry =>
            {
                var record = records.GetValueOrDefault(entry.Id);
                return new object?[]
                {
                    entry.Id, string.Create(CultureInfo.InvariantCulture, $"{entry.Place.Table}:{entry.Place.Row}"), entry.Entry.Key.Subject, entry.From.ToDateTimeOffset(),
                    record?.State, record?.Outcome, record?.Grade?.ToString(), record?.Subject, record?.OwnView, record?.Judgement,
                    record?.IsConcentrated, record?.IsPublicResource, record?.IsBitcoin, record?.Site, record?.Verifier, record?.Reviewer,
                };
            });
            string[] names = ["entry", "row", "asked", "seen", "state", "outcome", "grade", "subject", "own_view", "judgement", "k1", "k2", "k3", "site", "verifier", "reviewer"];
            output.Write(Columns(names), rows, _desk.Word);
            return ExitCode.Done;
        };
    });

    private DeskVerb Propose() => new("propose", _texts.Propose, "BATCH", _desk, command =>
    {
        var sources = new SourceOptions(command, _common, _sources);
        var identityKey = command.Valued("--identity-key", "FILE", _common.IdentityKey);
        return call =>
        {
            var batch = call.Number("BATCH");
            var files = sources.Bind(call.Reader, call.Terminal);
            var key = IdentityKeyFile.Read(call.Reader, identityKey, _common);
            return (desk, output) =>
            {
                var problems = new List<Problem>();
                var rules = LabelRules.Load(Path.Combine(files.Rules, "labels.csv"), problems);
                using var store = files.Store is { } named ? IntervalStore.Open(named) : null;
                var directory = SubscriberDirectory.Build(SubscriberFiles.Load(files, store, problems), new SubscriberDirectoryOptions { ClockSkew = files.ClockSkew });
                problems.ForEach(problem => call.Terminal.Error.WriteLine(problem));
                var resolver = new LogResolver(directory, call.Offset, key, _version);
                output.Note(_texts.Proposed, new VerificationDesk(desk, rules).Propose(batch, resolver));
                return problems.Count > 0 ? ExitCode.NeedsPerson : ExitCode.Done;
            };
        };
    });

    private DeskVerb Verify() => new("verify", _texts.Verify, "BATCH [ENTRY...]", _desk, command =>
    {
        var judgement = command.Valued("--judgement", "WORD", _texts.Judgement);
        var reason = command.Valued("--reason", "TEXT", _desk.Reason);
        return call =>
        {
            var (batch, entries, word, why) = (call.Number("BATCH"), call.Numbers("ENTRY"), call.Word<Judgement>(judgement), call.Reader.One(reason) ?? "");
            return (desk, output) =>
            {
                var verification = new VerificationDesk(desk, new LabelRules());
                var chosen = Chosen(desk, verification, batch, entries, VerificationState.Proposed, VerificationState.Returned);
                verification.Verify(chosen, word, why);
                output.Note(_texts.Verified, chosen.Count);
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb Review() => new("review", _texts.Review, "BATCH [ENTRY...]", _desk, command =>
    {
        var isReturn = command.Flag("--return", _texts.Return);
        var reason = command.Valued("--reason", "TEXT", _desk.Reason);
        return call =>
        {
            var (batch, entries, isConfirmed, why) = (call.Number("BATCH"), call.Numbers("ENTRY"), !call.Reader.Flag(isReturn), call.Reader.One(reason) ?? "");
            return (desk, output) =>
            {
                var verification = new VerificationDesk(desk, new LabelRules());
                var chosen = Chosen(desk, verification, batch, entries, VerificationState.Verified);
                verification.Review(chosen, isConfirmed, why);
                output.Note(_texts.Reviewed, chosen.Count);
                return ExitCode.Done;
            };
        };
    });

    /// <summary>Those that were named, else all of the batch that are in these states; a batch that is not there is refused.</summary>
    private static IReadOnlyCollection<long> Chosen(LedgerDesk desk, VerificationDesk verification, long batch, IReadOnlyList<long> entries, params VerificationState[] states)
    {
        new TaskStore(desk).Batch(batch);
        return entries.Count > 0 ? entries : [.. verification.Records(batch).Where(record => states.Contains(record.State)).Select(record => record.Entry.Id)];
    }

    private List<DeskColumn> Columns(string[] names) => [.. names.Select(name => new DeskColumn(name, _texts.Titles[name]))];
}
