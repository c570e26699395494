using System.Diagnostics;
using MinerFlow.Sensor.Hosting;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

public sealed class SenderNameTests
{
    [Fact]
    public void ASenderIsGoneWhenItsProcessIs()
    {
        var own = SenderName.OfThisProcess;
        var parts = own.Split('/');
        Assert.Equal(4, parts.Length);
        Assert.False(SenderName.IsGone(own));

        // Another process took the number; the machine was started anew, or is another one; no name of ours.
        Assert.True(SenderName.IsGone($"{parts[0]}/{parts[1]}/{parts[2]}/1"));
        Assert.False(SenderName.IsGone($"00000000-0000-0000-0000-000000000000/{parts[1]}/{parts[2]}/1"));
        Assert.False(SenderName.IsGone($"{parts[0]}/pid:[1]/{parts[2]}/1"));
        Assert.False(SenderName.IsGone("somebody"));

        using var other = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false, RedirectStandardOutput = true })!;
        other.WaitForExit();
        Assert.True(SenderName.IsGone($"{parts[0]}/{parts[1]}/{other.Id}/12345"));
    }
}
