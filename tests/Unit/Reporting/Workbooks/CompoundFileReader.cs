using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Unit.Reporting.Workbooks;

/// <summary>Reads streams of a compound file by their name, written from [MS-CFB] apart from the writer. It goes by the chains, not by the order of sectors.</summary>
internal static class CompoundFileReader
{
    private const uint LastOrdinary = 0xFFFF_FFFA;

    /// <summary>The bytes of the first stream of this name.</summary>
    public static byte[] Stream(byte[] file, string name) => Streams(file)[name];

    public static IReadOnlyDictionary<string, byte[]> Streams(byte[] file)
    {
        var table = Table(file);
        var directory = Chain(file, table, Word(file, 48), 512);
        var shortTable = Words(Chain(file, table, Word(file, 60), 512));
        var shortStreams = Chain(file, table, Word(directory, 116), 512);
        var streams = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Visit(Word(directory, 76), "");
        return streams;

        void Visit(uint number, string folder)
        {
            if (number > LastOrdinary)
            {
                return;
            }

            var entry = directory.AsSpan((int)number * 128, 128).ToArray();
            var name = Encoding.Unicode.GetString(entry, 0, BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(64)) - 2);
            Visit(Word(entry, 68), folder);
            var length = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(120));
            if (entry[66] == 2)
            {
                var isShort = length < Word(file, 56);
                streams.Add(folder + name, (isShort ? Chain(shortStreams, shortTable, Word(entry, 116), 64, header: 0) : Chain(file, table, Word(entry, 116), 512))[..(int)length]);
            }

            Visit(Word(entry, 76), folder + name + "/");
            Visit(Word(entry, 72), folder);
        }
    }

    private static List<uint> Table(byte[] file)
    {
        var sectors = Enumerable.Range(0, 109).Select(i => Word(file, 76 + (4 * i))).ToList();
        for (var next = Word(file, 68); next <= LastOrdinary;)
        {
            var words = Words(file.AsSpan((int)(next + 1) * 512, 512).ToArray());
            sectors.AddRange(words[..127]);
            next = words[127];
        }

        return [.. sectors.Where(sector => sector <= LastOrdinary).SelectMany(sector => Words(file.AsSpan((int)(sector + 1) * 512, 512).ToArray()))];
    }

    private static byte[] Chain(byte[] bytes, List<uint> table, uint start, int unit, int header = 512)
    {
        var chain = new MemoryStream();
        for (var sector = start; sector <= LastOrdinary; sector = table[(int)sector])
        {
            chain.Write(bytes, header + ((int)sector * unit), unit);
        }

        return chain.ToArray();
    }

    private static List<uint> Words(byte[] bytes) => [.. Enumerable.Range(0, bytes.Length / 4).Select(i => Word(bytes, 4 * i))];

    private static uint Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
