using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>What the doctor says, one instance for each language.</summary>
internal sealed record DoctorTexts
{
    /// <summary>Says what other rooms found wrong.</summary>
    public required ProblemTexts Problems { get; init; }

    public required IReadOnlyDictionary<FindingState, string> States { get; init; }

    /// <summary>{0} good, {1} doubtful, {2} bad.</summary>
    public required string Summary { get; init; }

    public required string SettingsAdvice { get; init; }

    public required string NoInterface { get; init; }

    /// <summary>{0} names of interfaces.</summary>
    public required string InterfaceAdvice { get; init; }

    public required string InterfaceDown { get; init; }

    /// <summary>{0} interface.</summary>
    public required string InterfaceUpAdvice { get; init; }

    public required string NoCarrier { get; init; }

    public required string CarrierAdvice { get; init; }

    /// <summary>{0} MTU.</summary>
    public required string InterfaceUp { get; init; }

    public required string FramesJoined { get; init; }

    public required string FramesNotJoined { get; init; }

    public required string OffloadsUnknown { get; init; }

    /// <summary>{0} interface.</summary>
    public required string OffloadAdvice { get; init; }

    public required string StampedByKernel { get; init; }

    /// <summary>{0} number of the card's clock, here and below.</summary>
    public required string CardCouldStamp { get; init; }

    public required string StampedByCard { get; init; }

    public required string CardCannotStamp { get; init; }

    public required string StampAdvice { get; init; }

    public required string OneNode { get; init; }

    /// <summary>{0} processors, {1} node.</summary>
    public required string WorkersNear { get; init; }

    /// <summary>{0} processors, {1} node.</summary>
    public required string WorkersFar { get; init; }

    /// <summary>{0} node.</summary>
    public required string WorkersAnywhere { get; init; }

    /// <summary>{0} workers, {1} number of processors, {2} node.</summary>
    public required string WorkersTooMany { get; init; }

    /// <summary>{0} processors.</summary>
    public required string PlacementAdvice { get; init; }

    /// <summary>{0} frames.</summary>
    public required string CardMissed { get; init; }

    /// <summary>{0} interface.</summary>
    public required string MissedAdvice { get; init; }

    public required string NoPrivilegeNeeded { get; init; }

    public required string MayCapture { get; init; }

    public required string MayNotCapture { get; init; }

    public required string PrivilegeAdvice { get; init; }

    /// <summary>{0} workers.</summary>
    public required string RingOpens { get; init; }

    public required string RingAdvice { get; init; }

    /// <summary>{0} bytes needed, {1} bytes there.</summary>
    public required string MemoryNeeded { get; init; }

    public required string MemoryAdvice { get; init; }

    public required string ClockFree { get; init; }

    /// <summary>{0} seconds.</summary>
    public required string ClockOff { get; init; }

    public required string ClockAdvice { get; init; }

    /// <summary>{0} bytes.</summary>
    public required string DiskFree { get; init; }

    /// <summary>{0} bytes.</summary>
    public required string DiskAdvice { get; init; }

    public required string DiskWriteAdvice { get; init; }

    public required string LedgerNew { get; init; }

    /// <summary>{0} sightings.</summary>
    public required string LedgerHolds { get; init; }

    public required string LedgerAdvice { get; init; }

    /// <summary>{0} where the feed leads.</summary>
    public required string FeedAdvice { get; init; }

    /// <summary>{0} rules, {1} intervals.</summary>
    public required string RulesGood { get; init; }

    public required string RulesAdvice { get; init; }

    /// <summary>{0} lines.</summary>
    public required string LinesLeftOut { get; init; }

    public required string LinesAdvice { get; init; }

    public static DoctorTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly DoctorTexts English = new()
    {
        Problems = ProblemTexts.English,
        States = new Dictionary<FindingState, string> { [FindingState.Good] = "good", [FindingState.Doubtful] = "doubtful", [FindingState.Bad] = "bad" },
        Summary = "{0} good, {1} doubtful, {2} bad",
        SettingsAdvice = "correct the setting; minerflow run will not start with it",
        NoInterface = "there is no such interface",
        InterfaceAdvice = "name one of {0}",
        InterfaceDown = "the interface is down",
        InterfaceUpAdvice = "ip link set {0} up",
        NoCarrier = "the interface is up, but nothing is on the other end",
        CarrierAdvice = "look at the cable, the module and the port that mirrors to it",
        InterfaceUp = "up, MTU {0}",
        FramesJoined = "received frames are joined to larger ones (GRO or LRO): lengths and times are not those of the wire",
        FramesNotJoined = "received frames come as they were on the wire",
        OffloadsUnknown = "the driver does not tell of offloads",
        OffloadAdvice = "ethtool -K {0} gro off lro off",
        StampedByKernel = "the kernel's clock stamps the frames",
        CardCouldStamp = "the kernel's clock stamps the frames; the card could do so itself (/dev/ptp{0})",
        StampedByCard = "the card stamps the frames itself; its clock /dev/ptp{0} must be kept right by ptp4l or phc2sys",
        CardCannotStamp = "the card cannot stamp frames itself, as HardwareTimestamps asks; the kernel's clock does",
        StampAdvice = "leave HardwareTimestamps out, or listen on a card that ethtool -T shows to stamp all frames received",
        OneNode = "no processor is nearer to the interface than another",
        WorkersNear = "the workers are kept on processors {0}, on the card's memory node {1}",
        WorkersFar = "processors {0} are not on the card's memory node {1}: every frame is read from afar",
        WorkersAnywhere = "the card is on memory node {0}, and the workers run anywhere",
        WorkersTooMany = "{0} workers are to be near the card, and its memory node {2} has {1} processors that this process may use",
        PlacementAdvice = "set Capture:Interfaces:0:NearCard, or name Processors among {0}, with no more Workers than these",
        CardMissed = "the card has lost {0} frames before the kernel saw them",
        MissedAdvice = "larger receive queues (ethtool -G {0} rx MAX) and more workers",
        NoPrivilegeNeeded = "following files needs no privilege",
        MayCapture = "CAP_NET_RAW is there",
        MayNotCapture = "CAP_NET_RAW is missing",
        PrivilegeAdvice = "start under the systemd unit, or: setcap cap_net_raw+ep minerflow",
        RingOpens = "{0} workers can listen",
        RingAdvice = "do what the message says; smaller Capture:Interfaces:0:RingMegabytes when memory is short",
        MemoryNeeded = "rings, flow tables and streams may take {0} of {1}",
        MemoryAdvice = "lower Capture:Interfaces:0:RingMegabytes, Flows:FlowSlots or Flows:StreamBytesTotal, or give the machine more",
        ClockFree = "the clock is not synchronised: who had an address at a time cannot be told for certain",
        ClockOff = "offset {0:0.000000} s",
        ClockAdvice = "run chrony or ntpd against the clock that the access servers' logs follow",
        DiskFree = "{0} free",
        DiskAdvice = "keep {0} free, as much as the spool may take (Spool:MaxBytes)",
        DiskWriteAdvice = "the service's user must be able to write there",
        LedgerNew = "will be begun by minerflow run",
        LedgerHolds = "{0} sightings",
        LedgerAdvice = "do what the message says, or name another file",
        FeedAdvice = "start the receiver at {0}, or correct the feed's settings; until then its records wait in the ledger",
        RulesGood = "{0} rules, {1} subscriber intervals",
        RulesAdvice = "correct the file; minerflow rules check tells all problems of the rules",
        LinesLeftOut = "{0} lines of subscriber sources cannot be used",
        LinesAdvice = "minerflow replay with the same sources names each line",
    };

    private static readonly DoctorTexts Chinese = new()
    {
        Problems = ProblemTexts.Chinese,
        States = new Dictionary<FindingState, string> { [FindingState.Good] = "正常", [FindingState.Doubtful] = "存疑", [FindingState.Bad] = "有误" },
        Summary = "正常 {0} 项,存疑 {1} 项,有误 {2} 项",
        SettingsAdvice = "请改正该设置,否则 minerflow run 无法启动",
        NoInterface = "没有这个接口",
        InterfaceAdvice = "可用接口:{0}",
        InterfaceDown = "接口未启用",
        InterfaceUpAdvice = "ip link set {0} up",
        NoCarrier = "接口已启用,但对端无信号",
        CarrierAdvice = "检查线缆、光模块和镜像端口",
        InterfaceUp = "已启用,MTU {0}",
        FramesJoined = "收到的帧被合并(GRO 或 LRO):长度和时间与线路上不符",
        FramesNotJoined = "收到的帧与线路上一致",
        OffloadsUnknown = "驱动未报告卸载功能",
        OffloadAdvice = "ethtool -K {0} gro off lro off",
        StampedByKernel = "由内核时钟打时间戳",
        CardCouldStamp = "由内核时钟打时间戳;该网卡也可自行打时间戳(/dev/ptp{0})",
        StampedByCard = "由网卡自行打时间戳;其时钟 /dev/ptp{0} 须由 ptp4l 或 phc2sys 校准",
        CardCannotStamp = "已设 HardwareTimestamps,但该网卡不能自行打时间戳,仍由内核时钟打",
        StampAdvice = "去掉 HardwareTimestamps,或改用 ethtool -T 显示可为全部接收帧打时间戳的网卡",
        OneNode = "各处理器与该接口的距离相同",
        WorkersNear = "工作线程固定在处理器 {0},位于网卡所在内存节点 {1}",
        WorkersFar = "处理器 {0} 不在网卡所在内存节点 {1}:每帧都须跨节点读取",
        WorkersAnywhere = "网卡位于内存节点 {0},工作线程未固定",
        WorkersTooMany = "{0} 个工作线程应靠近网卡,但其内存节点 {2} 只有 {1} 个本进程可用的处理器",
        PlacementAdvice = "设置 Capture:Interfaces:0:NearCard,或在 Processors 中指定 {0} 之中的处理器,Workers 不多于其数",
        CardMissed = "网卡在内核之前已丢失 {0} 帧",
        MissedAdvice = "加大接收队列(ethtool -G {0} rx MAX)并增加工作线程",
        NoPrivilegeNeeded = "读取文件不需要特权",
        MayCapture = "具有 CAP_NET_RAW",
        MayNotCapture = "缺少 CAP_NET_RAW",
        PrivilegeAdvice = "用 systemd 单元启动,或执行:setcap cap_net_raw+ep minerflow",
        RingOpens = "{0} 个工作线程可以采集",
        RingAdvice = "按提示处理;内存不足时调小 Capture:Interfaces:0:RingMegabytes",
        MemoryNeeded = "环形缓冲、流表和流数据最多占用 {0},共有 {1}",
        MemoryAdvice = "调小 Capture:Interfaces:0:RingMegabytes、Flows:FlowSlots 或 Flows:StreamBytesTotal,或增加内存",
        ClockFree = "时钟未同步:无法确定某一时刻地址归谁使用",
        ClockOff = "偏差 {0:0.000000} 秒",
        ClockAdvice = "运行 chrony 或 ntpd,与接入设备日志使用同一时钟源",
        DiskFree = "剩余 {0}",
        DiskAdvice = "请保留 {0},即暂存区上限(Spool:MaxBytes)",
        DiskWriteAdvice = "服务所用账户须能写入该处",
        LedgerNew = "将由 minerflow run 新建",
        LedgerHolds = "{0} 条线索",
        LedgerAdvice = "按提示处理,或改用其他文件",
        FeedAdvice = "请启动 {0} 的接收方,或改正该推送的设置;在此之前记录保存在台账中",
        RulesGood = "{0} 条规则,{1} 个用户时段",
        RulesAdvice = "请改正文件;minerflow rules check 可列出规则的全部问题",
        LinesLeftOut = "用户资料中有 {0} 行无法使用",
        LinesAdvice = "用相同资料运行 minerflow replay 可列出每一行",
    };
}
