using System.Text;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.Reporting.Push.Tls;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged answers of a receiver of packages: an outcome and words that fit a log, never an exception; a list of receipts whole or not at all.</summary>
public sealed class ReceiverAnswerFuzzTests
{
    private static readonly byte[][] Answers =
    [
        """{"package":"p-17","accepted":true,"text":"2022-0417 收到","title":"ok","problem":"missing","missing":[1,2,16,17,9223372036854775807]}"""u8.ToArray(),
        """{"problem":"outside-window","title":"\u001b[2J\uD800 later","detail":"长"}"""u8.ToArray(),
        """{"receipts":[{"id":"r-1","package":"p-17","accepted":true,"text":"t"},{"id":"r-2","package":"p-18","accepted":false}]}"""u8.ToArray(),
        "<html><h1>400 Bad Request</h1><center>The SSL certificate error</center></html>"u8.ToArray(),
    ];

    private static readonly DeliveryPackage Package = new("p-17", "d", "r", 17, DateTimeOffset.UnixEpoch, IsMasked: true, [], "{}"u8.ToArray(), null);

    private static readonly HttpsSettings Settings = new() { Address = new Uri("https://receiver.example/packages"), Trust = new ServerTrust(null, [], ByPinAlone: false) };

    [Fact]
    public void DamagedAnswersAreUnderstoodOrPassedOver() => FuzzRun.Rounds(random =>
    {
        var body = Mutation.Of(Answers[random.Below(Answers.Length)], random);
        var reply = new HttpsReply { Status = 200 + random.Below(400), Body = body, IsCut = random.Below(10) == 0, Location = random.Below(2) == 0 ? "/x" : null };

        var outcome = DeliveryAnswers.Outcome(reply, Package, Settings, DateTimeOffset.UnixEpoch);

        Assert.DoesNotContain(outcome.Detail, char.IsControl);
        Assert.InRange(outcome.Detail.Length, 1, 1_000);
        Assert.Equal(outcome.Kind == DeliveryOutcomeKind.EarlierMissing, outcome.Missing.Count > 0);
        Assert.All(outcome.Missing, number => Assert.InRange(number, 1, Package.Sequence - 1));
        Assert.True(outcome.Kind != DeliveryOutcomeKind.Delivered || Encoding.UTF8.GetString(body).Contains("p-17", StringComparison.Ordinal));
        Assert.True(outcome.Receipt is not { } receipt || (receipt.PackageId == Package.Id && receipt.Text.Length <= 500));
    });

    [Fact]
    public void DamagedReceiptsAreReadWholeOrNotAtAll() => FuzzRun.Rounds(random =>
    {
        var receipts = ReceiptList.Read(Mutation.Of(Answers[2], random), out var problem);

        Assert.Equal(receipts is null, problem.Length > 0);
        Assert.All(receipts ?? [], receipt => Assert.True(receipt.Source.Length > 0 && receipt.PackageId.Length > 0 && !receipt.Text.Any(char.IsControl)));
    });
}
