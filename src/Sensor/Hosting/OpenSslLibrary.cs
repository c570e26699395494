using System.Runtime.InteropServices;

namespace MinerFlow.Sensor.Hosting;

/// <summary>The OpenSSL of the system: without it the framework ends the process at the first digest, with a core dump and one English sentence.</summary>
internal static class OpenSslLibrary
{
    /// <summary>Says to the framework which one to take (learn.microsoft.com, .NET cryptography on Linux); then it knows better.</summary>
    private const string Override = "DOTNET_OPENSSL_VERSION_OVERRIDE";

    /// <summary>Names under which the framework looks for it, in its order (dotnet/runtime, opensslshim.c).</summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    public static bool IsPresent { get; } =
        !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Override) is { Length: > 0 } || Array.Exists(Names, name => NativeLibrary.TryLoad(name, out _));
}
