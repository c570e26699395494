using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

public sealed class QuarantineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Lines => _folder.PathOf("quarantine");

    private string Keys => _folder.PathOf("keys");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LinesAreReadBackByWhoeverHasTheKeyAndByNobodyElse()
    {
        using (var quarantine = New())
        {
            quarantine.Add("cgn01", "BadTime", "张三 called at 25:61"u8, At("2022-04-07T10:00:00Z"));
            quarantine.Add("cgn02", "NoPattern", [0, 255, 10], At("2022-04-07T11:30:00Z"));
            Assert.Equal((2, 0), (quarantine.Kept, quarantine.Passed));
        }

        var lines = Quarantine.Read(Lines, Keys).ToList();
        Assert.Equal([("cgn01", "BadTime", At("2022-04-07T10:00:00Z")), ("cgn02", "NoPattern", At("2022-04-07T11:30:00Z"))], lines.Select(line => (line.Source, line.Reason, line.At)));
        Assert.Equal("张三 called at 25:61", Encoding.UTF8.GetString(lines[0].Line));
        Assert.Equal([0, 255, 10], lines[1].Line);
        var files = Directory.GetFiles(Lines);
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("called"u8)));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Throws<IntervalStoreException>(() => Quarantine.Read(Lines, _folder.PathOf("other")).ToList());
    }

    [Fact]
    public void AnHourKeepsSoManyLinesOfEachSourceAndReason()
    {
        using var quarantine = New(linesPerHour: 3);
        for (var i = 0; i < 10; i++)
        {
            quarantine.Add("cgn01", "BadTime", "x"u8, At("2022-04-07T10:00:00Z"));
        }

        quarantine.Add("cgn01", "BadNumber", "x"u8, At("2022-04-07T10:00:00Z"));
        quarantine.Add("cgn01", "BadTime", "x"u8, At("2022-04-07T11:00:00Z"));

        Assert.Equal((5, 7), (quarantine.Kept, quarantine.Passed));
    }

    [Fact]
    public void OldFilesGoAndLongLinesAreCut()
    {
        Directory.CreateDirectory(Lines);
        var old = Path.Combine(Lines, "2022040101-a.quarantine");
        File.WriteAllText(old, "old");
        File.SetLastWriteTimeUtc(old, new DateTime(2022, 4, 1, 1, 0, 0, DateTimeKind.Utc));
        using (var quarantine = New())
        {
            quarantine.Add("cgn01", "TooLong", new byte[100_000], At("2022-04-07T10:00:00Z"));
        }

        Assert.False(File.Exists(old));
        Assert.Equal(8_192, Assert.Single(Quarantine.Read(Lines, Keys)).Line.Length);
    }

    [Fact]
    public void AMendedProfileIsTriedOnThem()
    {
        using (var quarantine = New())
        {
            quarantine.Add("cgn01", "NoPattern", "1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]"u8, At("2022-04-07T10:00:00Z"));
        }

        var problems = new List<Problem>();
        var trial = NatLogTrial.Open(Repository.PathOf("rules", "nat-logs", "nat444.yaml"), problems)!;
        trial.ReadQuarantine(Lines, Keys, null, At("2022-04-07T10:00:00Z"), problems);

        Assert.Empty(problems);
        Assert.Equal((1, 1), (trial.Lines, trial.Events.Count));
        trial.ReadQuarantine(Lines, _folder.PathOf("other"), null, At("2022-04-07T10:00:00Z"), problems);
        Assert.Contains("the key is not there", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACrashCostsTheLastLineOnly()
    {
        using (var quarantine = New())
        {
            quarantine.Add("cgn01", "BadTime", "first"u8, At("2022-04-07T10:00:00Z"));
            quarantine.Add("cgn01", "BadTime", "second"u8, At("2022-04-07T10:00:00Z"));
        }

        var file = Assert.Single(Directory.GetFiles(Lines));
        var bytes = File.ReadAllBytes(file);
        for (var length = bytes.Length - 1; length >= 40; length--)
        {
            File.WriteAllBytes(file, bytes[..length]);
            Assert.InRange(Quarantine.Read(Lines, Keys).Count(), 0, 1);
        }
    }

    private Quarantine New(int linesPerHour = 100) => new(new QuarantineOptions(Lines, Keys) { LinesPerHour = linesPerHour });
}
