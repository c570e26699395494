using MinerFlow.Ledger.Audit;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Doctor;

/// <summary>Words of <c>minerflow doctor audit</c>.</summary>
internal sealed record AuditTexts
{
    public required string Verb { get; init; }

    public required string Chain { get; init; }

    public required string Ledger { get; init; }

    public required string PublicKey { get; init; }

    public required string Head { get; init; }

    public required string Sign { get; init; }

    public required string Export { get; init; }

    public required string OneSource { get; init; }

    public required string SignNeedsLedger { get; init; }

    /// <summary>{0} records.</summary>
    public required string Whole { get; init; }

    /// <summary>{0} number of the record, {1} what is wrong.</summary>
    public required string Broken { get; init; }

    public required string BrokenAdvice { get; init; }

    public required IReadOnlyDictionary<AuditFault, string> Faults { get; init; }

    /// <summary>{0} heads whose signature fits, {1} heads not checked.</summary>
    public required string Heads { get; init; }

    public required string KeyAdvice { get; init; }

    /// <summary>{0} records behind the last head.</summary>
    public required string Unsigned { get; init; }

    public required string SignAdvice { get; init; }

    /// <summary>{0} file.</summary>
    public required string NoHead { get; init; }

    public static AuditTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly AuditTexts English = new()
    {
        Verb = "Check the audit chain of a ledger, or of an exported file, and sign its days",
        Chain = "Exported chain to check instead of a ledger",
        Ledger = "Ledger: an SQLite file or postgresql://user@host/database",
        PublicKey = "Public key of the signed heads, PEM; without it signatures are not checked",
        Head = "Signed heads kept elsewhere, one JSON object a line; the chain must agree with them",
        Sign = "Sign the days that are over with this EC P-256 key (PEM) and print their heads",
        Export = "Write the chain and its heads to a file that can be checked anywhere",
        OneSource = "name either an exported chain or --ledger",
        SignNeedsLedger = "--sign and --export need --ledger",
        Whole = "whole: {0} records, each behind the one before",
        Broken = "broken at record {0}: {1}",
        BrokenAdvice = "keep the ledger as it is, and compare with its backups and with the heads that were sent out",
        Faults = new Dictionary<AuditFault, string>
        {
            [AuditFault.Missing] = "it is missing",
            [AuditFault.Changed] = "it is not as it was written",
            [AuditFault.CutOff] = "it and those behind it are missing, a signed head still names them",
            [AuditFault.Rewritten] = "its hash is not the one a signed head names",
            [AuditFault.BadSignature] = "the signature of the head there does not fit",
            [AuditFault.OtherLedger] = "the head there is of another ledger",
        },
        Heads = "{0} signed heads agree, {1} not checked",
        KeyAdvice = "give the public key with --public-key",
        Unsigned = "{0} records behind the last signed head",
        SignAdvice = "sign the days that are over with --sign KEY, and keep the heads elsewhere",
        NoHead = "{0}: holds a line that is no signed head",
    };

    private static readonly AuditTexts Chinese = new()
    {
        Verb = "校验台账(或导出文件)的审计链,并对已结束的日期签名",
        Chain = "要校验的导出审计链(代替台账)",
        Ledger = "台账:SQLite 文件,或 postgresql://用户@主机/数据库",
        PublicKey = "链头签名的公钥(PEM);未给出则不校验签名",
        Head = "另行保存的已签名链头,每行一个 JSON 对象;审计链须与其一致",
        Sign = "用此 EC P-256 私钥(PEM)对已结束的日期签名,并输出链头",
        Export = "把审计链及链头写入文件,可在任何地方校验",
        OneSource = "请给出导出的审计链或 --ledger 之一",
        SignNeedsLedger = "--sign 与 --export 须同时给出 --ledger",
        Whole = "完整:共 {0} 条记录,逐条相接",
        Broken = "在第 {0} 条记录处断裂:{1}",
        BrokenAdvice = "保持台账原状,与备份及已报送的链头比对",
        Faults = new Dictionary<AuditFault, string>
        {
            [AuditFault.Missing] = "该记录缺失",
            [AuditFault.Changed] = "该记录已非写入时的内容",
            [AuditFault.CutOff] = "该记录及其后的记录缺失,而已签名的链头仍指向它们",
            [AuditFault.Rewritten] = "其摘要与已签名链头所载不符",
            [AuditFault.BadSignature] = "该处链头的签名不符",
            [AuditFault.OtherLedger] = "该处链头属于另一台账",
        },
        Heads = "已签名链头相符 {0} 个,未校验 {1} 个",
        KeyAdvice = "请用 --public-key 给出公钥",
        Unsigned = "最后一个已签名链头之后有 {0} 条记录",
        SignAdvice = "用 --sign KEY 对已结束的日期签名,并另行保存链头",
        NoHead = "{0}:其中有一行不是已签名的链头",
    };
}
