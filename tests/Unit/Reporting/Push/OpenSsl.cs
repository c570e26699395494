using System.Diagnostics;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

/// <summary>The <c>openssl</c> command, the second implementation that ours is compared with.</summary>
internal static class OpenSsl
{
    /// <returns>What it printed.</returns>
    public static string Run(params string[] arguments)
    {
        var (exitCode, output, errors) = Try(arguments);
        Assert.True(exitCode == 0, $"openssl {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public static (int ExitCode, string Output, string Errors) Try(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
