using System.Security.Cryptography;
using System.Text.Json;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Sensor.Commands;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using MinerFlow.Unit.Reporting.Forms;
using MinerFlow.Unit.Reporting.Push;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class PushCommandOnSqliteTests() : PushCommandTests(new SqliteHome());

public sealed class PushCommandOnPostgreSqlTests(PostgreSqlServer server) : PushCommandTests(server.NewHome());

/// <summary>From a release to a package that anybody can check, on the command line.</summary>
public abstract class PushCommandTests : IDisposable
{
    private const string Recipient = "市发展改革委";

    private readonly Office _office;
    private readonly TempFolder _folder = new();
    private readonly string _actors;
    private readonly string _media;

    protected PushCommandTests(LedgerHome home)
    {
        _office = new Office(home);
        _actors = _folder.Write("actors.csv", "name,os_user,duties\n核查,qian,Verifier\n复核,sun,Reviewer\n报送,wu,Sender\n个保,chen,Privacy\n");
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("附件1.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.9", 22017)), Lists.Original("附件1.xlsx"));
        var household = FakeResolver.Household("张示例", "盐湖区 示例小区3号楼2单元501室");
        new VerificationDesk(_office.DeskOf("entry"), new LabelRules()).Propose(1, new FakeResolver().With("203.0.113.9", FakeResolver.Unique("yc1", household)));
        new VerificationDesk(_office.DeskOf("verifier"), new LabelRules()).Verify([1], null, "");
        new VerificationDesk(_office.DeskOf("reviewer"), new LabelRules()).Review([1], isConfirmed: true, "");
        _media = Directory.CreateDirectory(_folder.PathOf("media")).FullName;
        Directory.CreateDirectory(_folder.PathOf("destinations"));
        Describe("media", $"channel: folder\nrecipient: {Recipient}\nmasked: automatic\nfolder: {_media}\nfirst-wait-seconds: 1\n");
        Describe("strict", $"channel: folder\nrecipient: {Recipient}\nfolder: {_media}\n");
        Lines(Run("wu", "report", "snapshot"));
    }

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void ClearDataGoesUnderAReleaseAndCanBeCheckedWithoutTheLedger()
    {
        var (signing, checking) = Keys();
        string[] queue = ["push", "queue", "1", "--snapshot", "1", "--to", "strict", "--form", "annex2", "--sign", signing];
        Assert.Contains("needs a release that is approved", Push("wu", queue).Error, StringComparison.Ordinal);
        var release = Release(Recipient);
        Assert.Contains("lacks the duty Sender", Push("qian", [.. queue, "--release", release]).Error, StringComparison.Ordinal);

        var queued = Assert.Single(Lines(Push("wu", [.. queue, "--release", release])));
        Assert.Equal(("Waiting", 1L, Recipient), (Word(queued, "state"), Number(queued, "sequence"), Word(queued, "recipient")));
        Assert.Equal(Word(queued, "id"), Word(Assert.Single(Lines(Push("wu", [.. queue, "--release", release]))), "id"));
        Assert.Equal("Delivered", Word(Assert.Single(Lines(Push("wu", "push", "send"))), "outcome"));

        Assert.Equal(("Delivered", 1L), (Word(Assert.Single(Lines(Run("wu", "push", "list", "--all"))), "state"), Number(Assert.Single(Lines(Run("wu", "push", "list", "--all"))), "attempts")));
        Assert.Equal("Delivered", Word(Assert.Single(Lines(Run("wu", "push", "log", "1"))), "outcome"));
        var package = Assert.Single(Directory.GetDirectories(_media));
        var annex = Assert.Single(Directory.GetFiles(package, "*_明文.xlsx"));
        Assert.Equal("张示例", XlsxTables.Cell(XlsxTables.Read(File.ReadAllBytes(annex))[0], 2, 3, "归属企业(单位)/个人"));
        Assert.Equal((0, 2), (Doctor(package, checking).ExitCode, Doctor(package, checking).Lines.Length));
        Assert.Equal(0, Doctor(_media, checking).ExitCode);
        Assert.Equal(ExitCode.NeedsPerson, Doctor(package, Keys().Public).ExitCode);
        Assert.Equal(ExitCode.NeedsPerson, Doctor(package, key: null).ExitCode);
    }

    [Theory]
    [InlineData("sm4")]
    [InlineData("aes-256")]
    public void DocumentsAreEncryptedForTheirRecipient(string encrypt)
    {
        const string Password = "0123456789abcdef0123456789abcdef";
        _folder.Write(Path.Combine("destinations", "password"), Password + "\n");
        Describe("sealed", $"channel: folder\nrecipient: {Recipient}\nfolder: {_media}\nencrypt: {encrypt}\nencrypt-password: file:password\n");
        var (signing, checking) = Keys();
        string[] queue = ["push", "queue", "1", "--snapshot", "1", "--to", "sealed", "--form", "annex2", "--sign", signing, "--release", Release(Recipient)];

        // What is encrypted twice differs: the same documents are the same package all the same.
        var queued = Assert.Single(Lines(Push("wu", queue)));
        Assert.Equal(Word(queued, "id"), Word(Assert.Single(Lines(Push("wu", queue))), "id"));
        Assert.Equal("Delivered", Word(Assert.Single(Lines(Push("wu", "push", "send", "--once"))), "outcome"));

        var package = Assert.Single(Directory.GetDirectories(_media));
        Assert.Empty(Directory.GetFiles(package, "*.xlsx"));
        Assert.Equal(0, Doctor(package, checking).ExitCode);
        var annex = Assert.Single(Directory.GetFiles(package, "*_明文.xlsx.p7m"));
        var opened = _folder.PathOf("opened.xlsx");
        OpenSsl.Run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", annex, "-pwri_password", Password, "-out", opened);
        Assert.Equal("张示例", XlsxTables.Cell(XlsxTables.Read(File.ReadAllBytes(opened))[0], 2, 3, "归属企业(单位)/个人"));
    }

    [Theory]
    [InlineData("changed", "not as the manifest describes it")]
    [InlineData("missing", "missing")]
    [InlineData("extra", "extra: the manifest does not name it")]
    [InlineData("marker", "the marker is missing")]
    [InlineData("other-marker", "the marker stands for another manifest")]
    [InlineData("manifest", "the signature does not fit")]
    [InlineData("no-manifest", "the manifest is missing")]
    [InlineData("no-signature", "the signature is missing")]
    [InlineData("digest", "tells another digest than the manifest")]
    [InlineData("no-json", "this is no manifest that can be read")]
    public void EachKindOfDamageIsNamed(string damage, string told)
    {
        var (signing, checking) = Keys();
        Lines(Push("wu", "push", "queue", "1", "--snapshot", "1", "--to", "media", "--form", "annex2", "--sign", signing));
        Lines(Push("wu", "push", "send", "--once"));
        var package = Assert.Single(Directory.GetDirectories(_media));
        string In(string name) => Path.Combine(package, name);
        var document = Assert.Single(Directory.GetFiles(package, "*.xlsx"));
        switch (damage)
        {
            case "changed":
                using (var file = File.OpenWrite(document))
                {
                    file.Position = 100;
                    file.WriteByte(0xFF);
                }

                break;
            case "missing":
                File.Delete(document);
                break;
            case "extra":
                File.WriteAllText(In("附件2 - 副本.xlsx"), "");
                break;
            case "marker":
                File.Delete(In("package.ok"));
                break;
            case "other-marker":
                File.WriteAllText(In("package.ok"), "00  manifest.json\n");
                break;
            case "manifest":
                File.WriteAllText(In("manifest.json"), File.ReadAllText(In("manifest.json")).Replace(Recipient, "某某公司", StringComparison.Ordinal));
                break;
            case "no-manifest":
                File.Delete(In("manifest.json"));
                break;
            case "no-signature":
                File.Delete(In("manifest.json.sig"));
                break;
            case "digest":
                File.WriteAllText(document + ".sm3", new string('0', 64));
                break;
            default:
                File.WriteAllText(In("manifest.json"), "{}");
                break;
        }

        var checkedAgain = Doctor(package, checking);

        Assert.Equal(ExitCode.NeedsPerson, checkedAgain.ExitCode);
        Assert.Contains(checkedAgain.Lines, line => JsonDocument.Parse(line).RootElement.GetProperty("seen").GetString()!.StartsWith(told, StringComparison.Ordinal));
    }

    [Fact]
    public void AReleaseForOneListOrRecipientOpensNothingElse()
    {
        new TaskStore(_office.DeskOf("entry")).Accept(Lists.Batch("b.xlsx", _office.Clock.Now, Lists.Row(1, "203.0.113.10")), Lists.Original("b"));
        Lines(Run("wu", "report", "snapshot"));
        Assert.Contains("snapshot 2 is not of list 1 alone", Push("wu", "push", "queue", "1", "--snapshot", "2", "--to", "media").Error, StringComparison.Ordinal);
        Assert.Contains("has no release 7", Push("wu", "push", "queue", "1", "--snapshot", "1", "--to", "media", "--release", "7").Error, StringComparison.Ordinal);

        var refused = Push("wu", "push", "queue", "1", "--snapshot", "1", "--to", "media", "--form", "annex2", "--release", Release("市网信办"));

        Assert.Equal(ExitCode.NeedsPerson, refused.ExitCode);
        Assert.Contains($"the release is for 市网信办, the destination belongs to {Recipient}", refused.Error, StringComparison.Ordinal);
        Assert.Empty(new DeliveryDesk(_office.DeskOf("sender")).List(null, isOpen: false));
    }

    [Fact]
    public void AFarSideThatIsAwayIsWaitedForAndAPersonMayDecide()
    {
        Directory.Delete(_media);
        Lines(Push("wu", "push", "queue", "1", "--snapshot", "1", "--to", "media", "--form", "annex2"));

        var sent = Push("wu", "push", "send", "--once");
        Assert.Equal((ExitCode.NeedsPerson, "TryLater"), (sent.ExitCode, Word(JsonDocument.Parse(Assert.Single(sent.Lines)).RootElement, "outcome")));
        Assert.Contains("is the medium there?", sent.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(_media);
        Assert.Empty(Push("wu", "push", "send", "--once").Lines);
        Assert.Equal("Waiting", Word(Assert.Single(Lines(Run("wu", "push", "retry", "1"))), "state"));
        Assert.Equal("Delivered", Word(Assert.Single(Lines(Push("wu", "push", "send", "--once"))), "outcome"));
        Assert.Contains("from the state Delivered there is no step GiveUp", Run("wu", "push", "give-up", "1", "--reason", "late").Error, StringComparison.Ordinal);
        Assert.Empty(Lines(Push("wu", "push", "receipts")));
    }

    // T24
    [Fact]
    public void ACorrectionReachesWhoeverGotTheListByTheSameWay()
    {
        Lines(Push("wu", "push", "queue", "1", "--snapshot", "1", "--to", "media", "--form", "annex2"));
        new ReleaseDesk(_office.DeskOf("sender")).Disclosed(1, null, "市网信办", "附件2.xlsx", "aa");
        Lines(Run("qian", "task", "ask-correction", "1", "疑似误报", "--reason", "用户称已停止"));
        Assert.Contains("say why with --reason", Run("sun", "task", "refuse-correction", "1").Error, StringComparison.Ordinal);
        var refused = Assert.Single(Lines(Run("sun", "task", "refuse-correction", "1", "--reason", "停止在后,当时确在挖矿")));
        Assert.Equal(("Refused", "停止在后,当时确在挖矿"), (Word(refused, "state"), Word(refused, "refusal")));
        Assert.Empty(Push("wu", "push", "corrections").Lines);
        var asked = Assert.Single(Lines(Run("qian", "task", "ask-correction", "1", "疑似误报", "--reason", "该地址当时已改由他人使用")));
        Assert.Equal(("ActiveMining", "FalsePositive", "该地址当时已改由他人使用"), (Word(asked, "before"), Word(asked, "judgement"), Word(asked, "reason")));
        Assert.Contains("lacks the duty Reviewer", Run("qian", "task", "approve-correction", "2").Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, Run("sun", "task", "approve-correction", "2").ExitCode);
        var correction = Number(Lines(Run("sun", "task", "corrections"))[1], "correction");

        var told = Push("wu", "push", "corrections");
        Assert.Equal(ExitCode.NeedsPerson, told.ExitCode);
        Assert.Contains("no destination leads to 市网信办", told.Error, StringComparison.Ordinal);
        var letter = JsonDocument.Parse(Assert.Single(told.Lines)).RootElement;
        Assert.Equal(("media", 2L, correction), (Word(letter, "destination"), Number(letter, "sequence"), Number(letter, "correction")));
        Assert.Equal(Number(letter, "package"), Number(JsonDocument.Parse(Assert.Single(Push("wu", "push", "corrections").Lines)).RootElement, "package"));
        Assert.Equal(2, new CorrectionDesk(_office.DeskOf("sender")).Due().Count);
        Assert.Equal(2, Lines(Push("wu", "push", "send")).Count);

        Assert.Equal("市网信办", Assert.Single(new CorrectionDesk(_office.DeskOf("sender")).Due()).Disclosure.Recipient);
        var document = Assert.Single(Directory.GetFiles(_media, "更正通知*.docx", SearchOption.AllDirectories));
        using var zip = System.IO.Compression.ZipFile.OpenRead(document);
        using var text = new StreamReader(zip.GetEntry("word/document.xml")!.Open());
        var words = text.ReadToEnd();
        Assert.All((string[])["203.0.113.9", "疑似误报", "主动挖矿", "该地址当时已改由他人使用", "示例〔2022〕1号"], word => Assert.Contains(word, words, StringComparison.Ordinal));
        Assert.DoesNotContain("张示例", words, StringComparison.Ordinal);
    }

    [Fact]
    public void DestinationsAreTriedWithoutLeavingAnythingBehind()
    {
        Assert.Equal(["medium", "write"], Test("media").Lines.Select(line => Word(JsonDocument.Parse(line).RootElement, "step")));
        Assert.Empty(Directory.GetFileSystemEntries(_media));
        Assert.Contains("there is no destination pigeon", Test("pigeon").Error, StringComparison.Ordinal);

        Describe("broken", "channel: folder\nfolder: here\nwindows: never\n");
        var wrong = Test("media");
        Assert.Equal((ExitCode.NeedsPerson, 3), (wrong.ExitCode, wrong.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(ExitCode.Usage, Push("wu", "push", "send").ExitCode);
        Assert.Contains("--snapshot is missing", Push("wu", "push", "queue", "1").Error, StringComparison.Ordinal);
    }

    private Invocation Test(string name) => Invocation.Of("push", "test", name, "--format", "jsonl", "--destinations", _folder.PathOf("destinations"));

    private static Invocation Doctor(string folder, string? key) => Invocation.Of(["doctor", "package", folder, "--format", "jsonl", .. key is null ? [] : (string[])["--key", key]]);

    private void Describe(string name, string text) => _folder.Write(Path.Combine("destinations", name + ".yaml"), text);

    private (string Private, string Public) Keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (_folder.Write($"{Guid.NewGuid()}.key", key.ExportPkcs8PrivateKeyPem()), _folder.Write($"{Guid.NewGuid()}.pem", key.ExportSubjectPublicKeyInfoPem()));
    }

    private string Release(string recipient)
    {
        var id = new ReleaseDesk(_office.DeskOf("sender")).Ask(1, "feedback", "示例依据", recipient, _office.Clock.Now.AddDays(2));
        new ReleaseDesk(_office.DeskOf("privacy")).Approve(id);
        return $"{id}";
    }

    private static string? Word(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static long Number(JsonElement row, string name) => row.GetProperty(name).GetInt64();

    private static List<JsonElement> Lines(Invocation run)
    {
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return [.. run.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private Invocation Push(string user, params string[] arguments) => Run(user, [.. arguments, "--destinations", _folder.PathOf("destinations")]);

    private Invocation Run(string user, params string[] arguments) =>
        Invocation.As(user, _office.Clock, [.. arguments, "--format", "jsonl", "--ledger", _office.Place, "--keys", _office.KeyFolder, "--actors", _actors]);
}
