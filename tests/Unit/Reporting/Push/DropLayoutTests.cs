using System.Text;
using MinerFlow.Reporting.Push;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class DropLayoutTests
{
    private static readonly DeliveryPackage Package = new(
        "pkg-7", "city-drc", "示例市发展改革委", 7, default, IsMasked: true, [new DeliveryFile("附件2.xlsx", "content"u8.ToArray(), "ab12", "cd34")], "{}"u8.ToArray(), Signature: null);

    [Fact]
    public void DocumentsComeBeforeTheManifestAndTheMarkerNamesIt()
    {
        Assert.Equal("city-drc-00000007-pkg-7", DropLayout.Folder(Package));
        Assert.Equal(
            ["附件2.xlsx: content", "附件2.xlsx.sha256: ab12  附件2.xlsx\n", "附件2.xlsx.sm3: cd34  附件2.xlsx\n", "manifest.json: {}"],
            DropLayout.Files(Package).Select(Show));

        // SHA-256 of "{}".
        Assert.Equal("package.ok: 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  manifest.json\n", Show(DropLayout.Marker(Package)));
    }

    [Fact]
    public void SignatureStandsBehindTheManifest() =>
        Assert.Equal("manifest.json.sig: signed", Show(DropLayout.Files(Package with { Signature = "signed"u8.ToArray() }).Last()));

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b.xlsx")]
    [InlineData(".ok")]
    [InlineData("")]
    [InlineData("a\nb.xlsx")]
    public void NamesThatAreNoFileNamesAreTold(string name)
    {
        Assert.Null(DropLayout.NameProblem(Package));
        Assert.StartsWith($"'{name}' cannot be", DropLayout.NameProblem(Package with { Files = [Package.Files[0] with { Name = name }] }), StringComparison.Ordinal);
    }

    private static string Show(DropFile file) => $"{file.Name}: {Encoding.UTF8.GetString(file.Content.Span)}";
}
