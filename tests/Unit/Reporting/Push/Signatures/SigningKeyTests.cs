using System.Text;
using System.Text.Json;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Signatures;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Signatures;

public sealed class SigningKeyTests : IDisposable
{
    private static readonly byte[] Message = "{\"package\":\"a\"}"u8.ToArray();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    // GB/T 32918.5-2017, annex A.2: the key pair and the signature of "message digest".
    [Fact]
    public void TheSignatureOfTheStandardFits()
    {
        const string PublicKey = "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
        const string R = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3";
        const string S = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";
        var spki = Convert.FromHexString("3059301306072A8648CE3D020106082A811CCF5501822D03420004" + PublicKey);
        var der = Convert.FromHexString("3046022100" + R + "022100" + S);
        using var key = SigningKey.FromPem(PemOf("PUBLIC KEY", spki), "standard");
        var signature = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["algorithm"] = "sm2-sm3", ["key_id"] = key.Id, ["value"] = der });

        Assert.True(key.Verify("message digest"u8, signature, out var problem), problem);
        Assert.False(key.Verify("message digesT"u8, signature, out _));
    }

    [Theory]
    [InlineData("sm2")]
    [InlineData("p256")]
    public void WhatIsSignedIsVerifiedWithThePublicHalfAndNothingElseIs(string curve)
    {
        var (path, publicPath) = NewKey(curve);
        using var key = SigningKey.Load(path);
        using var publicKey = SigningKey.Load(publicPath);
        var signature = key.Sign(Message);

        Assert.Equal(key.Id, publicKey.Id);
        Assert.True(publicKey.Verify(Message, signature, out var problem), problem);
        Assert.Empty(problem);
        for (var i = 0; i < Message.Length; i++)
        {
            var changed = Message.ToArray();
            changed[i] ^= 1;
            Assert.False(publicKey.Verify(changed, signature, out problem));
            Assert.Contains("changed", problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sm2")]
    [InlineData("p256")]
    public void OpenSslAcceptsOurSignatureAndWeAcceptIts(string curve)
    {
        var (path, publicPath) = NewKey(curve);
        using var key = SigningKey.Load(path);
        var message = Write("message", Message);
        var value = JsonDocument.Parse(key.Sign(Message)).RootElement.GetProperty("value").GetBytesFromBase64();
        string[] digest = curve == "sm2" ? ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"] : ["-digest", "sha256"];

        var answer = OpenSsl.Run(["pkeyutl", "-verify", "-pubin", "-inkey", publicPath, "-rawin", "-in", message, "-sigfile", Write("ours", value), .. digest]);
        Assert.Contains("Verified Successfully", answer, StringComparison.Ordinal);

        var theirs = Path.Combine(_folder.FullName, "theirs");
        OpenSsl.Run(["pkeyutl", "-sign", "-inkey", path, "-rawin", "-in", message, "-out", theirs, .. digest]);
        var signature = JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object> { ["algorithm"] = key.Algorithm, ["key_id"] = key.Id, ["value"] = File.ReadAllBytes(theirs) });
        Assert.True(key.Verify(Message, signature, out var problem), problem);
    }

    [Fact]
    public void AnotherKeyAndAnotherAlgorithmAreToldApart()
    {
        using var first = SigningKey.Load(NewKey("sm2").Private);
        using var second = SigningKey.Load(NewKey("sm2", "second").Private);
        using var other = SigningKey.Load(NewKey("p256", "third").Private);

        Assert.False(second.Verify(Message, first.Sign(Message), out var problem));
        Assert.Equal($"the signature is by key {first.Id}, this is key {second.Id}.", problem);
        Assert.False(other.Verify(Message, first.Sign(Message), out problem));
        Assert.Equal("the signature is by sm2-sm3, the key is for ecdsa-p256-sha256.", problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"algorithm":1,"key_id":"a","value":""}""")]
    [InlineData("""{"algorithm":"\uD800","key_id":"a","value":""}""")]
    [InlineData("""{"algorithm":"sm2-sm3","key_id":"a","value":"not base64!"}""")]
    public void WhatIsNoSignatureIsRefused(string signature)
    {
        using var key = SigningKey.Load(NewKey("p256").Private);

        Assert.False(key.Verify(Message, Encoding.UTF8.GetBytes(signature), out var problem));
        Assert.Equal("the signature is no JSON object with algorithm, key_id and value.", problem);
    }

    [Theory]
    [InlineData("sm2")]
    [InlineData("p256")]
    public void AValueThatIsNoDerDoesNotFit(string curve)
    {
        using var key = SigningKey.Load(NewKey(curve).Private);
        foreach (var value in (byte[][])[[], [0x30], [0x30, 0x80, 0x02], new byte[200]])
        {
            var signature = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["algorithm"] = key.Algorithm, ["key_id"] = key.Id, ["value"] = value });
            Assert.False(key.Verify(Message, signature, out _));
        }
    }

    [Theory]
    [InlineData("sm2")]
    [InlineData("p256")]
    public void ThePublicHalfDoesNotSign(string curve)
    {
        using var key = SigningKey.Load(NewKey(curve).Public);

        var error = Assert.Throws<ChannelException>(() => key.Sign(Message));

        Assert.Contains("only the public half", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoKeyIsToldWithWhatWouldBeRight()
    {
        var nothing = Path.Combine(_folder.FullName, "nothing.pem");
        Assert.Contains("cannot be read", Assert.Throws<ChannelException>(() => SigningKey.Load(nothing)).Message, StringComparison.Ordinal);

        foreach (var (name, content) in new[]
                 {
                     ("empty", ""),
                     ("text", "hello"),
                     ("rsa", OpenSsl.Run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-quiet")),
                     ("p384", OpenSsl.Run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384")),
                     ("locked", OpenSsl.Run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:x")),
                     ("half", PemOf("PRIVATE KEY", Convert.FromHexString("300A06082A811CCF5501822D"))),
                 })
        {
            var path = Write(name, Encoding.ASCII.GetBytes(content));
            var error = Assert.Throws<ChannelException>(() => SigningKey.Load(path));
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("openssl genpkey", error.Message, StringComparison.Ordinal);
        }
    }

    private static string PemOf(string label, byte[] content) => $"-----BEGIN {label}-----\n{Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks)}\n-----END {label}-----\n";

    private (string Private, string Public) NewKey(string curve, string name = "key")
    {
        var path = Path.Combine(_folder.FullName, name + ".pem");
        var publicPath = Path.Combine(_folder.FullName, name + ".public.pem");
        string[] algorithm = curve == "sm2" ? ["-algorithm", "SM2"] : ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        OpenSsl.Run(["genpkey", .. algorithm, "-out", path]);
        OpenSsl.Run("pkey", "-in", path, "-pubout", "-out", publicPath);
        return (path, publicPath);
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
