using MinerFlow.Sensor.Hosting;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>What is wrong with the outbox of a service is told before it starts.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutDestinationsThereIsNone()
    {
        var problems = new List<string>();

        Assert.Null(Load(problems));
        Assert.Empty(problems);
    }

    [Fact]
    public void AFolderOfDestinationsAndSomebodyWhoSendsAreEnough()
    {
        _folder.Write("actors.csv", "name,os_user,duties\n报送,tester,Sender\n");
        _folder.Write("media.yaml", "channel: folder\nrecipient: x\nfolder: /mnt\n");
        var problems = new List<string>();

        using var outbox = Load(problems, ("Push:Destinations", _folder.FullName), ("Push:Actors", _folder.PathOf("actors.csv")));

        Assert.Empty(problems);
        Assert.Empty(outbox!.Figures);
    }

    [Fact]
    public void EverythingWrongIsToldAtOnce()
    {
        _folder.Write("actors.csv", "name,os_user,duties\n核查,tester,Verifier\n");
        _folder.Write("media.yaml", "channel: folder\nrecipient: x\n");
        var problems = new List<string>();

        Assert.Null(Load(problems, ("Push:Destinations", _folder.FullName), ("Push:Actors", _folder.PathOf("actors.csv")), ("Ledger:File", "postgresql://minerflow@database/minerflow")));

        Assert.Equal(2, problems.Count);
        Assert.StartsWith("Push:Keys", problems[0], StringComparison.Ordinal);
        Assert.Contains("'folder' is missing", problems[1], StringComparison.Ordinal);
        problems.Clear();
        _folder.Write("media.yaml", "channel: folder\nrecipient: x\nfolder: /mnt\n");
        Assert.Null(Load(problems, ("Push:Destinations", _folder.FullName), ("Push:Actors", _folder.PathOf("actors.csv"))));
        Assert.Contains("names nobody with the duty Sender for the user tester", Assert.Single(problems), StringComparison.Ordinal);
    }

    private Outbox? Load(List<string> problems, params (string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value);
        values["Sensor:IdentityKeyFile"] = _folder.PathOf("key");
        var read = ServiceSettings.Read(new ServiceArguments(null, values).ToConfiguration(), Path.GetDirectoryName(Invocation.Rules)!, ServiceTexts.English, [], mayCreate: true);
        var terminal = new Terminal(Stream.Null, TextWriter.Null) { User = "tester" };
        return Outbox.Load(read, terminal, new ServiceLog(terminal), ServiceTexts.English, problems);
    }
}
