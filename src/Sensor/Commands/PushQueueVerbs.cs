using System.CommandLine;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Signatures;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The verbs of <c>minerflow push</c> that put packages into the outbox: forms of a list, and letters about what was wrong in them.</summary>
internal sealed class PushQueueVerbs(CommandTexts common, DeskTexts desk, PushTexts texts, Action<DeskOutput, IReadOnlyList<Delivery>> show)
{
    public IReadOnlyList<DeskVerb> All => [Queue(), Corrections()];

    private DeskVerb Queue() => new("queue", texts.Queue, "BATCH", desk, command =>
    {
        var (snapshot, to, release) = (command.Valued("--snapshot", "NUMBER", texts.Snapshot), command.Valued("--to", "NAME", texts.To), command.Valued("--release", "NUMBER", texts.Release));
        var (form, csv) = (command.Valued("--form", "NAME", texts.Form), command.Valued("--csv", "utf8|gb18030", texts.Csv));
        var shared = new SharedOptions(command, common, texts);
        return call =>
        {
            var batch = call.Number("BATCH");
            var (number, under) = (call.Reader.Whole(snapshot, 0, 1, long.MaxValue), call.Reader.Whole(release, 0, 1, long.MaxValue));
            var name = call.Reader.One(to);
            if (number == 0 && call.Reader.Problems.Count == 0)
            {
                call.Reader.Problem(desk.MissingArgument, snapshot.Name);
            }

            if (name is null && call.Reader.Problems.Count == 0)
            {
                call.Reader.Problem(desk.MissingArgument, to.Name);
            }

            var wanted = call.Reader.Many(form);
            CsvEncoding? encoding = call.Reader.Choice(csv, -1, "utf8", "gb18030") switch { 0 => CsvEncoding.Utf8, 1 => CsvEncoding.Gb18030, _ => null };
            var outbox = shared.Read(call);
            return (open, output) => outbox.Use(name, call.Terminal, texts, (destinations, rules, key) =>
            {
                var forms = SnapshotForms.Read(open, number);
                if (forms.Batches is not [var only] || only != batch)
                {
                    output.Note(texts.OtherLists, number, batch);
                    return ExitCode.NeedsPerson;
                }

                var leave = under == 0 ? null : forms.ReleaseOf(under);
                if (under > 0 && leave is null)
                {
                    output.Note(texts.NoBatchOfRelease, under);
                    return ExitCode.NeedsPerson;
                }

                var queued = Add(open, destinations[0], forms.Set(rules, leave).Files(wanted, encoding), forms.Entry, key, new DeliveryRequest
                {
                    Destination = destinations[0].Name,
                    Recipient = destinations[0].Recipient,
                    Batch = batch,
                    Snapshot = number,
                    Release = leave?.Id,
                    MayGoWithoutRelease = destinations[0].TakesMasked,
                    Documents = [],
                });
                show(output, [queued]);
                return ExitCode.Done;
            });
        };
    });

    private DeskVerb Corrections() => new("corrections", texts.Corrections, "", desk, command =>
    {
        var shared = new SharedOptions(command, common, texts);
        return call =>
        {
            var outbox = shared.Read(call);
            return (open, output) => outbox.Use(null, call.Terminal, texts, (destinations, rules, key) =>
            {
                var problems = new List<Problem>();
                var profile = ReportingRules.Load(outbox.Rules, problems);
                var counties = IntakeRules.Load(outbox.Rules, problems).Counties.Select(county => (county.Code, county.Name)).ToList();
                if (call.Terminal.Told(problems, texts.Problems))
                {
                    return ExitCode.Usage;
                }

                var (deliveries, letters, isWhole) = (new DeliveryDesk(open), new List<Delivery>(), true);
                foreach (var notices in new CorrectionDesk(open).Due().GroupBy(notice => (notice.Correction, notice.Disclosure.Recipient)))
                {
                    var notice = notices.First();
                    var (correction, recipient) = notices.Key;
                    if (deliveries.Letter(correction, recipient) is { } known)
                    {
                        letters.Add(known);
                        continue;
                    }

                    // By the way on which the wrong thing went; else by one that leads to the same recipient.
                    var way = deliveries.LastWay(notice.Disclosure.Batch, recipient);
                    if ((destinations.FirstOrDefault(destination => destination.Name == way) ?? destinations.FirstOrDefault(destination => destination.Recipient == recipient)) is not { } destination)
                    {
                        isWhole = false;
                        output.Note(texts.NoWayTo, recipient, correction);
                        continue;
                    }

                    letters.Add(Write(open, call.Offset, destination, notice, rules, key, new SnapshotRequest
                    {
                        Profile = profile,
                        UtcOffset = call.Offset,
                        Purpose = CorrectionDesk.NameOf(correction),
                        Batches = [notice.Disclosure.Batch],
                        Regions = counties,
                    }));
                }

                show(output, letters);
                return isWhole ? ExitCode.Done : ExitCode.NeedsPerson;
            });
        };
    });

    private static Delivery Write(LedgerDesk open, TimeSpan offset, Destination destination, CorrectionNotice notice, FormRules rules, SigningKey? key, SnapshotRequest request)
    {
        var store = new TaskStore(open);
        var entry = store.Entries(notice.Disclosure.Batch).Single(entry => entry.Id == notice.Entry);
        var row = CorrectionLetter.Row(notice, store.Batch(notice.Disclosure.Batch), entry, offset);
        var taken = new SnapshotDesk(open).Take(request with { Registers = [(CorrectionLetter.Register, row)] });
        var forms = SnapshotForms.Read(open, taken.Number);
        return Add(open, destination, forms.Set(rules, release: null).Files([CorrectionLetter.Form], csv: null), taken, key, new DeliveryRequest
        {
            Destination = destination.Name,
            Recipient = destination.Recipient,
            Batch = notice.Disclosure.Batch,
            Snapshot = taken.Number,
            Correction = notice.Correction,
            // It names nobody, and who got what was wrong must hear of it.
            MayGoWithoutRelease = true,
            Documents = [],
        });
    }

    private static Delivery Add(LedgerDesk open, Destination destination, IReadOnlyList<FormFile> files, SnapshotEntry snapshot, SigningKey? key, DeliveryRequest request)
    {
        var documents = files.Select(Document).ToList();
        return new DeliveryDesk(open).Queue(request with { Documents = documents }, delivery =>
        {
            var sent = destination.Encryption is { } encryption ? documents.ConvertAll(encryption.Encrypt) : documents;
            var manifest = PackageManifest.Write(delivery, sent, snapshot.Sha256);
            var withdrawal = PackageManifest.WriteWithdrawal(delivery);
            return new DeliverySeal(manifest, key?.Sign(manifest)) { Sent = sent, Withdrawal = new DeliverySeal(withdrawal, key?.Sign(withdrawal)) };
        });
    }

    private static DeliveryDocument Document(FormFile file)
    {
        using var stream = new MemoryStream();
        file.Write(stream);
        return DeliveryDocument.Of(file.Name, stream.ToArray());
    }

    /// <summary>Options of both verbs.</summary>
    private sealed class SharedOptions(Command command, CommandTexts common, PushTexts texts)
    {
        private readonly Option<string[]> _destinations = command.Valued("--destinations", "DIR", texts.Destinations);
        private readonly Option<string[]> _rules = command.Valued("--rules", "DIR", common.Rules);
        private readonly Option<string[]> _sign = command.Valued("--sign", "FILE", texts.Sign);

        public SharedArguments Read(DeskCall call) =>
            new(call.Reader.One(_destinations) ?? PushTestCommand.DefaultFolder, call.RulesFolder(_rules), call.Reader.ExistingFile(_sign));
    }

    private sealed record SharedArguments(string Destinations, string Rules, string? Key)
    {
        /// <summary>Does the work with everything that is asked for; what is wrong with it is told before anything is done.</summary>
        public int Use(string? only, Terminal terminal, PushTexts texts, Func<IReadOnlyList<Destination>, FormRules, SigningKey?, int> work)
        {
            var problems = new List<Problem>();
            var rules = FormRules.Load(Rules, problems);
            if (PushCommand.Load(Destinations, only, terminal, texts) is not { } destinations || terminal.Told(problems, texts.Problems))
            {
                return ExitCode.Usage;
            }

            try
            {
                using var key = Key is null ? null : SigningKey.Load(Key);
                return work(destinations, rules, key);
            }
            catch (ChannelException problem)
            {
                terminal.Error.WriteLine($"minerflow: {problem.Message}");
                return ExitCode.Usage;
            }
            finally
            {
                Destination.Close(destinations);
            }
        }
    }
}
