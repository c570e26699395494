using MinerFlow.Traffic;

namespace MinerFlow.Fuzz;

/// <summary>Damages bytes in the ways that find weak parsers: bits, extreme lengths, parts lost, repeated, moved and cut off.</summary>
internal static class Mutation
{
    private static readonly byte[] Extremes = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0xFE, (byte)'{', (byte)'"', (byte)'[', (byte)'\n', (byte)'\\'];

    public static byte[] Of(byte[] original, SeededRandom random)
    {
        var bytes = new List<byte>(original);
        for (var changes = 1 + random.Below(6); changes > 0; changes--)
        {
            if (bytes.Count == 0)
            {
                return [];
            }

            Change(bytes, random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, SeededRandom random)
    {
        var at = random.Below(bytes.Count);
        var length = Math.Min(1 + random.Below(16), bytes.Count - at);
        switch (random.Below(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1:
                bytes[at] = Extremes[random.Below(Extremes.Length)];
                break;
            case 2:
                // A run of one extreme value: a length field of 2 or 4 bytes that lies.
                var extreme = Extremes[random.Below(Extremes.Length)];
                for (var i = 0; i < Math.Min(4, length); i++)
                {
                    bytes[at + i] = extreme;
                }

                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.InsertRange(at, random.Bytes(length));
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(random.Below(bytes.Count), bytes.GetRange(at, length));
                break;
        }
    }
}
