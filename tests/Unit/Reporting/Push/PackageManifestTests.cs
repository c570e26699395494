using System.Text;
using System.Text.Json;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class PackageManifestTests
{
    private static readonly Delivery Package = new(
        7, "0b8e6d0e-3a55-4b59-8a4e-6d7c9f0b1a22", "regulator", 3, "市发展改革委", 1, 2, 5, null, new DateTimeOffset(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8)), "sender",
        DeliveryState.Waiting, default, 0, default, null);

    [Fact]
    public void AManifestSaysWhatThePackageIs()
    {
        var document = DeliveryDocument.Of("附件2.xlsx", "abc"u8.ToArray());

        var bytes = PackageManifest.Write(Package, [document], "aa");

        using var json = JsonDocument.Parse(bytes);
        Assert.Equal(
            ["format", "id", "destination", "sequence", "recipient", "made_at", "masked", "batch", "snapshot", "snapshot_sha256", "release", "files"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("2022-04-08T08:17:00.000Z", json.RootElement.GetProperty("made_at").GetString());
        Assert.Contains("附件2.xlsx", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var read = PackageManifest.Read(bytes)!;
        Assert.Equal((Package.Id, "regulator", 3L, "市发展改革委", false), (read.Id, read.Destination, read.Sequence, read.Recipient, read.IsMasked));

        // SHA-256 of "abc" from FIPS 180-4, SM3 of it from GB/T 32905, both in their examples.
        Assert.Equal(
            new ManifestFile("附件2.xlsx", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            Assert.Single(read.Files));
    }

    [Fact]
    public void AWithdrawalSaysWhichPackageWillNotComeAndNothingOfItsDocuments()
    {
        var bytes = PackageManifest.WriteWithdrawal(Package);

        var read = PackageManifest.Read(bytes)!;
        Assert.Equal(($"{Package.Id}-withdrawn", 3L, true), (read.Id, read.Sequence, read.IsMasked));
        Assert.Empty(read.Files);
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal(Package.Id, json.RootElement.GetProperty("withdraws").GetString());
        Assert.Equal(Package.Id, Delivery.IdIn(read.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"format":"minerflow-package/2"}""")]
    [InlineData("""{"format":"minerflow-package/1","id":1}""")]
    [InlineData("""{"format":"minerflow-package/1","id":"a","destination":"b","sequence":1.5,"recipient":"c","made_at":"x","masked":true,"files":[]}""")]
    public void WhatIsNoManifestIsNone(string text) => Assert.Null(PackageManifest.Read(Encoding.UTF8.GetBytes(text)));
}
