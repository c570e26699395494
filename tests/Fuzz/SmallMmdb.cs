using System.Text;

namespace MinerFlow.Fuzz;

/// <summary>The smallest useful geo database: one node, whose one half of the IPv4 space is a place (MaxMind DB specification 2.0).</summary>
internal static class SmallMmdb
{
    private const byte NodeCount = 1;

    public static byte[] Bytes { get; } =
    [
        // The node: records of 24 bits. Left points at the data (node count + 16 + 0), right says "nothing".
        0, 0, NodeCount + 16, 0, 0, NodeCount,
        .. new byte[16],
        .. Map(("country", Map(("iso_code", Text("ZZ")))), ("subdivisions", [0x01, 0x04, .. Map(("names", Map(("zh-CN", Text("示例省")))))])),
        0xAB, 0xCD, 0xEF, .. Encoding.ASCII.GetBytes("MaxMind.com"),
        .. Map(
            ("binary_format_major_version", [0xA1, 2]),
            ("binary_format_minor_version", [0xA0]),
            ("build_epoch", [0x04, 0x02, 0x69, 0xA5, 0xA5, 0x00]),
            ("database_type", Text("Example-City")),
            ("ip_version", [0xA1, 4]),
            ("node_count", [0xC1, NodeCount]),
            ("record_size", [0xA1, 24])),
    ];

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length < 29 ? [(byte)(0x40 | bytes.Length), .. bytes] : [0x5D, (byte)(bytes.Length - 29), .. bytes];
    }

    private static byte[] Map(params (string Key, byte[] Value)[] members) =>
        [(byte)(0xE0 | members.Length), .. members.SelectMany(member => Text(member.Key).Concat(member.Value))];
}
