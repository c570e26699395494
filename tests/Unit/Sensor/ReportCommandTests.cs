using System.Text.Json;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Sensor.Commands;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using MinerFlow.Unit.Reporting.Forms;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class ReportCommandOnSqliteTests() : ReportCommandTests(new SqliteHome());

public sealed class ReportCommandOnPostgreSqlTests(PostgreSqlServer server) : ReportCommandTests(server.NewHome());

/// <summary>From the ledger to the forms on the command line.</summary>
public abstract class ReportCommandTests : IDisposable
{
    private readonly Office _office;
    private readonly TempFolder _folder = new();
    private readonly string _actors;

    protected ReportCommandTests(LedgerHome home)
    {
        _office = new Office(home);
        _actors = _folder.Write("actors.csv", "name,os_user,duties\n录入,zhao,Entry\n核查,qian,Verifier\n复核,sun,Reviewer\n报送,wu,Sender\n网管,li,Network\n个保,chen,Privacy\n");
        new TaskStore(_office.DeskOf("entry")).Accept(
            Lists.Batch("附件1.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9", 22017), Lists.Row(2, "203.0.113.10"), Lists.Returned(3, ReturnReason.BadFormat)),
            Lists.Original("附件1.xlsx"));
    }

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void ASnapshotBecomesAnnex2()
    {
        Verify();
        var contacts = _folder.Write("contacts.csv", "单位,姓名,手机\n示例公司,周联系,13800138000\n");

        var taken = Assert.Single(Lines(Run("wu", "report", "snapshot", "--purpose", "反馈", "--contacts", contacts)));
        Assert.Equal((1, "2022-W14", 3, 1), (Number(taken, "snapshot"), Word(taken, "week"), Number(taken, "answers"), Number(taken, "cases")));
        var files = Lines(Run("wu", "report", "write", "1", "--form", "annex2", "--form", "contacts", "--csv", "gb18030", "--output", _folder.PathOf("out")));

        Assert.Equal(["annex2", "annex2", "annex2", "annex2", "contacts", "contacts"], files.Select(file => Word(file, "form")));
        var annex = files.Select(file => Word(file, "file")!).First();
        Assert.Equal("附件2_运城市_本公司_示例〔2022〕1号_202204081617.xlsx", Path.GetFileName(annex));
        var rows = XlsxTables.Read(File.ReadAllBytes(annex))[0];
        Assert.Equal(("张*", "已定位"), (XlsxTables.Cell(rows, 2, 3, "归属企业(单位)/个人"), XlsxTables.Cell(rows, 2, 3, "核查结果")));
        Assert.Equal("10.0.0.1", XlsxTables.Cell(rows, 2, 5, "IP地址"));
        var people = XlsxTables.Read(File.ReadAllBytes(files.Select(file => Word(file, "file")!).First(file => file.Contains("联系人名单", StringComparison.Ordinal))))[0];
        Assert.Equal("周联系", XlsxTables.Cell(people, 2, 3, "姓名"));

        // Made again it is the same, digest by digest, and the chain says both times.
        var again = Lines(Run("qian", "report", "write", "1", "--form", "annex2", "--form", "contacts", "--csv", "gb18030", "--output", _folder.PathOf("again")));
        Assert.Equal(files.Select(file => Word(file, "sha256")), again.Select(file => Word(file, "sha256")));
        Assert.Equal(12, new MinerFlow.Ledger.Audit.AuditChain(_office.Database).Of("snapshot:1").Count(record => record.Action == "form.write"));
    }

    [Fact]
    public void NothingIsWrittenWhileARowIsSilent()
    {
        Lines(Run("wu", "report", "snapshot"));

        var refused = Run("wu", "report", "write", "1", "--form", "annex2", "--output", _folder.PathOf("out"));

        Assert.Equal(ExitCode.NeedsPerson, refused.ExitCode);
        Assert.Contains("2 rows have no reviewed answer: 1:清单!2, 1:清单!3", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("out")));
        Assert.Equal(3, Lines(Run("wu", "report", "write", "1", "--form", "notice-1", "--form", "notice-2", "--form", "notice-3", "--output", _folder.PathOf("out"))).Count);
    }

    // T22
    [Fact]
    public void ClearDataNeedsAReleaseAndAnotherPerson()
    {
        Verify();
        Lines(Run("wu", "report", "snapshot"));
        Assert.Contains("no list of the snapshot has the release 1", Run("wu", Clear()).Error, StringComparison.Ordinal);
        var asked = Assert.Single(Lines(Run("wu", "report", "ask-release", "1", "--purpose", "feedback", "--legal-basis", "示例依据", "--recipient", "市发展改革委", "--until", "2022-04-11T16:17")));
        Assert.Equal(("报送", 1), (Word(asked, "asked_by"), Number(asked, "release")));
        Assert.Contains("needs a release that is approved", Run("wu", Clear()).Error, StringComparison.Ordinal);
        Assert.Contains("lacks the duty Privacy", Run("wu", "report", "approve-release", "1").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Run("chen", "report", "approve-release", "1").ExitCode);
        Assert.Contains("lacks the duty Sender", Run("qian", Clear()).Error, StringComparison.Ordinal);

        var file = Word(Assert.Single(Lines(Run("wu", Clear()))), "file")!;

        Assert.EndsWith("_明文.xlsx", file, StringComparison.Ordinal);
        Assert.Equal("张示例", XlsxTables.Cell(XlsxTables.Read(File.ReadAllBytes(file))[0], 2, 3, "归属企业(单位)/个人"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var sent = Assert.Single(new ReleaseDesk(_office.DeskOf("sender")).Disclosures(1));
        Assert.Equal(("市发展改革委", Path.GetFileName(file), 1L), (sent.Recipient, sent.Document, sent.Release!.Value));

        _office.Clock.Now += TimeSpan.FromDays(4);
        Assert.Contains("needs a release that is approved", Run("wu", Clear()).Error, StringComparison.Ordinal);

        string[] Clear() => ["report", "write", "1", "--form", "annex2", "--release", "1", "--output", _folder.PathOf("clear")];
    }

    [Fact]
    public void MistakesAreToldAllAtOnce()
    {
        var register = _folder.Write("sites.csv", "网站,备案\npool.example,x\n");

        var wrong = Run("wu", "report", "write", "one", "--csv", "ansi", "--release", "1", "--recipient", "x", "--template", _folder.PathOf("none.xlsx"));
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Equal(4, wrong.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("column '备案' is not known; sites has 网站,IP,", Run("wu", "report", "snapshot", "--sites", register).Error, StringComparison.Ordinal);
        Assert.Contains("there is no snapshot:7", Run("wu", "report", "write", "7").Error, StringComparison.Ordinal);
        Assert.Contains("lacks the duty", Run("li", "report", "snapshot").Error, StringComparison.Ordinal);
    }

    private void Verify()
    {
        var household = FakeResolver.Household("张示例", "盐湖区 示例小区3号楼2单元501室");
        new VerificationDesk(_office.DeskOf("entry"), new LabelRules()).Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", household)));
        new VerificationDesk(_office.DeskOf("verifier"), new LabelRules()).Verify([1, 2], null, "");
        new VerificationDesk(_office.DeskOf("reviewer"), new LabelRules()).Review([1, 2], isConfirmed: true, "");
    }

    private static string? Word(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static List<JsonElement> Lines(Invocation run)
    {
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private Invocation Run(string user, params string[] arguments) =>
        Invocation.As(user, _office.Clock, [.. arguments, "--format", "jsonl", "--ledger", _office.Place, "--keys", _office.KeyFolder, "--actors", _actors]);
}
