using System.Net.Sockets;
using System.Text;

namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>A session over libssh2. One thread uses it at a time.</summary>
internal sealed unsafe class LibsshSession : ISftpSession
{
    // libssh2 sends a piece as packets of 30,000 bytes without waiting for each answer.
    private const int Piece = 256 << 10;

    private const int LongestName = 1_024;

    // Owner and group; the server's umask takes away what it does not want.
    private const nint FileMode = 0x1B0;
    private const nint FolderMode = 0x1F8;

    private readonly Socket _socket;
    private readonly nint _session;
    private readonly nint _sftp;
    private readonly CancellationTokenRegistration _cancel;
    private bool _isBroken;

    /// <param name="socket">Connected; the session ends it.</param>
    /// <param name="session">Logged in; the session frees it.</param>
    /// <param name="sftp">Opened on <paramref name="session"/>.</param>
    /// <param name="cancellation">Breaks the connection, so that what waits for the server does not.</param>
    public LibsshSession(Socket socket, nint session, nint sftp, CancellationToken cancellation)
    {
        (_socket, _session, _sftp) = (socket, session, sftp);
        _cancel = cancellation.Register(() => LibsshHandshake.Break(socket));
    }

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        var file = Open(path, LibsshCalls.OpenWriteNew, LibsshCalls.OpenAsFile);
        try
        {
            fixed (byte* bytes = content)
            {
                for (var at = 0; at < content.Length;)
                {
                    var written = LibsshCalls.Write(file, bytes + at, (nuint)Math.Min(Piece, content.Length - at));
                    at += (int)Check(written, $"'{path}' could not be written");
                }
            }

            // A server without fsync@openssh.com says so, and there is nothing more to be had from it.
            var synced = LibsshCalls.Sync(file);
            if (synced < 0 && !(synced == LibsshCalls.ErrorSftp && Status == SftpStatus.Unsupported))
            {
                throw Failure(synced, $"'{path}' could not be brought to the disk there");
            }
        }
        catch
        {
            _ = LibsshCalls.Close(file);
            throw;
        }

        // Some file systems tell of a full disk only here.
        Check(LibsshCalls.Close(file), $"'{path}' could not be closed");
    }

    public byte[]? Read(string path, int most)
    {
        var file = TryOpen(path, LibsshCalls.OpenRead, LibsshCalls.OpenAsFile);
        if (file == 0)
        {
            return null;
        }

        try
        {
            var content = new byte[most];
            var length = 0;
            fixed (byte* bytes = content)
            {
                nint read;
                while (length < most && (read = Check(LibsshCalls.Read(file, bytes + length, (nuint)(most - length)), $"'{path}' could not be read")) > 0)
                {
                    length += (int)read;
                }
            }

            return content[..length];
        }
        finally
        {
            _ = LibsshCalls.Close(file);
        }
    }

    public void Rename(string from, string to)
    {
        // Version 3 of the protocol does not rename over a file that is there; OpenSSH answers with FAILURE, others with FILE_ALREADY_EXISTS.
        var result = TryRename(from, to);
        if (result < 0 && !IsConnectionError(result) && Status is SftpStatus.Failure or SftpStatus.FileExists)
        {
            Remove(to);
            result = TryRename(from, to);
        }

        Check(result, $"'{from}' could not be renamed to '{to}'");
    }

    public void Remove(string path)
    {
        fixed (byte* bytes = Text(path, out var length))
        {
            var result = LibsshCalls.Remove(_sftp, bytes, length);
            if (result < 0 && !IsMissing(result))
            {
                throw Failure(result, $"'{path}' could not be removed");
            }
        }
    }

    public void MakeFolder(string path)
    {
        fixed (byte* bytes = Text(path, out var length))
        {
            var result = LibsshCalls.MakeFolder(_sftp, bytes, length, FolderMode);
            if (result >= 0)
            {
                return;
            }

            // Before anything else is asked: the status is that of the last answer.
            var failure = Failure(result, $"the folder '{path}' could not be made");
            SftpAttributes attributes;
            if (IsConnectionError(result) || LibsshCalls.Look(_sftp, bytes, length, kind: 0, &attributes) < 0 || !attributes.IsFolder)
            {
                throw failure;
            }
        }
    }

    public IReadOnlyList<SftpFile>? List(string path)
    {
        var folder = TryOpen(path, 0, LibsshCalls.OpenAsFolder);
        if (folder == 0)
        {
            return null;
        }

        try
        {
            var files = new List<SftpFile>();
            var name = stackalloc byte[LongestName];
            int length;
            SftpAttributes attributes;
            while ((length = (int)Check(LibsshCalls.ReadFolder(folder, name, LongestName, null, 0, &attributes), $"the folder '{path}' could not be listed")) > 0)
            {
                if (attributes.IsFile)
                {
                    files.Add(new SftpFile(Encoding.UTF8.GetString(name, length), (long)attributes.Length));
                }
            }

            return files;
        }
        finally
        {
            _ = LibsshCalls.Close(folder);
        }
    }

    public void Dispose()
    {
        _cancel.Dispose();
        if (_isBroken)
        {
            // Else libssh2 waits for answers that do not come.
            LibsshHandshake.Break(_socket);
        }

        _ = LibsshCalls.FreeSftp(_sftp);
        LibsshHandshake.Close(_socket, _session);
    }

    private SftpStatus Status => (SftpStatus)LibsshCalls.LastStatus(_sftp);

    private static bool IsConnectionError(nint result) => result is not LibsshCalls.ErrorSftp;

    private bool IsMissing(nint result) => !IsConnectionError(result) && Status is SftpStatus.NoSuchFile or SftpStatus.NoSuchPath;

    private nint Open(string path, nuint flags, int kind)
    {
        var handle = TryOpen(path, flags, kind);
        return handle != 0 ? handle : throw Failure(LibsshCalls.ErrorSftp, $"'{path}' could not be opened");
    }

    /// <summary>A handle; 0 when the server says that there is no such name.</summary>
    private nint TryOpen(string path, nuint flags, int kind)
    {
        fixed (byte* bytes = Text(path, out var length))
        {
            var handle = LibsshCalls.Open(_sftp, bytes, length, flags, FileMode, kind);
            if (handle != 0)
            {
                return handle;
            }

            var result = LibsshCalls.LastError(_session, out _, out _, wantsCopy: 0);
            return IsMissing(result) ? 0 : throw Failure(result, $"'{path}' could not be opened");
        }
    }

    private int TryRename(string from, string to)
    {
        fixed (byte* fromBytes = Text(from, out var fromLength))
        fixed (byte* toBytes = Text(to, out var toLength))
        {
            return LibsshCalls.Rename(_sftp, fromBytes, fromLength, toBytes, toLength, flags: 0);
        }
    }

    private nint Check(nint result, string what) => result >= 0 ? result : throw Failure(result, what);

    private DeliveryStepException Failure(nint result, string what)
    {
        if (IsConnectionError(result))
        {
            _isBroken = true;
            return new DeliveryStepException(DeliveryOutcomeKind.TryLater, "sftp", $"{what}: {LibsshHandshake.LastError(_session)}.");
        }

        var status = Status;
        return new DeliveryStepException(status.NextStep(), "sftp", $"{what}: {status.Describe()}");
    }

    /// <summary>Bytes of a name, with a zero behind them that is not counted.</summary>
    private static byte[] Text(string name, out uint length)
    {
        var bytes = Encoding.UTF8.GetBytes(name + "\0");
        length = (uint)bytes.Length - 1;
        return bytes;
    }
}
