using MinerFlow.Ledger.Retention;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow ledger</c>.</summary>
internal sealed record LedgerTexts
{
    public required string Verb { get; init; }

    public required string Backup { get; init; }

    public required string Restore { get; init; }

    public required string RotateKeys { get; init; }

    public required string Retention { get; init; }

    public required string Plan { get; init; }

    public required string Approve { get; init; }

    /// <summary>{0} rows, {1} file.</summary>
    public required string BackedUp { get; init; }

    /// <summary>{0} rows, {1} file.</summary>
    public required string Restored { get; init; }

    /// <summary>{0} keys.</summary>
    public required string Rotated { get; init; }

    public required string NothingExpired { get; init; }

    /// <summary>{0} purge.</summary>
    public required string Planned { get; init; }

    public required string ClassTitle { get; init; }

    public required string DaysTitle { get; init; }

    public required string CountTitle { get; init; }

    public required string ItemsTitle { get; init; }

    public required IReadOnlyDictionary<Enum, string> Classes { get; init; }

    public static LedgerTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly LedgerTexts English = new()
    {
        Verb = "Look after the ledger: backups, keys, deletion",
        Backup = "Write the ledger to one file while others work; the keys of personal data are not in it",
        Restore = "Put a backup into a new, empty ledger, on either database",
        RotateKeys = "Take a new master key for the keys of personal data",
        Retention = "Show what has been kept long enough; nothing is changed",
        Plan = "Plan to delete what has been kept long enough",
        Approve = "Approve another person's plan: keys are destroyed, a tombstone stays in the audit chain",
        BackedUp = "{0} rows to {1}",
        Restored = "{0} rows from {1}; before the next package is queued, say for each destination with minerflow push resume which number its recipient has last",
        Rotated = "{0} keys sealed anew",
        NothingExpired = "nothing has expired",
        Planned = "purge {0}: another person approves it with minerflow ledger approve {0}",
        ClassTitle = "class",
        DaysTitle = "days",
        CountTitle = "count",
        ItemsTitle = "items",
        Classes = new Dictionary<Enum, string>(),
    };

    private static readonly LedgerTexts Chinese = new()
    {
        Verb = "台账维护:备份、密钥、到期删除",
        Backup = "在他人办理业务的同时把台账写入一个文件;不含个人信息密钥",
        Restore = "把备份恢复到新的空台账(两种数据库均可)",
        RotateKeys = "更换个人信息密钥的主密钥",
        Retention = "列出保存期已满的数据(仅预演,不作改动)",
        Plan = "拟定到期删除计划",
        Approve = "审批他人拟定的删除计划:销毁密钥,审计链中留存删除凭证",
        BackedUp = "已写入 {0} 行:{1}",
        Restored = "已恢复 {0} 行:{1};再次排队前,须用 minerflow push resume 逐个通道说明接收方已收到的最后序号",
        Rotated = "已重新封装密钥 {0} 个",
        NothingExpired = "没有保存期已满的数据",
        Planned = "删除计划 {0}:须由他人以 minerflow ledger approve {0} 审批",
        ClassTitle = "类别",
        DaysTitle = "保存天数",
        CountTitle = "数量",
        ItemsTitle = "对象",
        Classes = new Dictionary<Enum, string>
        {
            [RetentionClass.Sighting] = "发现记录",
            [RetentionClass.Unconfirmed] = "未证实的个人信息",
            [RetentionClass.Cleared] = "已清零案件",
            [RetentionClass.Batch] = "已办结批次",
        },
    };
}
