using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow ingest</c>.</summary>
internal sealed record IngestTexts
{
    public required string Verb { get; init; }

    public required string Store { get; init; }

    public required string Keys { get; init; }

    public required string Flows { get; init; }

    public required string Quarantine { get; init; }

    public required string KeepDays { get; init; }

    public required string DryRun { get; init; }

    public required string DryRunOfWhat { get; init; }

    public required string NothingToDo { get; init; }

    public required string NeedsStore { get; init; }

    /// <summary>{0} file, {1} lines.</summary>
    public required string FileRead { get; init; }

    /// <summary>{0} file.</summary>
    public required string FileKnown { get; init; }

    /// <summary>{0} file, {1} count, {2} reason.</summary>
    public required string Rejected { get; init; }

    /// <summary>{0} file, {1} datagrams.</summary>
    public required string Others { get; init; }

    /// <summary>{0} file, {1} bytes.</summary>
    public required string Unfinished { get; init; }

    /// <summary>{0} lines.</summary>
    public required string Late { get; init; }

    /// <summary>{0} lines.</summary>
    public required string TooLate { get; init; }

    /// <summary>{0} number.</summary>
    public required string Refused { get; init; }

    /// <summary>{0} number.</summary>
    public required string TooManyDevices { get; init; }

    /// <summary>{0} records, {1} intervals told, {2} rows in the store, {3} MB.</summary>
    public required string Summary { get; init; }

    /// <summary>{0} first day kept, {1} days, {2} rows, {3} MB.</summary>
    public required string Dropped { get; init; }

    /// <summary>As <see cref="Dropped"/>.</summary>
    public required string WouldDrop { get; init; }

    /// <summary>{0} file, {1} bytes.</summary>
    public required string Reading { get; init; }

    public static IngestTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly IngestTexts English = new()
    {
        Verb = "Take logs of subscribers into an interval store, which attribute --store asks; a file given twice changes nothing",
        Store = "Folder of the interval store; made when it is not there",
        Keys = "Folder of the store's keys (default: the store's name with .keys behind it); whoever deletes a day's key deletes the day",
        Flows = "IPFIX messages in a file, or a capture of IPFIX, NetFlow 9 or H3C flow logs on their way; repeatable",
        Quarantine = "Write lines that are not understood to this file, as they stand: they hold personal data",
        KeepDays = "Delete what ended so many days before the newest line",
        DryRun = "With --keep-days: only say what would be deleted",
        DryRunOfWhat = "--dry-run goes with --keep-days",
        NothingToDo = "give at least one log (--radius, --nat-log, --flows, --dhcp), or --keep-days",
        NeedsStore = "--store DIR is needed",
        FileRead = "{0}: {1} read",
        FileKnown = "{0}: already in the store",
        Rejected = "{0}: {1} not understood: {2}",
        Others = "{0}: {1} datagrams of other protocols, passed over",
        Unfinished = "{0}: the last line has no end yet ({1} bytes); it is left for the next time",
        Late = "{0} translation events are older than what the store already had of their device; they were joined with what it has of their time",
        TooLate = "{0} translation events are older than what the store already has of their device, and were not used: too many of them came at once",
        Refused = "{0} intervals were not taken, for no question could find them: no time between start and end, times outside of 1990 to 2100, or a name longer than 253 bytes",
        TooManyDevices = "{0} intervals were not taken: the store knows 65,535 devices, and theirs are none of them; see whether the logs really name their devices, or use a second store",
        Summary = "{0} records, {1} versions of intervals; the store holds {2} rows in {3:0.0} MB",
        Dropped = "deleted what ended before {0}: {1} days, {2} rows, {3:0.0} MB",
        WouldDrop = "would delete what ended before {0}: {1} days, {2} rows, {3:0.0} MB",
        Reading = "{0}: {1:0.0} MB",
    };

    private static readonly IngestTexts Chinese = new()
    {
        Verb = "将用户日志入库(区间库),供 attribute --store 查询;同一文件重复给出不产生任何变化",
        Store = "区间库目录,不存在则新建",
        Keys = "区间库密钥目录(默认:库目录名加 .keys);删除某日密钥即删除该日数据",
        Flows = "IPFIX 消息文件,或含 IPFIX、NetFlow 9、H3C 流日志的抓包文件,可重复",
        Quarantine = "将无法识别的行原样写入该文件(含个人信息)",
        KeepDays = "删除在最新日志之前若干天就已结束的数据",
        DryRun = "与 --keep-days 同用:只说明将删除什么",
        DryRunOfWhat = "--dry-run 须与 --keep-days 同用",
        NothingToDo = "请至少给出一种日志(--radius、--nat-log、--flows、--dhcp)或 --keep-days",
        NeedsStore = "须给出 --store 目录",
        FileRead = "{0}:读取 {1} 条",
        FileKnown = "{0}:已在库中",
        Rejected = "{0}:{1} 条无法识别:{2}",
        Others = "{0}:另有 {1} 个其他协议的报文,已略过",
        Unfinished = "{0}:最后一行尚未写完({1} 字节),留待下次",
        Late = "{0} 条 NAT 事件早于库中该设备已有的内容,已与库中该时段的内容合并",
        TooLate = "{0} 条 NAT 事件早于库中该设备已有的内容,且一次过多,未采用",
        Refused = "{0} 条区间未采用,因为任何查询都查不到:起止之间没有时间、时间不在 1990 至 2100 年,或名称超过 253 字节",
        TooManyDevices = "{0} 条区间未采用:库中已有 65535 台设备,它们的设备不在其中;请确认日志中的设备名是否属实,或另建一个库",
        Summary = "共 {0} 条记录,{1} 个区间版本;库中有 {2} 行,{3:0.0} MB",
        Dropped = "已删除 {0} 之前结束的数据:{1} 天,{2} 行,{3:0.0} MB",
        WouldDrop = "将删除 {0} 之前结束的数据:{1} 天,{2} 行,{3:0.0} MB",
        Reading = "{0}:{1:0.0} MB",
    };
}
