using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

public sealed class LiveCaptureTests
{
    [Fact]
    public async Task EveryInterfaceThatIsRefusedIsNamedOnceAndWhoWaitsForTheStartHearsTheSame()
    {
        var options = new LiveCaptureOptions { Interfaces = [new() { Name = "mfnone1" }, new() { Name = "mfnone0", Workers = 2 }] };
        var capture = new LiveCapture(options, (_, _) => { });

        var refused = Assert.Throws<CaptureException>(() => capture.Run(_ => new FrameRecorder(), CancellationToken.None));

        var named = refused.Message.Split("; ").Where(part => part.StartsWith("mfnone", StringComparison.Ordinal)).Select(part => part[..7]);
        Assert.Equal(["mfnone0", "mfnone1"], named);
        Assert.Same(refused, await Assert.ThrowsAsync<CaptureException>(() => capture.Started));
    }
}
