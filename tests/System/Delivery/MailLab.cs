using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Mail;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>One authority with a certificate for a mail server, and channels to one.</summary>
internal sealed class MailLab : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-mail-");

    public MailLab()
    {
        Authority = new TestAuthority(Folder, "authority");
        Authority.ServerCertificate("server").Dispose();
    }

    public string Folder => _folder.FullName;

    public TestAuthority Authority { get; }

    /// <summary>What a recipient finds attached.</summary>
    public static IEnumerable<(string Name, string Sha256)> Attached(DeliveryPackage package) =>
        [.. package.Files.Select(file => (file.Name, file.Sha256)), (DropLayout.ManifestName, Sha256(package.Manifest)), (DropLayout.SignatureName, Sha256(package.Signature!.Value))];

    public static string Sha256(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

    public void Dispose()
    {
        Authority.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <param name="port">Of the server on this machine.</param>
    /// <param name="changes">Keys over those that every channel has.</param>
    public IDeliveryChannel Channel(int port, params (string Key, string Value)[] changes)
    {
        var problems = new List<Problem>();
        var values = new Dictionary<string, string>
        {
            ["host"] = "localhost",
            ["port"] = $"{port}",
            ["ca-file"] = Authority.FileOf("authority"),
            ["user"] = MailServer.User,
            ["password"] = Secret("password", MailServer.Password),
            ["from"] = "carrier@example.net",
            ["to"] = "office@example.org",
        };
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        var channel = MailChannel.Create(SyntheticPackage.Settings(problems, Folder, values.Select(value => (value.Key, value.Value))));
        Assert.Empty(problems);
        return channel!;
    }

    /// <returns>Where the secret stands, as settings name it.</returns>
    public string Secret(string name, string value)
    {
        File.WriteAllText(Path.Combine(Folder, name), value + "\n");
        return "file:" + name;
    }
}
