using System.CommandLine;
using MinerFlow.Ledger.Releases;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The verbs of <c>minerflow report</c> by which people may be shown in clear: one person asks, another approves, either takes it back.</summary>
internal sealed class ReleaseVerbs(DeskTexts desk, ReportCommandTexts texts)
{
    private static readonly string[] Names = ["release", "batch", "recipient", "purpose", "legal_basis", "asked_by", "approved_by", "valid_until", "withdrawn_at"];

    public IReadOnlyList<DeskVerb> All => [Ask(), Approve(), Withdraw(), List()];

    private DeskVerb Ask() => new("ask-release", texts.AskRelease, "BATCH", desk, command =>
    {
        var (purpose, basis) = (command.Valued("--purpose", "TEXT", texts.Purpose), command.Valued("--legal-basis", "TEXT", texts.LegalBasis));
        var (recipient, until) = (command.Valued("--recipient", "TEXT", texts.ReleaseRecipient), command.Valued("--until", "TIME", texts.Until));
        return call =>
        {
            var batch = call.Number("BATCH");
            var (why, ground, whom, end) = (call.Reader.One(purpose), call.Reader.One(basis), call.Reader.One(recipient), call.Moment(until));
            foreach (var (option, value) in new (Option<string[]>, object?)[] { (purpose, why), (basis, ground), (recipient, whom), (until, end) })
            {
                if (value is null && call.Reader.Problems.Count == 0)
                {
                    call.Reader.Problem(desk.MissingArgument, option.Name);
                }
            }

            return (open, output) =>
            {
                var releases = new ReleaseDesk(open);
                releases.Ask(batch, why!, ground!, whom!, end!.Value);
                Show(output, releases.Releases(batch));
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb Approve() => new("approve-release", texts.ApproveRelease, "RELEASE", desk, _ => call =>
    {
        var id = call.Number("RELEASE");
        return (open, _) =>
        {
            new ReleaseDesk(open).Approve(id);
            return ExitCode.Done;
        };
    });

    private DeskVerb Withdraw() => new("withdraw-release", texts.WithdrawRelease, "RELEASE", desk, command =>
    {
        var reason = command.Valued("--reason", "TEXT", desk.Reason);
        return call =>
        {
            var (id, why) = (call.Number("RELEASE"), call.Reader.One(reason) ?? "");
            return (open, _) =>
            {
                new ReleaseDesk(open).Withdraw(id, why);
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb List() => new("releases", texts.Releases, "BATCH", desk, _ => call =>
    {
        var batch = call.Number("BATCH");
        return (open, output) =>
        {
            Show(output, new ReleaseDesk(open).Releases(batch));
            return ExitCode.Done;
        };
    });

    private void Show(DeskOutput output, IReadOnlyList<Release> releases) => output.Write(
        DeskColumn.Of(Names, texts.ReleaseColumns),
        releases.Select(release => new object?[]
        {
            release.Id, release.Batch, release.Recipient, release.Purpose, release.LegalBasis, release.AskedBy, release.ApprovedBy, release.ValidUntil, release.WithdrawnAt,
        }),
        desk.Word);
}
