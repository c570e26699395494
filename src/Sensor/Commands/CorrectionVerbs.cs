using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Verification;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The verbs of <c>minerflow task</c> by which something that was reviewed, and was wrong, is put right: one person asks, another approves or refuses.</summary>
internal sealed class CorrectionVerbs(DeskTexts desk, TaskTexts texts)
{
    private static readonly string[] Names = ["correction", "batch", "entry", "before", "judgement", "reason", "asked_by", "asked_at", "state", "decided_by", "decided_at", "refusal"];

    public IReadOnlyList<DeskVerb> All => [Ask(), Approve(), Refuse(), List()];

    private DeskVerb Ask() => new("ask-correction", texts.AskCorrection, "ENTRY JUDGEMENT", desk, command =>
    {
        var reason = command.Valued("--reason", "TEXT", texts.CorrectionReason);
        return call =>
        {
            var (entry, judgement, why) = (call.Number("ENTRY"), call.Word<Judgement>("JUDGEMENT"), call.Reader.One(reason) ?? "");
            return (open, output) =>
            {
                var corrections = new CorrectionDesk(open);
                var id = corrections.Ask(entry, judgement, why);
                Show(output, corrections.All().Where(correction => correction.Id == id));
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb Approve() => new("approve-correction", texts.ApproveCorrection, "CORRECTION", desk, _ => call =>
    {
        var id = call.Number("CORRECTION");
        return (open, output) =>
        {
            output.Note(texts.CorrectionApproved, new CorrectionDesk(open).Approve(id).Count);
            return ExitCode.Done;
        };
    });

    private DeskVerb Refuse() => new("refuse-correction", texts.RefuseCorrection, "CORRECTION", desk, command =>
    {
        var reason = command.Valued("--reason", "TEXT", texts.RefusalReason);
        return call =>
        {
            var (id, why) = (call.Number("CORRECTION"), call.Reader.One(reason) ?? "");
            return (open, output) =>
            {
                var corrections = new CorrectionDesk(open);
                corrections.Refuse(id, why);
                Show(output, corrections.All().Where(correction => correction.Id == id));
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb List() => new("corrections", texts.Corrections, "", desk, _ => _ => (open, output) =>
    {
        Show(output, new CorrectionDesk(open).All());
        return ExitCode.Done;
    });

    private void Show(DeskOutput output, IEnumerable<Correction> corrections) => output.Write(
        [.. Names.Select(name => new DeskColumn(name, texts.Titles[name]))],
        corrections.Select(correction => new object?[]
        {
            correction.Id, correction.Batch, correction.Entry, correction.Before, correction.Judgement, correction.Reason, correction.AskedBy, correction.AskedAt,
            correction.State, correction.DecidedBy, correction.DecidedAt, correction.Refusal,
        }),
        desk.Word);
}
