using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Verification;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The verbs of <c>minerflow task</c> by which something that was reviewed, and was wrong, is put right: one person asks, another approves.</summary>
internal sealed class CorrectionVerbs(DeskTexts desk, TaskTexts texts)
{
    private static readonly string[] Names = ["correction", "batch", "entry", "before", "judgement", "reason", "asked_by", "asked_at", "approved_by", "approved_at"];

    public IReadOnlyList<DeskVerb> All => [Ask(), Approve(), List()];

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
            output.Note(texts.CorrectionApproved, new CorrectionDesk(open).Decide(id).Count);
            return ExitCode.Done;
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
            correction.Id, correction.Batch, correction.Entry, correction.Before, correction.Judgement, correction.Reason, correction.AskedBy, correction.AskedAt, correction.DecidedBy, correction.DecidedAt,
        }),
        desk.Word);
}
