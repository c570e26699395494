using System.Security.Cryptography;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>Packages with invented content, and settings as a destination's file gives them.</summary>
internal static class SyntheticPackage
{
    /// <param name="number">Its number; the same number gives the same package.</param>
    /// <param name="lengths">Bytes of each document.</param>
    public static DeliveryPackage Of(int number, params int[] lengths)
    {
        var random = new SeededRandom((ulong)number);
        var files = lengths.Select((length, index) => File($"附件{index + 1}_示例市_示例通信_第{number}批.xlsx", random.Bytes(length))).ToList();
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            format = PackageManifest.Format,
            id = $"pkg-{number}",
            destination = "city-drc",
            sequence = number,
            recipient = "示例市发展改革委",
            made_at = "2026-03-02T00:00:00.000Z",
            masked = true,
            files = files.Select(file => new { name = file.Name, bytes = file.Content.Length, sha256 = file.Sha256, sm3 = file.Sm3 }),
        });
        return new DeliveryPackage(
            $"pkg-{number}",
            "city-drc",
            "示例市发展改革委",
            number,
            new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8)),
            IsMasked: true,
            files,
            manifest,
            "{\"value\":\"c2lnbmVk\"}"u8.ToArray());
    }

    /// <summary>Settings as they stand in a destination's file.</summary>
    public static ChannelSettings Settings(ICollection<Problem> problems, string folder, params IEnumerable<(string Key, string Value)> values) =>
        new(Path.Combine(folder, "destination.yaml"), values.Select((value, index) => (value, index)).ToDictionary(entry => entry.value.Key, entry => (entry.value.Value, entry.index + 1)), problems);

    private static DeliveryFile File(string name, byte[] content) =>
        new(name, content, Convert.ToHexStringLower(SHA256.HashData(content)), Convert.ToHexStringLower(Sm3.HashData(content)));
}
