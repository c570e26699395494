using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using MinerFlow.Reporting.Workbooks;
using Xunit;

namespace MinerFlow.Unit.Reporting.Workbooks;

/// <summary>Locked workbooks, read by a reader of another hand.</summary>
public sealed class EncryptedWorkbookTests
{
    private const string Password = "k7mf-密码";

    // Its reader asks for the character sets of Windows before it looks at a file.
    static EncryptedWorkbookTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    // Sizes around what changes the file's layout: all in short sectors, a segment exactly, beyond what the header's table reaches (7 MB).
    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    [InlineData(9_000_000)]
    public void WorkbookOpensWithItsPassword(int ballast)
    {
        var locked = Lock(Workbook(ballast));

        using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(locked), new ExcelReaderConfiguration { Password = Password });

        Assert.True(reader.Read());
        Assert.Equal("synthetic", reader.GetString(0));
    }

    [Theory]
    [InlineData("k7mf-密吗")]
    [InlineData("")]
    public void WorkbookDoesNotOpenWithAnotherOrNone(string password)
    {
        var locked = Lock(Workbook(0));

        Assert.Throws<InvalidPasswordException>(() => ExcelReaderFactory.CreateReader(new MemoryStream(locked), new ExcelReaderConfiguration { Password = password }));
    }

    [Fact]
    public void NothingOfTheDocumentIsLegible()
    {
        var locked = Lock(Workbook(100_000));

        Assert.Equal(-1, locked.AsSpan().IndexOf("synthetic"u8));
        Assert.Equal(-1, locked.AsSpan().IndexOf("workbook.xml"u8));
        Assert.Equal(-1, locked.AsSpan().IndexOf(new byte[64 + 512]));
    }

    [Fact]
    public void SameDocumentIsLockedAnotherWayEachTime() => Assert.NotEqual(Lock(Workbook(0)), Lock(Workbook(0)));

    // What a reader makes of lengths that need not be whole blocks: the outer file is read by its chains.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(4_097)]
    public void PackageSaysItsLengthAndIsWholeBlocks(int length)
    {
        var locked = Lock(new byte[length]);
        var package = CompoundFileReader.Stream(locked, "EncryptedPackage");

        Assert.Equal(length, BitConverter.ToInt64(package));
        Assert.Equal((length + 15) / 16 * 16, package.Length - sizeof(long));
        Assert.StartsWith("<?xml", Encoding.UTF8.GetString(CompoundFileReader.Stream(locked, "EncryptionInfo")[8..]), StringComparison.Ordinal);
    }

    [Fact]
    public void LargeDocumentTakesLittleMemory()
    {
        const int Length = 50 << 20;
        using var document = new EndlessZeros();
        EncryptedWorkbook.Write(document, 1, Password, Stream.Null);
        var before = GC.GetAllocatedBytesForCurrentThread();

        EncryptedWorkbook.Write(document, Length, Password, Stream.Null);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Length / 4);
    }

    private static byte[] Lock(byte[] document)
    {
        var locked = new MemoryStream();
        EncryptedWorkbook.Write(new MemoryStream(document), document.Length, Password, locked);
        return locked.ToArray();
    }

    /// <summary>A workbook of one cell, with something else in the archive to make it large.</summary>
    private static byte[] Workbook(int ballast)
    {
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string Packages = "http://schemas.openxmlformats.org/package/2006";
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            const string Sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml";
            Put("[Content_Types].xml", $"""
                <Types xmlns="{Packages}/content-types">
                <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>
                <Override PartName="/xl/workbook.xml" ContentType="{Sheets}.sheet.main+xml"/>
                <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{Sheets}.worksheet+xml"/></Types>
                """);
            Put("_rels/.rels", $"""<Relationships xmlns="{Packages}/relationships"><Relationship Id="r1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Put("xl/_rels/workbook.xml.rels", $"""
                <Relationships xmlns="{Packages}/relationships"><Relationship Id="r1" Type="{Relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>
                """);
            Put("xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>""");
            Put("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="{Main}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>synthetic</t></is></c></row></sheetData></worksheet>""");
            using var rest = archive.CreateEntry("ballast.bin", CompressionLevel.NoCompression).Open();
            rest.Write(new byte[ballast]);

            void Put(string name, string text)
            {
                using var part = archive.CreateEntry(name).Open();
                part.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    private sealed class EndlessZeros : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
