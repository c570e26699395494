using MinerFlow.Ledger;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Tour;

/// <summary>The tour of the README, as a reader would start it.</summary>
public sealed class TourTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-tour-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task ACaptureAndAListBecomeADeliveryWithAReceipt()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/sshd") && Tool.Exists("ssh-keygen"), "sshd (openssh-server) is not installed");
        Assert.SkipUnless(Tool.Exists("openssl") && Tool.Exists("python3"), "openssl or python3 is not installed");
        Assert.SkipUnless(File.Exists("/usr/lib/x86_64-linux-gnu/libssh2.so.1") || File.Exists("/usr/lib64/libssh2.so.1"), "libssh2 is not installed");
        var work = Path.Combine(_folder.FullName, "kept");

        var (exitCode, output) = await TourAsync(work);

        Assert.True(exitCode == 0, output);
        Assert.Contains("1 hit: 1 client, 1 pool, 1 connection", output, StringComparison.Ordinal);
        Assert.Contains("has a part above 255", output, StringComparison.Ordinal);
        Assert.Contains("[good] package ", output, StringComparison.Ordinal);
        Assert.Contains("受理号 2026-0302", output, StringComparison.Ordinal);
        Assert.Contains("[good] audit ledger.db: whole:", output, StringComparison.Ordinal);

        // Masked wherever nobody released it; the delivered workbook alone says who.
        Assert.DoesNotContain("张示例", output, StringComparison.Ordinal);
        var delivered = Assert.Single(Directory.GetFiles(Path.Combine(work, "drop"), "附件2*.xlsx", SearchOption.AllDirectories));
        Assert.EndsWith("_明文.xlsx", delivered, StringComparison.Ordinal);
        using var ledger = SightingLedger.OpenToRead(Path.Combine(work, "ledger.db"));
        Assert.Equal(1, ledger.Count());
        Assert.Single(Directory.GetFiles(Path.Combine(work, "drop", "receipts", "kept")));
    }

    private static async Task<(int ExitCode, string Output)> TourAsync(string work)
    {
        using var tour = Tool.Start(Repository.PathOf("tests", "System", "tour", "tour"), RunningService.Program, work);
        var errors = tour.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await tour.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tour.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (tour.ExitCode, output + await errors);
    }
}
