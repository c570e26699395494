using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>The words of <c>minerflow report</c>, one instance for each language.</summary>
internal sealed record ReportCommandTexts
{
    public static readonly ReportCommandTexts English = new()
    {
        Verb = "Forms for the regulator: take a snapshot of the ledger, then write forms of it",
        Snapshot = "Freeze everything the forms need as it stands now",
        List = "Snapshots taken so far",
        Write = "Write the forms of a snapshot; the same snapshot gives the same files",
        Batch = "Only rows of this list (default: all lists)",
        Purpose = "What it is for; kept with the snapshot",
        Register = "CSV file with the register: {0}",
        Form = "Only this form (default: all); see rules/forms/forms.csv",
        Output = "Folder for the files (default: here)",
        Csv = "A CSV file beside each sheet, in this character set",
        Release = "Number of a release: people of its list are shown in clear, and the files count as sent to its recipient",
        Recipient = "Masked files count as sent to this recipient",
        Template = "Fill this workbook of yours (.xlsx with {{placeholders}}) instead",
        BadCombination = "--recipient is for masked files; a release names its own recipient",
        NoBatchOfRelease = "no list of the snapshot has the release {0}",
        TemplateBad = "{0} problems in the template; nothing was written",
        Columns = ["snapshot", "taken", "by", "week", "answers", "cases", "purpose", "sha256"],
        FileColumns = ["form", "file", "sha256"],
        AskRelease = "Ask for clear data of a list; another person has to approve it",
        ApproveRelease = "Approve what another person asked for",
        WithdrawRelease = "Take a release back at once",
        Releases = "Releases of a list",
        LegalBasis = "The legal ground, chosen by the people who answer for it",
        ReleaseRecipient = "To whom the clear data goes",
        Until = "When the release ends",
        ReleaseColumns = ["release", "list", "recipient", "purpose", "ground", "asked by", "approved by", "until", "withdrawn"],
    };

    public static readonly ReportCommandTexts Chinese = new()
    {
        Verb = "报送表格:先对台账取快照,再据快照生成表格",
        Snapshot = "冻结此刻报表所需的全部内容",
        List = "已取的快照",
        Write = "据快照生成表格;同一快照生成的文件逐字节相同",
        Batch = "只含该清单的行(默认全部清单)",
        Purpose = "用途,与快照一并保存",
        Register = "登记表 CSV 文件:{0}",
        Form = "只生成该表(默认全部),见 rules/forms/forms.csv",
        Output = "输出目录(默认当前目录)",
        Csv = "每个表另存一份 CSV,采用该字符集",
        Release = "解除脱敏批准编号:该清单涉及的人员以明文显示,文件记为已报送其接收方",
        Recipient = "脱敏文件记为已报送该接收方",
        Template = "改为填写您自己的工作簿模板(.xlsx,含 {{占位符}})",
        BadCombination = "--recipient 用于脱敏文件;解除脱敏批准已写明接收方",
        NoBatchOfRelease = "快照中没有哪个清单有解除脱敏批准 {0}",
        TemplateBad = "模板有 {0} 处问题,未生成文件",
        Columns = ["快照", "时点", "取快照人", "周", "核查事项", "案件", "用途", "摘要"],
        FileColumns = ["表格", "文件", "摘要"],
        AskRelease = "申请某清单的明文数据,须由另一人批准",
        ApproveRelease = "批准他人的申请",
        WithdrawRelease = "立即收回解除脱敏批准",
        Releases = "某清单的解除脱敏批准",
        LegalBasis = "法律依据,由负责人员确定",
        ReleaseRecipient = "明文数据的接收方",
        Until = "有效期至",
        ReleaseColumns = ["批准编号", "清单", "接收方", "用途", "依据", "申请人", "批准人", "有效至", "收回时间"],
    };

    public required string Verb { get; init; }

    public required string Snapshot { get; init; }

    public required string List { get; init; }

    public required string Write { get; init; }

    public required string Batch { get; init; }

    public required string Purpose { get; init; }

    /// <summary>{0} register.</summary>
    public required string Register { get; init; }

    public required string Form { get; init; }

    public required string Output { get; init; }

    public required string Csv { get; init; }

    public required string Release { get; init; }

    public required string Recipient { get; init; }

    public required string Template { get; init; }

    public required string BadCombination { get; init; }

    /// <summary>{0} number.</summary>
    public required string NoBatchOfRelease { get; init; }

    /// <summary>{0} how many.</summary>
    public required string TemplateBad { get; init; }

    /// <summary>Of snapshots.</summary>
    public required string[] Columns { get; init; }

    /// <summary>Of files.</summary>
    public required string[] FileColumns { get; init; }

    public required string AskRelease { get; init; }

    public required string ApproveRelease { get; init; }

    public required string WithdrawRelease { get; init; }

    public required string Releases { get; init; }

    public required string LegalBasis { get; init; }

    public required string ReleaseRecipient { get; init; }

    public required string Until { get; init; }

    /// <summary>Of releases.</summary>
    public required string[] ReleaseColumns { get; init; }

    public static ReportCommandTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
