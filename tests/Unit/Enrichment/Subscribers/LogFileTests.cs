using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Capture;
using MinerFlow.Unit.Enrichment.Subscribers.Intervals;
using MinerFlow.Unit.Enrichment.Subscribers.Radius;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers;

/// <summary>Logs in gzip that are not whole: it is said, and every whole line of what can be unpacked is read.</summary>
public sealed class LogFileTests : IDisposable
{
    private static readonly string[] Lines = [.. Enumerable.Range(0, 500).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i * 7919 % 10007} of the log"))];

    /// <summary>Two members, as logrotate leaves when one file is put behind another; the last line has no line feed.</summary>
    private static readonly byte[] TwoMembers =
        [.. CaptureBytes.Gzip(Encoding.ASCII.GetBytes(string.Join('\n', Lines[..250]) + "\n")), .. CaptureBytes.Gzip(Encoding.ASCII.GetBytes(string.Join('\n', Lines[250..])))];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AWholeLogIsReadWithoutAWord()
    {
        Assert.Empty(Read(TwoMembers, out var lines));
        Assert.Equal(Lines, lines);
    }

    [Fact]
    public void ACutInTheLastBytesIsSaidAndTheLineThatItMayHaveCutIsNoLine()
    {
        for (var length = TwoMembers.Length - 20; length < TwoMembers.Length; length++)
        {
            var problem = Assert.Single(Read(TwoMembers[..length], out var lines));

            Assert.Equal($"cannot be read to its end: its compressed data ends at byte {length}, before the checksum that closes it; copy the whole file", problem.Message);
            Assert.InRange(lines.Count, 250, Lines.Length - 1);
            Assert.Equal(Lines.Take(lines.Count), lines);
            Assert.True(length < TwoMembers.Length - 8 || lines.Count == Lines.Length - 1, $"{lines.Count} lines of a log cut to {length} bytes");
        }
    }

    [Fact]
    public void ACutAnywhereIsSaidUnlessItLeavesWholeMembers()
    {
        var silent = Enumerable.Range(0, TwoMembers.Length + 1).Where(length => Read(TwoMembers[..length], out _).Count == 0).ToList();

        Assert.Equal(2, silent.Count);
        Assert.Equal(TwoMembers.Length, silent[1]);
        Assert.Empty(Read(TwoMembers[silent[0]..], out _));
    }

    [Fact]
    public void AWrongChecksumIsSaidAndCostsTheLineWithoutEndOnly()
    {
        var packed = TwoMembers.ToArray();
        packed[^6] ^= 1;

        var problem = Assert.Single(Read(packed, out var lines));

        Assert.Contains("its compressed data is damaged", problem.Message, StringComparison.Ordinal);
        Assert.Equal(Lines[..^1], lines);
    }

    /// <summary>A record may lack the attributes that the cut took.</summary>
    [Fact]
    public void OfACutDetailFileTheLastRecordIsNotUsed()
    {
        var whole = CaptureBytes.Gzip(Encoding.ASCII.GetBytes(Detail.Version3 + Detail.Version3.TrimEnd('\n') + "\n"));

        Assert.Equal((2, 0), Load(whole));
        Assert.Equal((1, 1), Load(whole[..^3]));

        (long Records, int Problems) Load(byte[] packed)
        {
            var problems = new List<Problem>();
            return (RadiusDetailReader.Load([Write("detail.gz", packed)], new RecordingSink(), problems).Records, problems.Count);
        }
    }

    private List<Problem> Read(byte[] packed, out List<string> lines)
    {
        var (handler, problems) = (new Kept(), new List<Problem>());
        LogLines.ReadAll(Write("log.gz", packed), handler, problems);
        lines = handler.Lines;
        return problems;
    }

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.PathOf(name), bytes);
        return _folder.PathOf(name);
    }

    private sealed class Kept : ILineHandler
    {
        public List<string> Lines { get; } = [];

        public void Take(ReadOnlySpan<byte> line) => Lines.Add(Encoding.ASCII.GetString(line));
    }
}
