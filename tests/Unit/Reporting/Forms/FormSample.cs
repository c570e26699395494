using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Forms;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Forms;

/// <summary>An invented snapshot with a line of every kind, and the forms as they are shipped.</summary>
internal sealed class FormSample : IDisposable
{
    public static readonly FormRelease Release = new("release:3", "1", "张核查", "李主管", "市发展改革委", "按文号报送", new DateTimeOffset(2022, 4, 15, 18, 0, 0, TimeSpan.FromHours(8)));

    private static readonly DateTimeOffset TakenAt = new(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8));

    private readonly TempFolder _folder = new();

    public FormSample()
    {
        Vault = PersonalVault.Open(_folder.PathOf("keys"));
        var problems = new List<Problem>();
        Rules = FormRules.Load(Path.Combine(Repository.Root, "rules"), problems);
        Assert.Empty(problems);
        Snapshot = Make();
    }

    public PersonalVault Vault { get; }

    public FormRules Rules { get; }

    public Snapshot Snapshot { get; set; }

    public TempFolder Folder => _folder;

    public FormSource Source(FormRelease? release = null) => new(Snapshot, new string('a', 64), new SnapshotPeople(Snapshot, Vault), release);

    public FormSet Set(FormRelease? release = null) => new(Rules, Snapshot, new string('a', 64), Vault, release);

    public FormLayout Layout(string form) => Rules.Kinds.Single(kind => kind.Name == form).Layout!;

    public static byte[] Bytes(FormFile file)
    {
        using var output = new MemoryStream();
        file.Write(output);
        return output.ToArray();
    }

    public SealedText Sealed(string key, string field, string text) => new(key, field, Vault.Seal(key, field, text));

    public static AnswerLine Answer(int row, string address, RowAnswer answer) => new()
    {
        Batch = "1",
        Table = "清单",
        Row = row,
        Ordinal = 1,
        BatchNumber = "2022-04",
        RegionCode = "140802",
        Region = "盐湖区",
        Address = address,
        Ports = "22017",
        Protocol = "TCP",
        From = TakenAt.AddDays(-1),
        To = TakenAt.AddDays(-1).AddSeconds(59),
        Answer = answer,
        Coin = "BTC",
        Pool = "pool.example:3333",
    };

    public void Dispose()
    {
        Vault.Dispose();
        _folder.Dispose();
    }

    private SubjectLine Subject(long id, Subscriber subscriber) =>
        new(id, Sealed($"subject:{id}", "identity", SightingDetail.ToJson(new SubjectIdentity($"yc0359{id:d6}", subscriber))));

    private Snapshot Make()
    {
        AnswerLine Located(int row, string address, long subject) => Answer(row, address, RowAnswer.Located) with
        {
            Subject = subject,
            Grade = "A",
            AddressKind = "cgn-pba",
            Judgement = Judgement.ActiveMining,
            Verifier = "王核查",
            Reviewer = "赵复核",
            ReviewedAt = TakenAt.AddHours(-2),
            IsBitcoin = true,
            OwnView = OwnView.Seen,
        };
        AnswerLine[] answers =
        [
            Located(2, "203.0.113.9", 1) with { Remark = Sealed("batch:1", "remark:0:2", "=HYPERLINK(\"http://example.invalid\")") },
            Located(3, "203.0.113.10", 2) with { IsPublicResource = true, IsPriority = true, RegionCode = "140881", Region = "永济市" },
            Located(4, "2001:db8:1:2::/64", 3) with { Judgement = Judgement.Infected, Grade = "B", OwnView = OwnView.NotSeen },
            Answer(5, "203.0.113.12", RowAnswer.Ambiguous) with
            {
                Judgement = Judgement.Undeterminable,
                Verifier = "王核查",
                Reviewer = "赵复核",
                Ports = null,
                Reason = "203.0.113.12,2022-04-07 21:03:00 至 2022-04-07 21:03:59（UTC+8）：该公网地址由多个用户共用，本时段该公网IP下有 14 个端口块，没有源端口不能确定是哪一个用户，不列出任何用户。缺少：源端口（请下发方按 RFC 6302 提供源端口与准确时间）。",
            },
            Answer(6, "203.0.113.13", RowAnswer.None) with { Judgement = Judgement.VisitOnly, Verifier = "王核查", Reviewer = "赵复核", RegionCode = null, Region = null },
            Answer(7, "198.51.100.7", RowAnswer.NotOurs),
            Answer(8, "10.0.0.1", RowAnswer.BadFormat) with { Problems = [new RowProblem(0, 8, 2, ListColumn.Address, RowProblemKind.ImpossibleAddress, "10.0.0.1", "10.0.0.1", "10.0.0.0/8")] },
            Answer(9, "203.0.113.9", RowAnswer.Duplicate) with { SameAs = new RowPlace(0, 2) },
        ];
        CaseLine Case(long id, CaseState state, long subject) => new()
        {
            Id = id,
            Subject = subject,
            RegionCode = "140802",
            Region = "盐湖区",
            State = state,
            Judgement = Judgement.ActiveMining,
            Moments = [new CaseMoment(CaseState.Handling, TakenAt.AddDays(-20)), new CaseMoment(state, TakenAt.AddDays(-1))],
            Batches = ["2022-04"],
            Addresses = 1,
            IsBitcoin = true,
        };
        CaseLine[] cases =
        [
            Case(1, CaseState.Handling, 1) with
            {
                Addresses = 3,
                Devices = 12,
                Hashrates = [new CaseHashrate("sha256d", 1.32e15, "H/s", 0.04), new CaseHashrate("ethash", 2.4e9, "H/s", 0.21)],
                Kilowatts = 39.25,
                KilowattHoursPerDay = 942,
                PowerBasis = "探针所见份额估算算力,对照设备能效表",
            },
            Case(2, CaseState.Cleared, 2) with
            {
                RegionCode = "140881",
                Region = "永济市",
                IsPublicResource = true,
                Measure = CaseMeasure.Terminated,
                MeasureAt = TakenAt.AddDays(-15),
                ObservationDays = 7,
                ObservationSources = ["sensor01", "cgn01"],
                ClearedAt = TakenAt.AddDays(-1),
            },
            Case(3, CaseState.Relapsed, 3) with { Judgement = Judgement.Infected, RelapsedAt = TakenAt.AddDays(-1), Measure = CaseMeasure.Notice, MeasureAt = TakenAt.AddDays(-10), MonthsUncleared = 1 },
            Case(4, CaseState.Dismissed, 3),
        ];
        var head = new SnapshotHead
        {
            Number = 3,
            TakenAt = TakenAt,
            TakenBy = "sender",
            Purpose = "反馈",
            Profile = new ReportingProfile { City = "运城市", Carrier = "示例公司", Regulator = "运城市发展和改革委员会", LegalBasis = "《关于整治虚拟货币“挖矿”活动的通知》" },
            Batches = [new SnapshotBatch("1", "附件1.xlsx", new string('b', 64), new string('c', 64), TakenAt.AddDays(-2)) { DocumentNumber = "示例〔2022〕1号", Rows = 9, Noise = 1 }],
            AuditSequence = 41,
            AuditHash = new string('d', 64),
        };
        CountyWeek[] earlier = [new("140802", "盐湖区", "2022-W13") { Tier = 2, WeeksInARow = 1 }];
        return new Snapshot
        {
            Head = head,
            Subjects =
            [
                Subject(1, new Subscriber("河东示例科技有限公司", false) { Kind = "民营企业", CreditCode = "91140800MA0EXAMPL1", InstallationAddress = "盐湖区示例路88号科技园B座地下一层", ContactName = "钱示例", ContactPhone = "13800001234" }),
                Subject(2, new Subscriber("永济市示例镇人民政府", false) { Kind = "党政机关", CreditCode = "11140881012345678X", InstallationAddress = "永济市示例镇政府街1号" }),
                Subject(3, new Subscriber("张示例", true) { InstallationAddress = "盐湖区示例小区3号楼2单元501室", ContactPhone = "13912345678" }),
            ],
            Counties = CountyWeeks.Judge(head, [("140802", "盐湖区"), ("140881", "永济市"), ("140882", "河津市")], cases, answers, earlier),
            Cases = cases,
            Registers =
            [
                Register(0, "contacts", ("单位", "示例公司运城分公司"), ("县区", "盐湖区"), ("姓名", "周联系"), ("职务", "网络安全主管"), ("手机", "13800138000"), ("座机", "0359-2000000"), ("邮箱", "zhou@example.com")),
                Register(1, "sites", ("网站", "pool.example"), ("IP", "198.51.100.20"), ("处置", "断开接入"), ("上报时间", "2022-04-06 10:00:00")),
                Register(2, "corrections", ("批次号", "2022-04"), ("原表行号", "清单!12"), ("IP地址", "203.0.113.40"), ("申诉人", "孙示例"), ("原结论", "主动挖矿"), ("更正为", "疑似误报"), ("更正原因", "地址登记有误")),
                Register(3, "referrals", ("案件编号", "C-00002"), ("接收单位", "市纪委监委"), ("法律依据", "示例"), ("移送时间", "2022-04-07 09:00:00")),
            ],
            Answers = answers,
        };
    }

    private RegisterLine Register(int index, string name, params (string Column, string Value)[] fields) =>
        new(name, Sealed("snapshot:3", $"register:{index}", JsonSerializer.Serialize(fields.ToDictionary(field => field.Column, field => field.Value))));
}
