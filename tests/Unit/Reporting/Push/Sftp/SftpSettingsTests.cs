using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Sftp;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Sftp;

public sealed class SftpSettingsTests : IDisposable
{
    private const string Pin = "SHA256:uNiVztksCsDhcc0u9e8BrwyWCKsdkgMcXeKAHUpiyLg";

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsNotSaidHasAStandard()
    {
        File.WriteAllText(_folder.PathOf("password"), "synthetic\n");

        var settings = Read(("host", "192.0.2.4"), ("user", "drop"), ("host-key", Pin), ("password", "file:password"))!;

        Assert.Empty(_problems);
        Assert.Equal(("192.0.2.4:22", ".", "receipts", false), (settings.Address, settings.Folder, settings.Receipts, settings.ReceiptsAreExpected));
        Assert.Equal(Pin, SftpSettings.Print(settings.HostKeys.Single()));
        Assert.Equal("synthetic", settings.Password!.Reveal());
    }

    [Theory]
    [InlineData(".", "receipts", "pkg-1", "receipts/a.txt")]
    [InlineData("in", "receipts", "in/pkg-1", "in/receipts/a.txt")]
    [InlineData("/srv/in/", "/srv/out", "/srv/in/pkg-1", "/srv/out/a.txt")]
    public void PathsCountFromTheDrop(string folder, string receipts, string package, string receipt)
    {
        File.WriteAllText(_folder.PathOf("password"), "synthetic");

        var settings = Read(("host", "192.0.2.4"), ("user", "drop"), ("host-key", Pin), ("password", "file:password"), ("folder", folder), ("receipts", receipts))!;

        Assert.Equal((package, receipt), (settings.PathOf("pkg-1"), settings.ReceiptPath("a.txt")));
    }

    [Fact]
    public void EveryProblemIsToldAtOnce()
    {
        Assert.Null(Read(("port", "0"), ("host-key", "SHA256:short"), ("key", "file:missing"), ("password", "hunter2")));

        Assert.Collection(
            _problems.Select(problem => $"{problem.Line} {problem.Message}"),
            text => Assert.Equal("0 'host' is missing.", text),
            text => Assert.Equal("1 'port' is a whole number from 1 to 65535, not '0'.", text),
            text => Assert.Equal("0 'user' is missing.", text),
            text => Assert.StartsWith("2 'host-key' is the key's SHA-256 as 'ssh-keygen -lf HOST_KEY.pub' prints it, SHA256: and 43 letters, not 'SHA256:short'", text, StringComparison.Ordinal),
            text => Assert.StartsWith("3 'key': ", text, StringComparison.Ordinal),
            text => Assert.Equal("4 'password': a secret is named by its place: file:PATH, env:NAME or credential:NAME.", text),
            text => Assert.Equal("3 one of 'key' and 'password' says how we log in, and only one.", text));
    }

    [Theory]
    [InlineData("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48")]
    [InlineData("uNiVztksCsDhcc0u9e8BrwyWCKsdkgMcXeKAHUpiyLg")]
    [InlineData("SHA256:uNiVztksCsDhcc0u9e8BrwyWCKsdkgMcXeKAHUpiyLgAAAA")]
    [InlineData(Pin + ",SHA256:uNiVztksCsDhcc0u9e8BrwyWCKsdkgMcXeKAHUpiyL")]
    public void OnlySha256IsAPin(string text)
    {
        File.WriteAllText(_folder.PathOf("password"), "synthetic");

        Assert.Null(Read(("host", "192.0.2.4"), ("user", "drop"), ("host-key", text), ("password", "file:password")));
        Assert.Single(_problems);
    }

    [Fact]
    public void SeveralPinsCarryAServerThroughAChangeOfKeys()
    {
        File.WriteAllText(_folder.PathOf("password"), "synthetic");

        var settings = Read(("host", "192.0.2.4"), ("user", "drop"), ("host-key", $"{Pin} {Pin[..^3]}AAA="), ("password", "file:password"));

        Assert.Equal(2, settings!.HostKeys.Count);
    }

    private SftpSettings? Read(params (string Key, string Value)[] values) => SftpSettings.From(new ChannelSettings(
        _folder.PathOf("destination.yaml"), values.Select((value, index) => (value, index)).ToDictionary(entry => entry.value.Key, entry => (entry.value.Value, entry.index + 1)), _problems));
}
