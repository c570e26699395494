using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>A folder that the user may not enter, on the command line: root without the capabilities that let it pass, before a folder of somebody else.</summary>
public sealed class PermissionTests
{
    private static readonly string Capture = Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng");

    public static TheoryData<string[], int, string> Cases => new()
    {
        { ["replay", "FOLDER"], 3, "may not be read; give the user that runs this read permission" },
        { ["replay", Capture, "--output", "FOLDER/hits"], 4, "FOLDER/hits: this user may not write there" },
        { ["replay", Capture, "--xlsx", "FOLDER/hits.xlsx"], 4, "FOLDER/hits.xlsx: this user may not write there" },
        { ["ingest", "--store", "FOLDER/store", "--radius", Capture], 4, "FOLDER/store: this user may not write there" },
        { ["push", "test", "--destinations", "FOLDER"], 1, "The folder cannot be searched by this user" },
        { ["doctor", "--set", "Push:Destinations=FOLDER"], 1, "The folder cannot be searched by this user" },
        { ["doctor", "package", "FOLDER"], 3, "FOLDER: this user may not read it" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AFolderOfSomebodyElseIsToldWithWhatWouldBeRight(string[] arguments, int code, string told)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "giving a folder to another user needs root");
        Assert.SkipUnless(Tool.Exists("setpriv"), "setpriv is not installed");
        using var above = new ServiceFolder();
        var folder = Directory.CreateDirectory(above.PathOf("folder")).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_000_000);
        Tool.Run("chown", "65534:65534", folder);

        var (ended, said) = await Tool.TryAsync(
            "setpriv",
            ["--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search", RunningService.Program, .. arguments.Select(word => word.Replace("FOLDER", folder, StringComparison.Ordinal)), "--lang", "en"]);

        Assert.Contains(told.Replace("FOLDER", folder, StringComparison.Ordinal), said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at MinerFlow", said, StringComparison.Ordinal);
        Assert.Equal(code, ended);
    }
}
