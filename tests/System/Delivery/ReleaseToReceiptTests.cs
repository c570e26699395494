using System.Security.Cryptography;
using System.Text.Json;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>On the command line, from a list whose answers are reviewed to the recipient's receipt in the ledger: over SFTP, by two persons.</summary>
public sealed class ReleaseToReceiptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-release-");
    private readonly ReviewedLedger _ledger;

    public ReleaseToReceiptTests()
    {
        _ledger = new ReviewedLedger(_folder.FullName);
        File.WriteAllText(_ledger.Actors, $"name,os_user,token_sha256,duties\n报送,{Environment.UserName},,Sender\n个保,,{Convert.ToHexStringLower(SHA256.HashData("synthetic"u8))},Privacy\n");
        File.WriteAllText(PathOf("token"), "synthetic\n");
    }

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void WhatTwoPersonsReleasedArrivesAndItsReceiptIsInTheLedger()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        Describe(server);
        var (signing, checking) = Keys();
        Row("report", "snapshot", "--batch", "1", "--rules", Repository.PathOf("rules"));
        Row("report", "ask-release", "1", "--purpose", "feedback", "--legal-basis", "示例依据", "--recipient", ReviewedLedger.Recipient, "--until", "2099-01-01T00:00");
        string[] queue = ["push", "queue", "1", "--snapshot", "1", "--to", "regulator", "--release", "1", "--form", "annex2", "--sign", signing, "--rules", Repository.PathOf("rules"), .. Destinations];
        Assert.Equal(1, Run(queue).ExitCode);
        Assert.Equal(0, Run("report", "approve-release", "1", "--as", "个保", "--token-file", PathOf("token")).ExitCode);

        var queued = Row(queue);
        Assert.Equal("Delivered", Row(["push", "send", .. Destinations]).GetProperty("outcome").GetString());

        var id = queued.GetProperty("id").GetString()!;
        var package = server.PathOf($"home/drop/regulator-00000001-{id}");
        Assert.Equal(0, Product.Run("doctor", "package", package, "--key", checking).ExitCode);
        var receipt = server.PathOf($"home/drop/receipts/{id}.json");
        File.WriteAllText(receipt, """{"accepted":true,"text":"受理号 2022-0412"}""");
        Tool.Run("chown", "--reference", server.PathOf("home"), receipt);
        Assert.Equal("受理号 2022-0412", Row(["push", "receipts", .. Destinations]).GetProperty("text").GetString());
        Assert.Empty(Product.Lines(Run(["push", "receipts", .. Destinations]).Output));
        var kept = Row(["push", "receipts", "--all", .. Destinations]);
        Assert.Equal((1, true), (kept.GetProperty("package").GetInt64(), kept.GetProperty("accepted").GetBoolean()));
        Assert.False(File.Exists(receipt));
    }

    private string[] Destinations => ["--destinations", PathOf("destinations")];

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Describe(OpenSshServer server)
    {
        Directory.CreateDirectory(PathOf("destinations"));
        File.WriteAllText(
            PathOf("destinations/regulator.yaml"),
            $"""
            channel: sftp
            recipient: {ReviewedLedger.Recipient}
            host: 127.0.0.1
            port: {server.Port}
            user: {OpenSshServer.User}
            host-key: {server.Print("host-ed25519")}
            key: file:{server.PathOf("open-key")}
            folder: drop
            receipts: receipts
            """);
    }

    private (string Private, string Public) Keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(PathOf("private.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(PathOf("public.pem"), key.ExportSubjectPublicKeyInfoPem());
        return (PathOf("private.pem"), PathOf("public.pem"));
    }

    /// <summary>The one line that a command shows.</summary>
    private JsonElement Row(params string[] arguments)
    {
        var run = Run(arguments);
        Assert.True(run.ExitCode == 0, run.Messages);
        return JsonDocument.Parse(Assert.Single(Product.Lines(run.Output))).RootElement;
    }

    private Product.Outcome Run(params string[] arguments) =>
        Product.Run([.. arguments, "--lang", "en", "--format", "jsonl", "--ledger", _ledger.Place, "--keys", _ledger.Keys, "--actors", _ledger.Actors]);
}
