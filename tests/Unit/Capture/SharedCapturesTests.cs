using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>Real captures, which lie beside the repository: as many frames as capinfos counts.</summary>
public sealed partial class SharedCapturesTests
{
    [Theory]
    [InlineData("benign")]
    [InlineData("positive")]
    public void EveryCaptureHasAsManyFramesAsCapinfosCounts(string name)
    {
        var folder = Path.Combine(RepositoryRoot(), "..", "shared", "captures", name);
        Assert.SkipUnless(Directory.Exists(folder), "the shared captures are not beside the repository");
        var inputs = CaptureInputs.Expand([folder], new CaptureInputOptions());
        var counted = Capinfos(folder);
        Assert.SkipWhen(counted is null, "capinfos is not installed");

        var differences = new List<string>();
        foreach (var path in inputs.Files)
        {
            if (Difference(path, counted.TryGetValue(path, out var frames) ? frames : null) is { } difference)
            {
                differences.Add(difference);
            }
        }

        Assert.Empty(inputs.Problems);
        Assert.Empty(differences);
        Assert.Subset(inputs.Files.ToHashSet(StringComparer.Ordinal), counted.Keys.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>What differs; capinfos does not count files of link types it has no name for, which need only be readable.</summary>
    private static string? Difference(string path, long? expected)
    {
        try
        {
            var counter = new FrameCounter();
            using var source = CaptureSources.Open(path, new CaptureInputOptions());
            source.Run(counter, CancellationToken.None);
            return expected is null || counter.Frames == expected ? null : $"{path}: {counter.Frames} instead of {expected}; {string.Join(' ', source.Statistics.Problems)}";
        }
        catch (CaptureException exception)
        {
            return exception.Message;
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MinerFlowSensor.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }

    [GeneratedRegex("An error occurred after reading (?<frames>\\d+) packets from \"(?<file>.*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Damaged();

    /// <summary>Frames of each file of the folder that capinfos can open, up to the damage when there is some; null when it is not installed.</summary>
    private static Dictionary<string, long>? Capinfos(string folder)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var files in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Chunk(200))
        {
            var start = new ProcessStartInfo("capinfos") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])["-T", "-r", "-M", "-c", .. files])
            {
                start.ArgumentList.Add(argument);
            }

            try
            {
                using var process = Process.Start(start)!;
                var damage = process.StandardError.ReadToEndAsync();
                while (process.StandardOutput.ReadLine() is { } line)
                {
                    var fields = line.Split('\t');
                    counts[fields[0]] = long.Parse(fields[1], CultureInfo.InvariantCulture);
                }

                foreach (Match match in Damaged().Matches(damage.GetAwaiter().GetResult()))
                {
                    counts[match.Groups["file"].Value] = long.Parse(match.Groups["frames"].Value, CultureInfo.InvariantCulture);
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return counts;
    }

    private sealed class FrameCounter : IFrameHandler
    {
        public long Frames { get; private set; }

        public void OnFrames(FrameBatch frames) => Frames += frames.Count;

        public void OnEnd(CaptureOrigin origin)
        {
        }
    }
}
