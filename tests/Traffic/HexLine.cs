using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MinerFlow.Traffic;

/// <summary>
/// Bytes of a binary message as a line of words: hexadecimal, <c>"text"</c>, <c>random:N</c>, <c>zero:N</c>, <c>point</c> (a public key of secp256k1), and brackets that put a computed head
/// before what they hold: <c>u8[ ]</c>, <c>le16[ ]</c>, <c>be16[ ]</c>, <c>le24[ ]</c>, <c>be24[ ]</c>, <c>le64[ ]</c> (length), <c>keccak[ ]</c> (hash),
/// <c>bitcoin[ ]</c> (length and checksum of a Bitcoin message).
/// </summary>
internal sealed class HexLine(string line, SeededRandom random)
{
    private int _at;

    public static byte[] Parse(string line, SeededRandom random)
    {
        var parser = new HexLine(line, random);
        var bytes = parser.Sequence();
        return parser._at == line.Length ? bytes : throw new FormatException($"']' without '[' in: {line}");
    }

    private byte[] Sequence()
    {
        var bytes = new List<byte>();
        while (_at < line.Length && line[_at] != ']')
        {
            if (line[_at] == ' ')
            {
                _at++;
            }
            else if (line[_at] == '"')
            {
                var close = line.IndexOf('"', _at + 1);
                bytes.AddRange(Encoding.UTF8.GetBytes(line[(_at + 1)..close]));
                _at = close + 1;
            }
            else
            {
                bytes.AddRange(Word());
            }
        }

        return [.. bytes];
    }

    private byte[] Word()
    {
        var start = _at;
        while (_at < line.Length && line[_at] is not (' ' or '[' or ']' or '"'))
        {
            _at++;
        }

        var word = line[start.._at];
        if (_at < line.Length && line[_at] == '[')
        {
            _at++;
            var inner = Sequence();
            _at++;
            return [.. Head(word, inner), .. inner];
        }

        return word.Split(':') switch
        {
            ["random", var count] => random.Bytes(int.Parse(count)),
            ["point"] => CurvePoint.Make(random),
            ["zero", var count] => new byte[int.Parse(count)],
            _ => Convert.FromHexString(word),
        };
    }

    private static byte[] Head(string kind, byte[] inner)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, inner.Length);
        return kind switch
        {
            "u8" => length[..1],
            "le16" => length[..2],
            "be16" => [length[1], length[0]],
            "le24" => length[..3],
            "be24" => [length[2], length[1], length[0]],
            "le64" => length,
            "keccak" => Keccak256.Hash(inner),
            "bitcoin" => [.. length[..4], .. SHA256.HashData(SHA256.HashData(inner))[..4]],
            _ => throw new FormatException($"unknown bracket '{kind}['"),
        };
    }
}
