using System.Security.Cryptography;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>Packages as the outbox makes them, with invented contents.</summary>
internal static class DeliveryPackages
{
    public const string ChineseName = "附件2 虚拟货币“挖矿”活动核实结果（测试）.xlsx";

    /// <param name="sequence">Number; the identity follows from it.</param>
    /// <param name="bytes">Length of the first document.</param>
    public static DeliveryPackage Package(long sequence, int bytes = 20_000)
    {
        var random = new SeededRandom((ulong)sequence);
        IReadOnlyList<DeliveryFile> files = [FileOf(ChineseName, random.Bytes(bytes)), FileOf("rows.csv", "a,b\r\n1,2\r\n"u8.ToArray()), FileOf("empty.txt", [])];
        var id = $"p-{sequence:D6}";
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            package = id,
            sequence,
            files = files.Select(file => new { name = file.Name, length = file.Content.Length, sha256 = file.Sha256, sm3 = file.Sm3 }),
        });
        return new DeliveryPackage(id, "省通信管理局", "省通信管理局", sequence, DateTimeOffset.UnixEpoch, IsMasked: true, files, manifest, Signature: null);
    }

    /// <summary>Settings of one destination, as its file in a folder would give them.</summary>
    public static ChannelSettings Settings(string folder, ICollection<Problem> problems, params IEnumerable<(string Key, string Value)> values) =>
        new(Path.Combine(folder, "destination.yaml"), values.Select((pair, i) => (pair.Key, pair.Value, i)).ToDictionary(pair => pair.Key, pair => (pair.Value, pair.i + 1)), problems);

    private static DeliveryFile FileOf(string name, byte[] content) =>
        new(name, content, Convert.ToHexStringLower(SHA256.HashData(content)), Convert.ToHexStringLower(Sm3.HashData(content)));
}
