using System.Text;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Golden;

/// <summary>Every profile of a translation log has a sample and a golden; the golden is what <c>minerflow rules nat-log try</c> makes of the sample.</summary>
public sealed class NatLogTests
{
    // Samples whose lines leave the year out are of this one.
    private const string Year = "2022";

    private static readonly string Rules = Repository.PathOf("rules");

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Path.Combine(Rules, "nat-logs"), "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    public static TheoryData<string> Profiles => [.. Names];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void TheProfileReadsItsSample(string profile)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error) { ProgramFolder = Repository.Root };

        CommandLine.Run(["rules", "nat-log", "try", profile, Sample(profile), "--year", Year, "--format", "jsonl"], terminal, TestContext.Current.CancellationToken);

        Assert.Empty(error.ToString());
        GoldenFile.Check($"tests/Golden/NatLogs/{profile}.golden.jsonl", Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void EverySampleAndGoldenHasItsProfile()
    {
        var samples = Directory.EnumerateFiles(Path.Combine(Rules, "nat-logs", "samples")).Select(Path.GetFileNameWithoutExtension);
        var goldens = Directory.EnumerateFiles(Repository.PathOf("tests", "Golden", "NatLogs")).Select(file => Path.GetFileName(file).Split('.')[0]);

        Assert.Equal(Names, samples.Order(StringComparer.Ordinal));
        Assert.Equal(Names, goldens.Order(StringComparer.Ordinal));
    }

    private static string Sample(string profile) => Path.Combine(Rules, "nat-logs", "samples", profile + ".log");
}
