using MinerFlow.Enrichment;
using MinerFlow.Exchange;
using MinerFlow.Ledger;
using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>Where a service keeps what it found, and what a test reads there.</summary>
internal sealed class ServiceFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-");
    private bool _isMounted;

    public string Path => _folder.FullName;

    public string Ledger => RunningService.LedgerOf(Path);

    public string PathOf(string name) => global::System.IO.Path.Combine(Path, name);

    /// <summary>Puts a small disk under the folder, or skips the test and says why.</summary>
    public void MountOrSkip(int megabytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        try
        {
            Tool.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path);
            _isMounted = true;
        }
        catch (InvalidOperationException problem)
        {
            Assert.Skip($"this machine mounts no small disk: {problem.Message}");
        }
    }

    public IReadOnlyList<Sighting> SightingsInLedger()
    {
        using var ledger = SightingLedger.OpenToRead(Ledger);
        return ledger.Read();
    }

    /// <summary>Shares of each sighting in the ledger that came from this capture.</summary>
    public Dictionary<string, long> InLedger(string capture) =>
        SightingsInLedger().Where(sighting => sighting.Best.Event.CaptureFile == capture).ToDictionary(sighting => sighting.Key, sighting => sighting.Best.Event.SharesAccepted);

    /// <summary>What a service that was killed had acknowledged of this capture: in the ledger already, or on disk for it.</summary>
    public Dictionary<string, long> Acknowledged(string capture)
    {
        var found = InLedger(capture);
        using var spool = SightingSpool.Open(new SpoolOptions { Folder = RunningService.SpoolOf(Path) });
        foreach (var (_, sighting) in spool.Read(0, int.MaxValue).Where(record => record.Sighting.Best.Event.CaptureFile == capture))
        {
            found[sighting.Key] = sighting.Best.Event.SharesAccepted;
        }

        return found;
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Tool.Run("umount", Path);
        }

        _folder.Delete(recursive: true);
    }
}
