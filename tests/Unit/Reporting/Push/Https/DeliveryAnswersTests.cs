using System.Text;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Https;

public sealed class DeliveryAnswersTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2022, 4, 7, 9, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-answers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(200, """{"package":"01-0017"}""", "Delivered", "receiver.example says HTTP 200.")]
    [InlineData(202, """{"package":"01-0017","accepted":"yes"}""", "Delivered", "HTTP 202.")]
    [InlineData(200, """{"package":"01-0016"}""", "TryLater", "does not name the package")]
    [InlineData(200, "<html>Log in</html>", "TryLater", "does not name the package")]
    [InlineData(200, """{"\uD800":1,"package":"01-0017"}""", "TryLater", "does not name the package")]
    [InlineData(409, """{"title":"\uDC00","missing":[3]}""", "TryLater", "still busy")]
    [InlineData(204, "", "TryLater", "does not name the package")]
    [InlineData(409, """{"missing":[16,3,16,99,-1,"a",1e99]}""", "EarlierMissing", "lacks 2 earlier packages, the first is number 3")]
    [InlineData(409, """{"missing":[]}""", "TryLater", "still busy with an earlier attempt")]
    [InlineData(409, """{"problem":"number-taken","last":21}""", "Refused", "it has another package under number 17, and its last is 21")]
    [InlineData(409, """{"problem":"number-taken","last":"x"}""", "Refused", "--last NUMBER")]
    [InlineData(409, """{"missing":[17]}""", "TryLater", "still busy with an earlier attempt")]
    [InlineData(403, """{"problem":"outside-window"}""", "TryLater", "(outside-window): it takes packages at other hours only")]
    [InlineData(401, """{"problem":"replayed-nonce"}""", "TryLater", "the next attempt has another")]
    [InlineData(401, "", "Refused", "'hmac-key' has to be the key that they know as 'carrier-1'")]
    [InlineData(403, """{"title":"no right\u001b[2J here"}""", "Refused", "HTTP 403 (no right [2J here)")]
    [InlineData(400, "<h1>400 Bad Request</h1><center>No required SSL certificate was sent</center>", "Refused", "does not accept who we are")]
    [InlineData(400, """{"detail":"row 3: 13800000000"}""", "Refused", "it cannot use the package as it is")]
    [InlineData(404, "", "Refused", "it takes no packages at /packages")]
    [InlineData(413, "", "Refused", "bytes are more than it takes")]
    [InlineData(415, "", "Refused", "'body' is multipart, try json")]
    [InlineData(417, "", "Refused", "'expect-continue: false'")]
    [InlineData(421, "", "Refused", "does not speak for receiver.example")]
    [InlineData(422, "", "Refused", "it cannot use the package as it is")]
    [InlineData(301, "", "Refused", "it sends us to another address, which is not followed")]
    [InlineData(408, "", "TryLater", "it is busy")]
    [InlineData(429, "", "TryLater", "it is busy")]
    [InlineData(500, "", "TryLater", "it failed by itself")]
    [InlineData(502, "", "TryLater", "it failed by itself")]
    [InlineData(503, "", "TryLater", "it is not available")]
    [InlineData(507, "", "TryLater", "its disk is full")]
    [InlineData(501, "", "Refused", "it takes no packages at /packages")]
    [InlineData(511, "", "Refused", "wants somebody to log in")]
    public void EachAnswerIsTakenForWhatItMeans(int status, string body, string kind, string detail)
    {
        var outcome = Outcome(new HttpsReply { Status = status, Body = Encoding.UTF8.GetBytes(body) });

        Assert.Equal(kind, outcome.Kind.ToString());
        Assert.Contains(detail, outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("13800000000", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(kind == "EarlierMissing" ? [3, 16] : [], outcome.Missing);
    }

    [Fact]
    public void AClockThatIsOffIsNamedWhenTheProofIsRefused() =>
        Assert.Contains("this machine's clock is 400 s behind theirs", Outcome(new HttpsReply { Status = 401, Date = Now.AddSeconds(400) }).Detail, StringComparison.Ordinal);

    [Fact]
    public void WordsAboutAPackageBecomeItsReceipt()
    {
        var outcome = Outcome(new HttpsReply { Status = 422, RetryAfter = TimeSpan.FromSeconds(5), Body = """{"package":"01-0017","accepted":false,"text":"第3行\n缺少"}"""u8.ToArray() });

        Assert.Equal(new DeliveryReceipt("01-0017", false, "第3行 缺少", "answer"), outcome.Receipt);
        Assert.Equal(TimeSpan.FromSeconds(5), outcome.RetryAfter);
        Assert.Null(Outcome(new HttpsReply { Status = 422, Body = """{"package":"01-0018","accepted":false}"""u8.ToArray() }).Receipt);
        var longest = Outcome(new HttpsReply { Status = 200, Body = Encoding.UTF8.GetBytes($$"""{"package":"01-0017","accepted":true,"text":"{{new string('长', 900)}}"}""") });
        Assert.Equal(500, longest.Receipt!.Text.Length);
    }

    [Fact]
    public void AnAnswerThatIsTooLongSaysNothing() =>
        Assert.Equal(DeliveryOutcomeKind.TryLater, Outcome(new HttpsReply { Status = 200, IsCut = true, Body = """{"package":"01-0017"}"""u8.ToArray() }).Kind);

    [Fact]
    public void EveryStatusOfTheDescriptionIsTakenAsItSays()
    {
        var description = File.ReadAllText(Repository.PathOf("src", "Reporting", "Push", "Https", "openapi.yaml"));
        var post = description[..description.IndexOf("    options:", StringComparison.Ordinal)];
        foreach (var (reference, kind) in new[] { ("Taken", DeliveryOutcomeKind.Delivered), ("Refused", DeliveryOutcomeKind.Refused), ("Later", DeliveryOutcomeKind.TryLater) })
        {
            var statuses = post.Split('\n').Where(line => line.Contains($"responses/{reference}\"", StringComparison.Ordinal)).Select(line => int.Parse(line.Trim().Trim('"')[..3])).ToList();
            Assert.NotEmpty(statuses);
            Assert.All(statuses, status => Assert.Equal(kind, Outcome(new HttpsReply { Status = status, Body = """{"package":"01-0017"}"""u8.ToArray() }).Kind));
        }
    }

    [Theory]
    [InlineData("""{"receipts":[]}""", "", 0)]
    [InlineData("""{"receipts":[{"id":"r","package":"p","accepted":true},{"id":"s","package":"p","accepted":false,"text":"t"}]}""", "", 2)]
    [InlineData("""{"receipts":{}}""", "no JSON object with an array 'receipts'", -1)]
    [InlineData("[]", "no JSON object", -1)]
    [InlineData("<html>", "no JSON object", -1)]
    [InlineData("""{"receipts":[{"id":"r","package":"p","accepted":true},{"id":"s","package":"p"}]}""", "receipt 2 has no 'id'", -1)]
    [InlineData("""{"receipts":[{"id":"","package":"p","accepted":true}]}""", "receipt 1 has no 'id'", -1)]
    [InlineData("""{"receipts":[],"\uD800receipts":1}""", "no JSON object", -1)]
    [InlineData("""{"receipts":[7]}""", "receipt 1 has no 'id'", -1)]
    public void AListOfReceiptsIsReadWholeOrNotAtAll(string body, string problem, int count)
    {
        var receipts = ReceiptList.Read(Encoding.UTF8.GetBytes(body), out var said);

        Assert.Equal(count, receipts?.Count ?? -1);
        Assert.Contains(problem, said, StringComparison.Ordinal);
        Assert.Equal(count >= 0, said.Length == 0);
    }

    private DeliveryOutcome Outcome(HttpsReply reply)
    {
        using var settings = HttpsSample.Sound(_folder.FullName);
        return DeliveryAnswers.Outcome(reply, HttpsSample.Package, settings, Now);
    }
}
