using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Golden;

/// <summary>Shipped captures are what their dialogues give, byte for byte.</summary>
public sealed class CaptureTests
{
    // REGENERATE_CAPTURES=1 writes the captures instead of comparing them.
    private static readonly bool Regenerate = Environment.GetEnvironmentVariable("REGENERATE_CAPTURES") == "1";

    public static TheoryData<string> Scenarios => [.. Repository.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void TheCaptureIsWhatTheDialogueGives(string scenario)
    {
        var capture = Repository.PathOf("captures", scenario + ".pcapng");
        var written = TrafficWriter.Write(Repository.ReadScenario(scenario), TrafficForm.Plain, $"captures/{scenario}.dialogue");
        if (Regenerate)
        {
            File.WriteAllBytes(capture, written);
        }

        Assert.True(File.Exists(capture), $"{capture} is missing: run REGENERATE_CAPTURES=1 dotnet test tests/Golden");
        Assert.Equal(File.ReadAllBytes(capture), written);
    }
}
