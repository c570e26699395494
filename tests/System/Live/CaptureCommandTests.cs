using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary><c>minerflow capture</c> with what a user sees of it.</summary>
public sealed class CaptureCommandTests
{
    private static readonly string Capture = Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng");

    [Theory]
    [InlineData("ring")]
    [InlineData("libpcap")]
    public async Task ItEndsByItselfAndAddsUp(string backend)
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--seconds", "2", "--backend", backend);

        lab.Send(Capture);
        var outcome = await run.EndAsync(bySignal: false);

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("69 frames captured = 69 decoded + 0 rejected + 0 held as fragments + 0 sampled out + 0 dropped", outcome.Messages, StringComparison.Ordinal);
        Assert.Contains("192.0.2.10:41234", string.Join('\n', Product.Lines(outcome.Output)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoInterfacesAreListenedToAtOnce()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--interface", LinkLab.Sender, "--format", "jsonl");

        lab.Send(Capture);
        var outcome = await run.EndAsync();

        // The sender's end sees what goes out.
        Assert.Equal(2, Product.Lines(outcome.Output).Count());
        Assert.Contains("138 frames captured = 138 decoded", outcome.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASampleLeavesFlowsOutAndSaysSo()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var run = await CaptureCommandRun.StartAsync(lab, "--interface", LinkLab.Mirror, "--format", "jsonl", "--sample", "1:65536");

        lab.Send(Capture);
        var outcome = await run.EndAsync();

        Assert.Empty(Product.Lines(outcome.Output));
        Assert.Contains("69 frames captured = 0 decoded + 0 rejected + 0 held as fragments + 69 sampled out + 0 dropped", outcome.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInterfaceThatIsNotThereEndsItWithTheListOfThoseThatAre()
    {
        using var lab = LinkLab.OrSkip();
        var outcome = Product.Run("capture", "--lang", "en", "--interface", "mfnone");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("mfnone: there is no such network interface; those there are: ", outcome.Messages, StringComparison.Ordinal);
    }
}
