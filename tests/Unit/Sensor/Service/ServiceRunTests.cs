using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>What a start says of itself.</summary>
public sealed class ServiceRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void ThePasswordOfALedgerIsShownNowhere()
    {
        // Nobody listens at port 1: the service waits for its ledger, and is asked to stop at once.
        var run = Run("--ledger", "postgresql://sensor:hidden@127.0.0.1:1/mining");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("ledger postgresql://127.0.0.1:1/mining", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", run.Error, StringComparison.Ordinal);

        var doctor = Invocation.Of("doctor", "--lang", "en", "--ledger", "postgresql://sensor:hidden@127.0.0.1:1/mining", "--rules", Invocation.Rules);
        Assert.Contains("postgresql://127.0.0.1:1/mining", doctor.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", doctor.Output + doctor.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Invocation Run(params string[] arguments) => Invocation.Of(
        new MemoryStream(), new CancellationToken(canceled: true),
        [
            "run", "--lang", "en", "--follow", _folder.Write("link.pcap", ""), "--spool", _folder.PathOf("spool"), "--set", "Web:Listen=", "--rules", Invocation.Rules,
            "--set", $"Sensor:IdentityKeyFile={_folder.PathOf("identity.key")}", "--set", "Sensor:DropPrivileges=false", "--set", "Sensor:StopSeconds=1", .. arguments,
        ]);
}
