using System.Runtime.InteropServices;

namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>The functions of libssh2 that are used (libssh2.h, libssh2_sftp.h). Check <see cref="IsPresent"/> first.</summary>
internal static unsafe partial class LibsshCalls
{
    public const int HostKeySha256 = 3;

    public const int HostKeyMethod = 1;

    public const int DisconnectByApplication = 11;

    public const int ErrorKeyExchange = -5;
    public const int ErrorTimeout = -9;
    public const int ErrorKeyFile = -16;
    public const int ErrorAuthenticationFailed = -18;
    public const int ErrorPublicKeyUnverified = -19;
    public const int ErrorRequestDenied = -22;
    public const int ErrorSftp = -31;
    public const int ErrorKeyFileLocked = -48;

    public const nuint OpenRead = 0x01;
    public const nuint OpenWriteNew = 0x02 | 0x08 | 0x10;

    public const int OpenAsFile = 0;
    public const int OpenAsFolder = 1;

    private const string Library = "libssh2.so.1";

    /// <summary>Whether the library was found and is ready. libssh2_init(3) has to run once, before anything else.</summary>
    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, out _) && Initialise(0) == 0;

    public static Version Version => Version.TryParse(Marshal.PtrToStringUTF8(VersionText(0))?.Split('_', '-')[0], out var version) ? version : new Version();

    [LibraryImport(Library, EntryPoint = "libssh2_session_init_ex")]
    public static partial nint NewSession(nint allocate, nint free, nint reallocate, nint context);

    [LibraryImport(Library, EntryPoint = "libssh2_session_set_timeout")]
    public static partial void SetTimeout(nint session, nint milliseconds);

    [LibraryImport(Library, EntryPoint = "libssh2_session_method_pref", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int PreferMethods(nint session, int kind, string methods);

    [LibraryImport(Library, EntryPoint = "libssh2_session_methods")]
    public static partial nint Method(nint session, int kind);

    [LibraryImport(Library, EntryPoint = "libssh2_session_handshake")]
    public static partial int Handshake(nint session, int descriptor);

    [LibraryImport(Library, EntryPoint = "libssh2_hostkey_hash")]
    public static partial byte* HostKeyDigest(nint session, int kind);

    [LibraryImport(Library, EntryPoint = "libssh2_userauth_list")]
    public static partial nint AuthenticationMethods(nint session, byte* user, uint userLength);

    [LibraryImport(Library, EntryPoint = "libssh2_userauth_authenticated")]
    public static partial int IsAuthenticated(nint session);

    [LibraryImport(Library, EntryPoint = "libssh2_userauth_password_ex")]
    public static partial int AuthenticateWithPassword(nint session, byte* user, uint userLength, byte* password, uint passwordLength, nint changeCallback);

    [LibraryImport(Library, EntryPoint = "libssh2_userauth_publickey_frommemory")]
    public static partial int AuthenticateWithKey(
        nint session, byte* user, nuint userLength, byte* publicKey, nuint publicKeyLength, byte* privateKey, nuint privateKeyLength, byte* passphrase);

    [LibraryImport(Library, EntryPoint = "libssh2_session_last_error")]
    public static partial int LastError(nint session, out nint message, out int length, int wantsCopy);

    [LibraryImport(Library, EntryPoint = "libssh2_session_disconnect_ex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Disconnect(nint session, int reason, string description, string language);

    [LibraryImport(Library, EntryPoint = "libssh2_session_free")]
    public static partial int FreeSession(nint session);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_init")]
    public static partial nint NewSftp(nint session);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_shutdown")]
    public static partial int FreeSftp(nint sftp);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_last_error")]
    public static partial nuint LastStatus(nint sftp);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_open_ex")]
    public static partial nint Open(nint sftp, byte* path, uint pathLength, nuint flags, nint mode, int kind);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_write")]
    public static partial nint Write(nint handle, byte* bytes, nuint count);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_read")]
    public static partial nint Read(nint handle, byte* bytes, nuint count);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_readdir_ex")]
    public static partial int ReadFolder(nint handle, byte* name, nuint nameLength, byte* longName, nuint longNameLength, SftpAttributes* attributes);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_fsync")]
    public static partial int Sync(nint handle);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_close_handle")]
    public static partial int Close(nint handle);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_rename_ex")]
    public static partial int Rename(nint sftp, byte* from, uint fromLength, byte* to, uint toLength, nint flags);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_unlink_ex")]
    public static partial int Remove(nint sftp, byte* path, uint pathLength);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_mkdir_ex")]
    public static partial int MakeFolder(nint sftp, byte* path, uint pathLength, nint mode);

    [LibraryImport(Library, EntryPoint = "libssh2_sftp_stat_ex")]
    public static partial int Look(nint sftp, byte* path, uint pathLength, int kind, SftpAttributes* attributes);

    [LibraryImport(Library, EntryPoint = "libssh2_init")]
    private static partial int Initialise(int flags);

    [LibraryImport(Library, EntryPoint = "libssh2_version")]
    private static partial nint VersionText(int least);
}

/// <summary>LIBSSH2_SFTP_ATTRIBUTES of libssh2_sftp.h on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SftpAttributes
{
    private const nuint HasPermissions = 0x04;
    private const nuint KindMask = 0xF000;
    private const nuint Folder = 0x4000;
    private const nuint RegularFile = 0x8000;

    public nuint Flags;
    public ulong Length;
    public nuint Owner;
    public nuint Group;
    public nuint Permissions;
    public nuint AccessTime;
    public nuint ChangeTime;

    public readonly bool IsFolder => (Flags & HasPermissions) != 0 && (Permissions & KindMask) == Folder;

    public readonly bool IsFile => (Flags & HasPermissions) != 0 && (Permissions & KindMask) == RegularFile;
}
