using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>The built program on a system that lacks one of its native libraries: an empty file lies over it, in a mount namespace of the command's own.</summary>
public sealed class MissingLibraryTests
{
    private const string Hide = """
        for file in $(ldconfig -p | grep -o "/[^ ]*$1[^ ]*$"); do mount --bind /dev/null "$(readlink -f "$file")" || exit 99; done
        shift
        exec "$@"
        """;

    public static TheoryData<string, string[], int, string> Cases => new()
    {
        { "libssl", ["replay", Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng")], 4, "install the package libssl3 (Debian) or openssl-libs" },
        { "libpcap", ["capture", "--interface", "lo", "--backend", "libpcap", "--seconds", "1"], 3, "install the package libpcap0.8 (Debian) or libpcap" },
        { "libssh2", ["push", "test", "--destinations"], 1, "install the package libssh2-1 (Debian) or libssh2" },
        { "libssh2", ["doctor", "--set", "Push:Destinations=FOLDER"], 1, "install the package libssh2-1 (Debian) or libssh2" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task IsToldByNameWithThePackageThatHasIt(string library, string[] arguments, int code, string told)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hiding a library needs root");
        Assert.SkipUnless(Tool.Exists("unshare"), "unshare is not installed");
        using var folder = new ServiceFolder();
        File.WriteAllText(folder.PathOf("key"), "invented");
        File.WriteAllText(
            folder.PathOf("drop.yaml"),
            "channel: sftp\nrecipient: x\nhost: 127.0.0.1\nuser: carrier\nhost-key: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\npassword: file:key\nfolder: in\n");
        IEnumerable<string> words = arguments.Select(word => word.Replace("FOLDER", folder.Path, StringComparison.Ordinal));
        words = arguments[^1] == "--destinations" ? words.Append(folder.Path) : words;

        var (ended, said) = await Tool.TryAsync("unshare", ["-m", "sh", "-c", Hide, "sh", library, RunningService.Program, .. words, "--lang", "en"]);

        Assert.Contains(told, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at MinerFlow", said, StringComparison.Ordinal);
        Assert.Equal(code, ended);
    }
}
