using System.CommandLine;
using MinerFlow.Sensor.Doctor;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow doctor audit</c>.</summary>
internal sealed class AuditCommand
{
    private readonly CommandTexts _common;
    private readonly AuditTexts _texts;
    private readonly Option<string[]> _ledger;
    private readonly Option<string[]> _publicKey;
    private readonly Option<string[]> _head;
    private readonly Option<string[]> _sign;
    private readonly Option<string[]> _export;
    private readonly Option<string[]> _format;

    public AuditCommand(CommandTexts common, AuditTexts texts)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("audit", texts.Verb);
        Symbol.Arguments.Add(new Argument<string[]>("FILE") { Description = texts.Chain, Arity = ArgumentArity.ZeroOrMore });
        _ledger = Symbol.Valued("--ledger", "PLACE", texts.Ledger);
        _publicKey = Symbol.Valued("--public-key", "FILE", texts.PublicKey);
        _head = Symbol.Valued("--head", "FILE", texts.Head);
        _sign = Symbol.Valued("--sign", "FILE", texts.Sign);
        _export = Symbol.Valued("--export", "FILE", texts.Export);
        _format = Symbol.Valued("--format", "table|jsonl", common.DoctorFormat);
    }

    public Command Symbol { get; }

    public AuditOptions Bind(IReadOnlyList<string> plain, OptionReader reader)
    {
        foreach (var surplus in plain.Skip(1))
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var options = new AuditOptions
        {
            Chain = plain.Count > 0 ? plain[0] : null,
            Ledger = reader.One(_ledger),
            PublicKey = reader.ExistingFile(_publicKey),
            Heads = reader.ExistingFiles(_head),
            SigningKey = reader.ExistingFile(_sign),
            Export = reader.One(_export),
            InJson = reader.Choice(_format, 0, "table", "jsonl") == 1,
        };
        if (options.Chain is { } chain && !File.Exists(chain))
        {
            reader.Problem(_common.NoSuchFile, "FILE", chain);
        }

        if (options.Chain is null == options.Ledger is null)
        {
            reader.Problem(_texts.OneSource);
        }
        else if (options.Chain is not null && (options.SigningKey is not null || options.Export is not null))
        {
            reader.Problem(_texts.SignNeedsLedger);
        }

        return options;
    }
}
