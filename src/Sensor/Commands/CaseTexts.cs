using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of <c>minerflow case</c>.</summary>
internal sealed record CaseTexts
{
    public required string Verb { get; init; }

    public required string List { get; init; }

    public required string Show { get; init; }

    public required string Report { get; init; }

    public required string Move { get; init; }

    public required string Act { get; init; }

    public required string Observe { get; init; }

    public required string Clear { get; init; }

    public required string Hold { get; init; }

    public required string Scan { get; init; }

    public required string Coverage { get; init; }

    public required string Region { get; init; }

    public required string State { get; init; }

    public required string After { get; init; }

    public required string Most { get; init; }

    public required string Account { get; init; }

    public required string Days { get; init; }

    public required string Source { get; init; }

    public required string LetGo { get; init; }

    public required string From { get; init; }

    public required string To { get; init; }

    public required string NoSource { get; init; }

    public required string NoSpan { get; init; }

    /// <summary>{0} case.</summary>
    public required string Opened { get; init; }

    /// <summary>{0} case, {1} state.</summary>
    public required string Moved { get; init; }

    /// <summary>{0} sightings, {1} of subjects the ledger knows.</summary>
    public required string Scanned { get; init; }

    /// <summary>Titles of columns by their name in the machine format.</summary>
    public required IReadOnlyDictionary<string, string> Titles { get; init; }

    public static CaseTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    private static readonly CaseTexts English = new()
    {
        Verb = "Cases on their way to zero, one for each subject",
        List = "Cases by region and state",
        Show = "One case: how it came to its state, who, when and why",
        Report = "Open a case from a tip that no list brought",
        Move = "Bring a case to its next state",
        Act = "Say what was done: Notice, Interview, MalwareRemoved, Suspended, Terminated or HandedOver",
        Observe = "Begin the observation that is to prove zero",
        Clear = "Say that it is at zero; refused unless the observation is over, silent and complete",
        Hold = "Hold a case against deletion, or let it go",
        Scan = "Tell cases what the sensors saw: relapses and mining under observation",
        Coverage = "Say that a sensor or log was healthy from one moment to another",
        Region = "Code of the region",
        State = "State: Lead, Verifying, Reviewing, Handling, AwaitingProof, Observing, Cleared, Relapsed or Dismissed",
        After = "Only cases behind this number",
        Most = "How many at most (default 100)",
        Account = "Account or line number that the tip names",
        Days = "Length of the observation in days (default 7)",
        Source = "Sensor or log whose silence is to prove it; repeatable",
        LetGo = "Let it go instead",
        From = "First moment",
        To = "End, exclusive",
        NoSource = "name at least one sensor or log with --source",
        NoSpan = "--from and --to must both be given, --to the later one",
        Opened = "case {0}",
        Moved = "case {0}: {1}",
        Scanned = "{0} sightings told, {1} of them of known subjects",
        Titles = new Dictionary<string, string>
        {
            ["case"] = "case",
            ["region"] = "region",
            ["state"] = "state",
            ["subject"] = "subject",
            ["judgement"] = "judgement",
            ["k1"] = "K1",
            ["k2"] = "K2",
            ["k3"] = "K3",
            ["opened"] = "opened",
            ["state_since"] = "since",
            ["last_seen"] = "last seen",
            ["measure"] = "measure",
            ["observe_until"] = "observed until",
            ["months"] = "months",
            ["relapses"] = "relapses",
            ["held"] = "held",
            ["step"] = "step",
            ["at"] = "at",
            ["actor"] = "who",
            ["duty"] = "duty",
            ["from"] = "from",
            ["to"] = "to",
            ["reason"] = "why",
        },
    };

    private static readonly CaseTexts Chinese = new()
    {
        Verb = "案件台账:一个主体一案,直至清零",
        List = "按县区与状态列出案件",
        Show = "单个案件:由谁、何时、因何到达当前状态",
        Report = "由清单之外的线索立案",
        Move = "转入下一状态",
        Act = "登记处置措施:告知、约谈、清除木马、暂停接入、终止服务、移交",
        Observe = "开始用于证明清零的观察期",
        Clear = "确认清零;观察期未满、有发现或覆盖不完整则不予办理",
        Hold = "案件保全(不得删除),或解除保全",
        Scan = "把探针的发现告知案件:复发、观察期内再现",
        Coverage = "登记探针或日志在某一时段内运行正常",
        Region = "县(市、区)代码",
        State = "状态:线索、核实、复核、处置、待验证、观察期、已清零、复发、已排除",
        After = "只列此编号之后的案件",
        Most = "最多列出多少(默认 100)",
        Account = "线索所指的账号或专线号",
        Days = "观察期天数(默认 7)",
        Source = "以其静默作证的探针或日志,可重复",
        LetGo = "改为解除保全",
        From = "起始时间",
        To = "结束时间(不含)",
        NoSource = "请用 --source 至少指定一个探针或日志",
        NoSpan = "--from 与 --to 须同时给出,且 --to 在后",
        Opened = "案件 {0}",
        Moved = "案件 {0}:{1}",
        Scanned = "已告知发现 {0} 条,其中属已知主体 {1} 条",
        Titles = new Dictionary<string, string>
        {
            ["case"] = "案件",
            ["region"] = "县(市、区)",
            ["state"] = "状态",
            ["subject"] = "主体",
            ["judgement"] = "研判结论",
            ["k1"] = "区域集中式",
            ["k2"] = "政府国企资源",
            ["k3"] = "比特币",
            ["opened"] = "立案时间",
            ["state_since"] = "状态起始",
            ["last_seen"] = "最近发现",
            ["measure"] = "处置措施",
            ["observe_until"] = "观察至",
            ["months"] = "未清零月数",
            ["relapses"] = "复发次数",
            ["held"] = "保全",
            ["step"] = "步骤",
            ["at"] = "时间",
            ["actor"] = "经办人",
            ["duty"] = "职责",
            ["from"] = "原状态",
            ["to"] = "新状态",
            ["reason"] = "理由",
        },
    };
}
