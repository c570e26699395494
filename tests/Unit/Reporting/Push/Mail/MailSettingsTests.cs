using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Mail;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Mail;

public sealed class MailSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public MailSettingsTests() => _folder.Write("password", "synthetic");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("implicit", 465)]
    [InlineData("starttls", 587)]
    public void PortFollowsFromTls(string tls, int port)
    {
        var settings = Read(("host", "mail.example.net"), ("tls", tls), ("from", "a@example.net"), ("to", "b@example.org; c@example.org"))!;

        Assert.Empty(_problems);
        Assert.Equal((port, false, false), (settings.Port, settings.NeedsUtf8, settings.Lock.IsOn));
        Assert.Equal(["b@example.org", "c@example.org"], settings.To);
    }

    [Fact]
    public void EveryProblemIsToldAtOnce()
    {
        Assert.Null(Read(("tls", "none"), ("user", "a"), ("from", "a@example.net b@example.net"), ("to", "<c@example.org>"), ("workbook-password", "file:password"), ("password-folder", "there")));

        Assert.Equal(
            ["host", "to", "tls", "user", "from", "password-folder"],
            _problems.Select(problem => problem.Message.Split('\'')[1].Split(':')[0] is var key && key == "workbook-password" ? "password-folder" : key));
    }

    [Theory]
    [InlineData("a@example.net>\r\nRCPT TO:<x@example.org")]
    [InlineData("a")]
    [InlineData("@example.net")]
    [InlineData("a@b@c")]
    public void AddressesCannotBeCommands(string address)
    {
        Assert.Null(Read(("host", "mail.example.net"), ("from", "a@example.net"), ("to", address)));
        Assert.NotEmpty(_problems);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", true)]
    [InlineData("192.0.2.25", false)]
    [InlineData("mail.example.net", false)]
    public void OnlyThisMachineIsReachedWithoutTls(string host, bool isSound) =>
        Assert.Equal(isSound, Read(("host", host), ("tls", "none"), ("from", "a@example.net"), ("to", "b@example.org")) is not null);

    private MailSettings? Read(params (string Key, string Value)[] values) => MailSettings.From(new ChannelSettings(
        _folder.PathOf("destination.yaml"), values.Select((value, index) => (value, index)).ToDictionary(entry => entry.value.Key, entry => (entry.value.Value, entry.index + 1)), _problems));
}
