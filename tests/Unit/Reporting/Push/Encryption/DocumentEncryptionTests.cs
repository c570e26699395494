using MinerFlow.Abstractions;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Encryption;
using MinerFlow.Reporting.Push.Signatures;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Encryption;

public sealed class DocumentEncryptionTests : IDisposable
{
    private const string Password = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-encryption-");

    public DocumentEncryptionTests() => File.WriteAllText(PathOf("password"), Password + "\n");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("sm4", "sm4-cbc", 0)]
    [InlineData("sm4", "sm4-cbc", 15)]
    [InlineData("sm4", "sm4-cbc", 16)]
    [InlineData("sm4", "sm4-cbc", 2_000_003)]
    [InlineData("aes-256", "aes-256-cbc", 0)]
    [InlineData("aes-256", "aes-256-cbc", 2_000_003)]
    public void OpenSslOpensItWithThePasswordAndNotWithout(string kind, string cipher, int bytes)
    {
        var content = new SeededRandom(7).Bytes(bytes);
        var document = DeliveryDocument.Of("附件2.xlsx", content);

        var encrypted = Sound(kind).Encrypt(document);

        Assert.Equal("附件2.xlsx.p7m", encrypted.Name);
        Assert.Equal(DeliveryDocument.Of("", encrypted.Content).Sha256, encrypted.Sha256);
        File.WriteAllBytes(PathOf("sealed"), encrypted.Content.ToArray());
        OpenSsl.Run("cms", "-decrypt", "-binary", "-inform", "DER", "-in", PathOf("sealed"), "-pwri_password", Password, "-out", PathOf("opened"));
        Assert.Equal(content, File.ReadAllBytes(PathOf("opened")));

        Assert.NotEqual(0, OpenSsl.Try("cms", "-decrypt", "-binary", "-inform", "DER", "-in", PathOf("sealed"), "-pwri_password", Password[1..], "-out", PathOf("wrong")).ExitCode);
        var structure = OpenSsl.Run("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", PathOf("sealed"));
        Assert.Equal(2, structure.Split($"algorithm: {cipher}").Length + structure.Split($":{cipher}").Length - 2);
    }

    [Fact]
    public void TheSameDocumentIsNotRecognized()
    {
        var document = DeliveryDocument.Of("a", new byte[100]);
        var encryption = Sound("sm4");

        Assert.NotEqual(encryption.Encrypt(document).Sha256, encryption.Encrypt(document).Sha256);
        Assert.Equal(-1, encryption.Encrypt(document).Content.Span.IndexOf(new byte[16]));
    }

    // GB/T 32907-2016, annex A.1: the cipher under the name that it is asked for here.
    [Fact]
    public void TheCipherIsThatOfTheStandard()
    {
        const string Block = "0123456789abcdeffedcba9876543210";
        File.WriteAllBytes(PathOf("block"), Convert.FromHexString(Block));

        OpenSsl.Run("enc", "-SM4-CBC", "-nopad", "-K", Block, "-iv", new string('0', 32), "-in", PathOf("block"), "-out", PathOf("out"));

        Assert.Equal("681EDF34D206965E86B3E94F536E4246", Convert.ToHexString(File.ReadAllBytes(PathOf("out"))));
    }

    [Fact]
    public void AnAlgorithmThatIsNotThereIsNamed()
    {
        var error = Assert.Throws<ChannelException>(() => LibcryptoCalls.Cipher("SM9-CBC"));

        Assert.StartsWith("the OpenSSL of this system was built without SM9-CBC", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encrypt=des;encrypt-password=file:password", "'encrypt' is one of sm4, aes-256, not 'des'.")]
    [InlineData("encrypt-password=file:password", "'encrypt-password' is given without 'encrypt'")]
    [InlineData("encrypt=sm4", "'encrypt' needs 'encrypt-password'")]
    [InlineData("encrypt=sm4;encrypt-password=file:short", "'encrypt-password' has 5 bytes: it has at least 16")]
    [InlineData("encrypt=sm4;encrypt-password=file:nothing", "cannot be read")]
    public void EachFaultIsToldWithWhatWouldBeRight(string values, string message)
    {
        File.WriteAllText(PathOf("short"), "short");
        var problems = new List<Problem>();
        Assert.Null(DocumentEncryption.Read(Settings(problems, values.Split(';'))));

        Assert.Contains(message, Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    private DocumentEncryption Sound(string kind)
    {
        var problems = new List<Problem>();
        var encryption = DocumentEncryption.Read(Settings(problems, $"encrypt={kind}", "encrypt-password=file:password"));
        Assert.Empty(problems);
        return encryption!;
    }

    private ChannelSettings Settings(ICollection<Problem> problems, params IEnumerable<string> values) =>
        new(PathOf("destination.yaml"), values.Select(value => value.Split('=', 2)).ToDictionary(pair => pair[0], pair => (pair[1], 1)), problems);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
