using System.Diagnostics;
using System.Net.Sockets;
using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

public sealed class CaptureInputsTests
{
    private static readonly byte[] ACapture = new CaptureBytes().Pcap().ToArray();

    [Fact]
    public void AFolderGivesItsCapturesInOrdinalOrderAndNotesTheRest()
    {
        using var folder = new CaptureFolder();
        string[] captures = [folder.Write("B.bin", ACapture), folder.Write("a/x/2.pcap", CaptureBytes.Gzip(ACapture)), folder.Write("a/y", new CaptureBytes().Section().ToArray())];
        folder.Write("a/readme.pcap", "text"u8.ToArray());
        folder.Write("empty.pcap", []);

        var inputs = CaptureInputs.Expand([folder.Path], new CaptureInputOptions());

        Assert.Equal(captures, inputs.Files);
        Assert.Empty(inputs.Problems);
        Assert.Equal(2, inputs.Notes.Count);
        Assert.Contains("a/readme.pcap: is not a capture (it begins with 74657874)", inputs.Notes[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("empty.pcap: is empty", inputs.Notes[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NamedPathsKeepTheirOrderAndEachBadOneIsAProblem()
    {
        using var folder = new CaptureFolder();
        var first = folder.Write("z", ACapture);
        var second = folder.Write("a", ACapture);
        var text = folder.Write("text", "text"u8.ToArray());

        var inputs = CaptureInputs.Expand([first, text, folder.Path + "/none", "-", second, "-", ""], new CaptureInputOptions());

        Assert.Equal([first, "-", second], inputs.Files);
        Assert.Equal([text, folder.Path + "/none", "-", ""], inputs.Problems.Select(p => p.File));
        Assert.StartsWith("is not a capture", inputs.Problems[0].Message, StringComparison.Ordinal);
        Assert.Equal("there is no such file or folder", inputs.Problems[1].Message);
    }

    [Fact]
    public void AFollowedFileNeedNotBeACaptureYet()
    {
        using var folder = new CaptureFolder();
        var path = folder.Write("a", [0xd4]);

        Assert.Equal([path], CaptureInputs.Expand([path], new CaptureInputOptions { Follow = true }).Files);
    }

    [Fact]
    public void LinksToFoldersAreNotEntered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        using var folder = new CaptureFolder();
        var capture = folder.Write("a/1", ACapture);
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "a", "loop"), folder.Path);

        var inputs = CaptureInputs.Expand([folder.Path], new CaptureInputOptions());

        Assert.Equal([capture], inputs.Files);
        Assert.Contains("a link to the folder", Assert.Single(inputs.Notes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PipesSocketsAndDevicesInFoldersAreCalledWhatTheyAre()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes and links to devices are Linux's");
        using var folder = new CaptureFolder();
        var capture = folder.Write("a", ACapture);
        var (pipe, device, path) = (Path.Combine(folder.Path, "pipe"), Path.Combine(folder.Path, "device"), Path.Combine(folder.Path, "socket"));
        using (var made = Process.Start(new ProcessStartInfo("mkfifo", [pipe]) { UseShellExecute = false, RedirectStandardOutput = true })!)
        {
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.CreateSymbolicLink(device, "/dev/zero");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        folder.Write("empty", []);

        var inFolder = CaptureInputs.Expand([folder.Path], new CaptureInputOptions());
        var named = CaptureInputs.Expand([pipe, path], new CaptureInputOptions());

        Assert.Equal([capture], inFolder.Files);
        Assert.Empty(inFolder.Problems);
        Assert.Equal(
            [
                $"{device}: is a device, not a file; give it by name to read it; left out",
                $"{folder.Path}/empty: is empty; left out",
                $"{pipe}: is a named pipe, not a file; give it by name to read it; left out",
                $"{path}: is a socket, which cannot be opened as a file; a capture file or a named pipe is wanted; left out",
            ],
            inFolder.Notes.Select(note => note.ToString()));
        Assert.Equal([pipe], named.Files);
        Assert.StartsWith("is a socket", Assert.Single(named.Problems).Message, StringComparison.Ordinal);

        var writing = Task.Run(() => File.WriteAllBytes(pipe, new CaptureBytes().Pcap().Records(3).ToArray()), TestContext.Current.CancellationToken);
        Assert.Equal(3, Replay.Of(CaptureSources.Open(pipe, new CaptureInputOptions())).Frames.Count);
        await writing;
    }

    [Fact]
    public void AFolderOrFileWithoutPermissionIsAProblemAndTheRestIsFound()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("permissions do not bind this user");
            return;
        }

        using var folder = new CaptureFolder();
        var capture = folder.Write("b/1", ACapture);
        var closedFile = folder.Write("c", ACapture);
        var closedFolder = Directory.CreateDirectory(Path.Combine(folder.Path, "a")).FullName;
        File.SetUnixFileMode(closedFile, UnixFileMode.None);
        File.SetUnixFileMode(closedFolder, UnixFileMode.None);

        var inputs = CaptureInputs.Expand([folder.Path], new CaptureInputOptions());
        File.SetUnixFileMode(closedFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal([capture], inputs.Files);
        Assert.Equal([closedFolder, closedFile], inputs.Problems.Select(p => p.File));
        Assert.All(inputs.Problems, p => Assert.Contains("read permission", p.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("68656c6c6f", "is not a capture (it begins with 68656c6c)")]
    [InlineData("28b52ffd00", "compressed with zstd; pass it as: zstd -dc FILE | minerflow replay -")]
    [InlineData("fd377a585a00", "compressed with xz")]
    [InlineData("504b0304", "a zip archive")]
    [InlineData("736e6f6f70000000", "a snoop capture; convert it")]
    public void WhatIsNoCaptureIsRefusedWithWhatItIs(string hex, string message)
    {
        var failure = Assert.Throws<CaptureException>(() => Replay.Of(Convert.FromHexString(hex)));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderAndAMissingFileCannotBeOpened()
    {
        using var folder = new CaptureFolder();

        Assert.Contains("is a folder", Assert.Throws<CaptureException>(() => CaptureSources.Open(folder.Path, new CaptureInputOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<CaptureException>(() => CaptureSources.Open(folder.Path + "/x", new CaptureInputOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CompressedTwiceAndDamagedCompressionAreRefused()
    {
        var twice = CaptureBytes.Gzip(CaptureBytes.Gzip(ACapture));
        byte[] damaged = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff];

        Assert.Contains("gzip twice", Assert.Throws<CaptureException>(() => Replay.Of(twice)).Message, StringComparison.Ordinal);
        Assert.Throws<CaptureException>(() => Replay.Of(damaged));
    }

    [Fact]
    public void AStreamThatIsNoCaptureFailsWhenItRuns()
    {
        using var source = CaptureSources.OpenStream(new MemoryStream("GET / HTTP/1.1\r\nHost: example.net\r\n"u8.ToArray()), "-", new CaptureInputOptions());

        Assert.StartsWith("-: is not a capture", Assert.Throws<CaptureException>(() => source.Run(new FrameRecorder(), CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 256, 262_144, "FollowPoll")]
    [InlineData(200, 1, 262_144, "OpenFiles")]
    [InlineData(200, 256, 100, "LargestRecordBytes")]
    public void OptionsOutOfRangeAreNamed(int pollMilliseconds, int openFiles, int largest, string name)
    {
        var options = new CaptureInputOptions { FollowPoll = TimeSpan.FromMilliseconds(pollMilliseconds), OpenFiles = openFiles, LargestRecordBytes = largest };

        var result = new CaptureInputOptionsValidator().Validate(null, options);

        Assert.True(result.Failed);
        Assert.Contains(name, result.FailureMessage, StringComparison.Ordinal);
        Assert.True(new CaptureInputOptionsValidator().Validate(null, new CaptureInputOptions()).Succeeded);
    }

    [Theory]
    [InlineData(1, "ETHERNET (1)")]
    [InlineData(276, "LINUX_SLL2 (276)")]
    [InlineData(189, "USB_LINUX (189)")]
    [InlineData(65_000, "link type 65000")]
    public void LinkTypesHaveTheirRegistryNames(int linkType, string name) => Assert.Equal(name, LinkTypes.NameOf((LinkType)linkType));

    [Fact]
    public void EveryNamedLinkTypeHasARegistryName() =>
        Assert.All(Enum.GetValues<LinkType>(), linkType => Assert.DoesNotContain("link type", LinkTypes.NameOf(linkType), StringComparison.Ordinal));
}
