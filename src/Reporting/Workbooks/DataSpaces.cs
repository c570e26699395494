using System.Text;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>The storage that says by which transform <c>EncryptedPackage</c> is read ([MS-OFFCRYPTO] 2.1): the same in every workbook that Office locks.</summary>
internal static class DataSpaces
{
    private const string SpaceName = "StrongEncryptionDataSpace";
    private const string TransformName = "StrongEncryptionTransform";
    private const int HeaderLength = 8;

    public static CompoundStorage Storage() => new(
        "\u0006DataSpaces",
        Stream("Version", Bytes(Text("Microsoft.Container.DataSpaces"), Versions())),
        Stream("DataSpaceMap", Map()),
        new CompoundStorage("DataSpaceInfo", Stream(SpaceName, Bytes(Number(HeaderLength), Number(1), Text(TransformName)))),
        new CompoundStorage("TransformInfo", new CompoundStorage(TransformName, Stream("\u0006Primary", Transform()))));

    /// <summary>2.1.6.</summary>
    private static byte[] Map()
    {
        var entry = Bytes(Number(1), Number(0), Text("EncryptedPackage"), Text(SpaceName));
        return Bytes(Number(HeaderLength), Number(1), Number(sizeof(int) + entry.Length), entry);
    }

    /// <summary>2.1.8 and 2.1.9. With agile encryption the name is empty and block size and mode are 0: they stand in <c>EncryptionInfo</c>.</summary>
    private static byte[] Transform()
    {
        const int PasswordTransform = 1;
        var id = Text("{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}");
        return Bytes(
            Number((2 * sizeof(int)) + id.Length),
            Number(PasswordTransform),
            id,
            Text("Microsoft.Container.EncryptionTransform"),
            Versions(),
            Number(0),
            Number(0),
            Number(0),
            Number(4));
    }

    /// <summary>Reader, updater and writer are 1.0.</summary>
    private static byte[] Versions() => Bytes(Number(1), Number(1), Number(1));

    /// <summary>UNICODE-LP-P4 (2.1.2): length in bytes, UTF-16, zeros up to a multiple of four.</summary>
    private static byte[] Text(string text)
    {
        var bytes = Encoding.Unicode.GetBytes(text);
        return Bytes(Number(bytes.Length), bytes, new byte[-bytes.Length & 3]);
    }

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static byte[] Bytes(params ReadOnlySpan<byte[]> parts)
    {
        var all = new MemoryStream();
        foreach (var part in parts)
        {
            all.Write(part);
        }

        return all.ToArray();
    }

    private static CompoundStream Stream(string name, byte[] content) => new(name, content.Length, output => output.Write(content));
}
