using System.Runtime.InteropServices;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Tells pipes, sockets and devices from files without opening them: a pipe that nobody writes to would keep its opener waiting. The
/// framework has no such question.
/// </summary>
internal readonly unsafe partial struct SpecialFile
{
    /// <summary>AT_FDCWD of openat(2), for paths from the working folder; no flags, so that links are followed.</summary>
    private const int WorkingFolder = -100;

    /// <summary>STATX_TYPE of statx(2).</summary>
    private const uint TypeWanted = 1;

    /// <summary>Length of struct statx and place of its stx_mode (linux/stat.h), the same on every architecture.</summary>
    private const int AnswerLength = 256;
    private const int ModeOffset = 28;

    /// <summary>S_IFMT and its values, inode(7).</summary>
    private const int TypeMask = 0xf000;
    private const int Pipe = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int BlockDevice = 0x6000;
    private const int Socket = 0xc000;

    private readonly int _type;

    private SpecialFile(int type) => _type = type;

    /// <summary>Why what lies in a folder is not read as a capture; null for a file.</summary>
    public Sentence? WhyNotInFolder => _type switch
    {
        Pipe => (Sentence)"is a named pipe, not a file; give it by name to read it",
        CharacterDevice or BlockDevice => "is a device, not a file; give it by name to read it",
        Socket => NotFromSockets,
        _ => null,
    };

    /// <summary>Why what was named cannot even be opened; null when it can be tried.</summary>
    public Sentence? WhyNot => _type == Socket ? NotFromSockets : null;

    private static Sentence NotFromSockets => "is a socket, which cannot be opened as a file; a capture file or a named pipe is wanted";

    /// <summary>Asks the system once.</summary>
    public static SpecialFile At(string path) => new(TypeOf(path));

    /// <summary>The type bits of the mode; 0 where the system does not say.</summary>
    private static int TypeOf(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var answer = stackalloc byte[AnswerLength];
        return Status(WorkingFolder, path, 0, TypeWanted, answer) == 0 ? *(ushort*)(answer + ModeOffset) & TypeMask : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint wanted, byte* answer);
}
