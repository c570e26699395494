using System.Runtime.InteropServices;
using Xunit;

namespace MinerFlow.SystemTests.Live;

public sealed partial class NetworkNamespaceTests
{
    // Sockets and processes of what follows would find no loopback there.
    [Fact]
    public async Task WhatWaitsForTheEndGoesOnAtHome()
    {
        NetworkNamespace.OrSkip();
        using var network = new NetworkNamespace();
        var (home, inside) = (NetworkOf(Environment.ProcessId), "");

        await network.Enter(() => inside = NetworkOf(ThreadId()));

        Assert.Equal(home, NetworkOf(ThreadId()));
        Assert.NotEqual(home, inside);
    }

    private static string NetworkOf(int thread) => new FileInfo($"/proc/self/task/{thread}/ns/net").LinkTarget!;

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadId();
}
