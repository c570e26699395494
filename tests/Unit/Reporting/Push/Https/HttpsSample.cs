using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Https;

/// <summary>A destination and a package for it, in a folder of the test.</summary>
internal static class HttpsSample
{
    public static readonly DeliveryPackage Package = new(
        "01-0017", "mca", "省通信管理局", 17, DateTimeOffset.UnixEpoch, IsMasked: true, [new DeliveryFile("附件2 \"a\".xlsx", "xlsx"u8.ToArray(), "", ""), new DeliveryFile("b.csv", "c"u8.ToArray(), "", "")],
        "{\"package\":\"01-0017\"}"u8.ToArray(), "{\"value\":\"s\"}"u8.ToArray());

    /// <summary>Reads settings of which each is <c>key=value</c>.</summary>
    public static HttpsSettings? Read(string folder, ICollection<Problem> problems, params IEnumerable<string> values)
    {
        var pairs = values.Select(value => value.Split('=', 2)).Select((pair, i) => (Key: pair[0], Value: (pair[1], i + 1))).ToDictionary(pair => pair.Key, pair => pair.Value);
        var settings = new ChannelSettings(Path.Combine(folder, "mca.yaml"), pairs, problems);
        var read = HttpsSettings.Read(settings);
        settings.RefuseOthers();
        return read;
    }

    /// <summary>Settings without a fault.</summary>
    public static HttpsSettings Sound(string folder, params IEnumerable<string> values)
    {
        File.WriteAllText(Path.Combine(folder, "hmac.key"), "0123456789abcdef0123456789abcdef\n");
        var problems = new List<Problem>();
        var read = Read(folder, problems, ["url=https://receiver.example/packages", "hmac=sha-256", "hmac-key=file:hmac.key", "hmac-key-id=carrier-1", .. values]);
        Assert.Empty(problems);
        return read!;
    }
}
