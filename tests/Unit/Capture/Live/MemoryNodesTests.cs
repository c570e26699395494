using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Doctor;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

/// <summary>A machine of two nodes of memory, as files that stand where the kernel has them.</summary>
public sealed class MemoryNodesTests : IDisposable
{
    private readonly TempFolder _root = new();
    private readonly MemoryNodes _nodes;

    public MemoryNodesTests()
    {
        Write("sys/devices/system/node/online", "0-1\n");
        Write("sys/devices/system/node/node0/cpulist", "0-3,8-11\n");
        Write("sys/devices/system/node/node1/cpulist", "4-7,12-15\n");
        Write("sys/class/net/lo/device/numa_node", "1\n");
        Write("sys/class/net/virtual/device/numa_node", "-1\n");
        Write("proc/self/status", "Name:\tminerflow\nCpus_allowed:\tff7f\nCpus_allowed_list:\t0-6,8-15\n");
        _nodes = new MemoryNodes(_root.FullName);
    }

    [Fact]
    public void WorkersAreKeptOnTheProcessorsOfTheCardsNodeThatTheProcessMayUse()
    {
        Assert.Equal(2, _nodes.Count);
        Assert.Equal(1, _nodes.NodeOf("lo"));
        Assert.Equal([4, 5, 6, 12, 13, 14, 15], _nodes.ProcessorsOf(1));
        Assert.Equal([4, 5, 6, 12], Processors(new LiveInterfaceOptions { Name = "lo", Workers = 4, NearCard = true }));
        Assert.Equal([9, 0], Processors(new LiveInterfaceOptions { Name = "lo", Workers = 2, Processors = [9, 0] }));
    }

    [Fact]
    public void WorkersOfSeveralInterfacesHaveProcessorsOfTheirOwn()
    {
        Write("sys/class/net/second/device/numa_node", "1\n");

        Assert.Equal(
            [4, 6, 12, 5],
            Processors(
                new LiveInterfaceOptions { Name = "lo", Workers = 1, NearCard = true },
                new LiveInterfaceOptions { Name = "second", Workers = 2, NearCard = true },
                new LiveInterfaceOptions { Name = "virtual", Workers = 1, Processors = [5] }));
    }

    [Theory]
    [InlineData("virtual")]
    [InlineData("absent")]
    public void AnInterfaceWithoutANodeLeavesTheChoiceToTheScheduler(string device) =>
        Assert.Equal([null, null], Processors(new LiveInterfaceOptions { Name = device, Workers = 2, NearCard = true }));

    [Fact]
    public void TooFewProcessorsNearTheCardAreNamed()
    {
        var problem = Assert.Throws<CaptureException>(() => Processors(new LiveInterfaceOptions { Name = "lo", Workers = 8, NearCard = true }));

        Assert.Contains("8 Workers, but its memory node 1 has 7 free processors", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMachineThatTellsNothingHasOneNode()
    {
        using var empty = new TempFolder();
        var nodes = new MemoryNodes(empty.FullName);

        Assert.Equal((1, null, 0), (nodes.Count, nodes.NodeOf("lo"), nodes.ProcessorsOf(0).Count));
        Assert.Equal("good", Doctor(nodes, new LiveInterfaceOptions { Name = "lo" }).State);
    }

    [Theory]
    [InlineData(false, null, "doubtful", "memory node 1, and the workers run anywhere")]
    [InlineData(false, 9, "doubtful", "processors 9 are not on the card's memory node 1")]
    [InlineData(false, 5, "good", "processors 5, on the card's memory node 1")]
    [InlineData(true, null, "good", "processors 4, 5, 6, 12, 13, 14, 15, on the card's memory node 1")]
    public void TheDoctorSaysHowFarTheWorkersAreFromTheCard(bool nearCard, int? processor, string state, string seen)
    {
        var found = Doctor(_nodes, new LiveInterfaceOptions { Name = "lo", NearCard = nearCard, Processors = processor is { } number ? [number] : [] });

        Assert.Equal(state, found.State);
        Assert.Contains(seen, found.Seen, StringComparison.Ordinal);
        Assert.Equal(state == "good", found.Advice.Length == 0);
    }

    [Fact]
    public void TheDoctorNamesTooFewProcessors()
    {
        var found = Doctor(_nodes, new LiveInterfaceOptions { Name = "lo", NearCard = true, Workers = 8 });

        Assert.Equal("bad", found.State);
        Assert.Contains("4, 5, 6, 12, 13, 14, 15", found.Advice, StringComparison.Ordinal);
    }

    public void Dispose() => _root.Dispose();

    private static (string State, string Seen, string Advice) Doctor(MemoryNodes nodes, LiveInterfaceOptions options)
    {
        var texts = DoctorTexts.For(ReportLanguage.English);
        var finding = new InterfaceExamination(options, nodes, texts).Placement();
        return (texts.States[finding.State], finding.Seen, finding.Advice);
    }

    private List<int?> Processors(params LiveInterfaceOptions[] interfaces) =>
        [.. new LiveCapture(new LiveCaptureOptions { Interfaces = interfaces }, static (_, _) => { }, _nodes).Members.Select(member => member.Processor)];

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root.PathOf(path))!);
        _root.Write(path, text);
    }
}
