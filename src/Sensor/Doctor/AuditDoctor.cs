using System.Globalization;
using System.Text;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>What <c>minerflow doctor audit</c> was told.</summary>
internal sealed record AuditOptions
{
    /// <summary>Exported chain; null when a ledger is asked.</summary>
    public string? Chain { get; init; }

    public string? Ledger { get; init; }

    public string? PublicKey { get; init; }

    /// <summary>Files of heads kept elsewhere.</summary>
    public IReadOnlyList<string> Heads { get; init; } = [];

    public string? SigningKey { get; init; }

    public string? Export { get; init; }

    public bool InJson { get; init; }
}

/// <summary>One visit of the auditor: signs if told to, then checks, and says what was seen.</summary>
internal sealed class AuditDoctor(Terminal terminal, ReportLanguage language, TimeProvider time)
{
    private readonly AuditTexts _texts = AuditTexts.For(language);

    /// <returns>1 when the chain is broken or something else needs a person.</returns>
    public int Run(AuditOptions options)
    {
        try
        {
            return DoctorReport.Tell(terminal, Examine(options), options.InJson, DoctorTexts.For(language));
        }
        catch (Exception problem) when (problem is LedgerException or IOException or UnauthorizedAccessException)
        {
            terminal.Error.WriteLine($"minerflow: {problem.Message}");
            return ExitCode.Unreadable;
        }
    }

    private List<Finding> Examine(AuditOptions options)
    {
        using var key = options.PublicKey is { } path ? AuditKey.Load(path) : options.SigningKey is { } signing ? AuditKey.Load(signing) : null;
        var kept = KeptHeads(options.Heads);
        if (options.Chain is { } chain)
        {
            var (records, heads) = AuditExport.Read(chain, File.ReadLines(chain));
            return Findings(chain, AuditCheck.Run(ledger: null, records, [.. heads, .. kept], key));
        }

        using var database = LedgerDatabase.Open(LedgerPlace.Parse(options.Ledger!), options.SigningKey is null ? LedgerAccess.Read : LedgerAccess.Write);
        var audit = new AuditChain(database);
        if (options.SigningKey is not null)
        {
            Sign(audit, key, options.SigningKey);
        }

        if (options.Export is { } target)
        {
            File.WriteAllLines(target, AuditExport.Lines(audit.Records(), audit.Heads()), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return Findings(database.Name, AuditCheck.Run(audit.Ledger(), audit.Records(), [.. audit.Heads(), .. kept], key));
    }

    /// <summary>A chain that is broken is not signed: the signature would cover the break.</summary>
    private void Sign(AuditChain audit, AuditKey? publicKey, string signingKey)
    {
        if (AuditCheck.Run(audit.Ledger(), audit.Records(), audit.Heads(), publicKey).Break is not null)
        {
            return;
        }

        using var key = AuditKey.Load(signingKey);
        foreach (var head in audit.Sign(key, time))
        {
            terminal.Output.Write(Encoding.UTF8.GetBytes(head.ToJson() + "\n"));
        }
    }

    private List<AuditHead> KeptHeads(IReadOnlyList<string> files) =>
    [
        .. from file in files
           from line in File.ReadLines(file)
           where line.Length > 0
           select AuditHead.FromJson(line) ?? throw new LedgerException(string.Format(CultureInfo.InvariantCulture, _texts.NoHead, file)),
    ];

    private List<Finding> Findings(string subject, AuditVerdict verdict)
    {
        var findings = new List<Finding>
        {
            verdict.Break is { } broken
                ? new Finding("audit", subject, FindingState.Bad, Format(_texts.Broken, broken.Sequence, _texts.Faults[broken.Fault]), _texts.BrokenAdvice)
                : new Finding("audit", subject, FindingState.Good, Format(_texts.Whole, verdict.Records)),
        };
        if (verdict.CheckedHeads + verdict.UncheckedHeads > 0)
        {
            var state = verdict.UncheckedHeads > 0 ? FindingState.Doubtful : FindingState.Good;
            findings.Add(new Finding("audit-heads", subject, state, Format(_texts.Heads, verdict.CheckedHeads, verdict.UncheckedHeads), state == FindingState.Good ? "" : _texts.KeyAdvice));
        }
        else if (verdict.Unsigned > 0)
        {
            findings.Add(new Finding("audit-heads", subject, FindingState.Doubtful, Format(_texts.Unsigned, verdict.Unsigned), _texts.SignAdvice));
        }

        return findings;
    }

    private static string Format(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
