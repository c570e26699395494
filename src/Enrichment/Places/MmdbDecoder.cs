using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Enrichment.Places;

/// <summary>Decodes one section of typed fields of a MaxMind DB file, within bounds, depth and a budget of values.</summary>
internal sealed class MmdbDecoder(byte[] bytes, int start, int end)
{
    // The deepest public schema nests four levels.
    private const int MaxDepth = 32;

    // A City record has about 200 values; pointers to pointers could otherwise multiply without end.
    private const int MaxValues = 16 * 1024;

    public int Length => end - start;

    public object Decode(int offset)
    {
        var position = offset;
        var budget = MaxValues;
        return Value(ref position, 0, ref budget);
    }

    /// <summary>Field types of the specification, "Data field format".</summary>
    private enum FieldType
    {
        Extended = 0,
        Pointer = 1,
        Utf8 = 2,
        Double = 3,
        Bytes = 4,
        UInt16 = 5,
        UInt32 = 6,
        Map = 7,
        Int32 = 8,
        UInt64 = 9,
        UInt128 = 10,
        Array = 11,
        CacheContainer = 12,
        EndMarker = 13,
        Boolean = 14,
        Float = 15,
    }

    private object Value(ref int position, int depth, ref int budget)
    {
        if (depth > MaxDepth || --budget < 0)
        {
            throw new MmdbException("a record nests too deep or is too large to be one.");
        }

        var control = Take(ref position, 1)[0];
        var type = (FieldType)(control >> 5);
        if (type == FieldType.Pointer)
        {
            var target = Pointer(control, ref position);
            if (target < 0 || target >= Length || (FieldType)(bytes[start + target] >> 5) == FieldType.Pointer)
            {
                // Specification: a pointer never points to a pointer.
                throw new MmdbException("a pointer leads outside the data section or to another pointer.");
            }

            return Value(ref target, depth + 1, ref budget);
        }

        if (type == FieldType.Extended)
        {
            type = (FieldType)(7 + Take(ref position, 1)[0]);
        }

        var size = Size(control, ref position);
        return type switch
        {
            FieldType.Map => Map(size, ref position, depth, ref budget),
            FieldType.Array => List(size, ref position, depth, ref budget),
            FieldType.Boolean => size <= 1 ? size == 1 : throw new MmdbException("a boolean is neither 0 nor 1."),
            _ => Scalar(type, Take(ref position, size)),
        };
    }

    private Dictionary<string, object> Map(int size, ref int position, int depth, ref int budget)
    {
        CheckCount(size, budget);
        var map = new Dictionary<string, object>(size, StringComparer.Ordinal);
        for (var i = 0; i < size; i++)
        {
            if (Value(ref position, depth + 1, ref budget) is not string key)
            {
                throw new MmdbException("a key of a map is no string.");
            }

            map[key] = Value(ref position, depth + 1, ref budget);
        }

        return map;
    }

    private List<object> List(int size, ref int position, int depth, ref int budget)
    {
        CheckCount(size, budget);
        var list = new List<object>(size);
        for (var i = 0; i < size; i++)
        {
            list.Add(Value(ref position, depth + 1, ref budget));
        }

        return list;
    }

    private static object Scalar(FieldType type, ReadOnlySpan<byte> field) => type switch
    {
        FieldType.Utf8 => Encoding.UTF8.GetString(field),
        FieldType.Bytes => field.ToArray(),
        FieldType.Double when field.Length == 8 => BinaryPrimitives.ReadDoubleBigEndian(field),
        FieldType.Float when field.Length == 4 => (double)BinaryPrimitives.ReadSingleBigEndian(field),
        FieldType.UInt16 when field.Length <= 2 => Unsigned(field),
        FieldType.UInt32 when field.Length <= 4 => Unsigned(field),
        FieldType.UInt64 when field.Length <= 8 => Unsigned(field),
        FieldType.UInt128 when field.Length <= 16 => Wide(field),
        // Shorter fields are not sign-extended: leading zero bytes were left out.
        FieldType.Int32 when field.Length <= 4 => (long)(int)Unsigned(field),
        _ => throw new MmdbException($"a field of type {(int)type} with {field.Length} bytes is not one of the format."),
    };

    private static ulong Unsigned(ReadOnlySpan<byte> field)
    {
        ulong number = 0;
        foreach (var b in field)
        {
            number = (number << 8) | b;
        }

        return number;
    }

    private static UInt128 Wide(ReadOnlySpan<byte> field)
    {
        UInt128 number = 0;
        foreach (var b in field)
        {
            number = (number << 8) | b;
        }

        return number;
    }

    /// <summary>Specification, "Payload size": 29 to 31 say that one to three more bytes follow.</summary>
    private int Size(byte control, ref int position)
    {
        var size = control & 0x1F;
        return size switch
        {
            < 29 => size,
            29 => 29 + (int)Unsigned(Take(ref position, 1)),
            30 => 285 + (int)Unsigned(Take(ref position, 2)),
            _ => 65_821 + (int)Unsigned(Take(ref position, 3)),
        };
    }

    /// <summary>Specification, "pointer": two bits of size, three of value, and 8 to 32 bits more; each size starts where the one before it ends.</summary>
    private int Pointer(byte control, ref int position)
    {
        var more = ((control >> 3) & 3) + 1;
        var low = Unsigned(Take(ref position, more));
        var high = (ulong)(control & 7) << (8 * more);
        var target = more switch
        {
            1 => high | low,
            2 => (high | low) + 2_048,
            3 => (high | low) + 526_336,
            _ => low,
        };
        return target < (ulong)Length ? (int)target : -1;
    }

    private ReadOnlySpan<byte> Take(ref int position, int length)
    {
        if (position < 0 || length > Length - position)
        {
            throw new MmdbException("a record runs over the end of the data section.");
        }

        var field = bytes.AsSpan(start + position, length);
        position += length;
        return field;
    }

    private static void CheckCount(int size, int budget)
    {
        if (size > budget)
        {
            throw new MmdbException("a record nests too deep or is too large to be one.");
        }
    }
}
