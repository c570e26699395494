using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Privacy;

/// <summary>
/// Keys of personal data, in a folder apart from the ledger: <c>master.key</c> and <c>vault.db</c> with one key for each batch and subject, sealed with the master key.
/// Destroying a key makes everything sealed with it unreadable, in every backup of the ledger too.
/// </summary>
/// <remarks>
/// AES-256-GCM (NIST SP 800-38D) with random nonces: far fewer than 2^32 texts are ever sealed with one key (section 8.3). What a text belongs to is authenticated with it,
/// so that a sealed text moved to another row does not open. The folder must not be backed up together with the ledger.
/// </remarks>
public sealed class PersonalVault : IDisposable
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const byte Format = 1;
    private const int MostCachedKeys = 4_096;

    /// <summary>Says whether a master key is the right one.</summary>
    private const string CheckName = "check";

    /// <summary>Keys the digests by which personal values are found again.</summary>
    private const string DigestName = "digest";

    private const string MasterName = "master.key";
    private const string NextMasterName = "master.key.next";

    private readonly string _folder;
    private readonly SqliteConnection _connection;
    private readonly LedgerSession _session;
    private readonly Dictionary<string, byte[]?> _keys = new(StringComparer.Ordinal);
    private byte[] _master;

    private PersonalVault(string folder, SqliteConnection connection, byte[] master)
    {
        _folder = folder;
        _connection = connection;
        _session = new LedgerSession(connection);
        _master = master;
    }

    /// <summary>Tells this vault from others, and nothing of its keys.</summary>
    public string Fingerprint => Digest("fingerprint", "");

    /// <summary>Opens the vault; begins a new one where the folder has none.</summary>
    /// <exception cref="LedgerException">The folder cannot be used, or its master key is not the one of its keys.</exception>
    public static PersonalVault Open(string folder)
    {
        SqliteConnection? connection = null;
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            connection = Connect(Path.Combine(folder, "vault.db"));
            var masterPath = Path.Combine(folder, MasterName);
            var hasKeys = new LedgerSession(connection).Number("SELECT count(*) FROM vault_key") > 0;
            if (!File.Exists(masterPath) && !hasKeys)
            {
                WriteMaster(masterPath, RandomNumberGenerator.GetBytes(KeyLength));
            }

            var vault = new PersonalVault(folder, connection, ReadMaster(masterPath));
            vault.CheckMaster();
            return vault;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SqliteException)
        {
            connection?.Dispose();
            throw new LedgerException($"{folder}: the keys of personal data cannot be used: {error.Message}", error);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Seals a text with the key of that name, which is made when there is none.</summary>
    /// <param name="key">What the text belongs to: <c>batch:...</c>, <c>subject:...</c>.</param>
    /// <param name="field">Which field of it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidOperationException">The key was destroyed.</exception>
    public byte[] Seal(string key, string field, string text) => Seal(key, field, Encoding.UTF8.GetBytes(text));

    /// <summary>As <see cref="Seal(string, string, string)"/>, of bytes.</summary>
    public byte[] Seal(string key, string field, ReadOnlySpan<byte> content)
    {
        var secret = KeyOf(key, create: true) ?? throw new InvalidOperationException($"the key {key} was destroyed");
        return Seal(secret, $"{key}/{field}", content);
    }

    /// <returns>Null when the key was destroyed.</returns>
    /// <exception cref="LedgerException">The sealed text was changed, or belongs to something else.</exception>
    public string? Read(string key, string field, byte[] sealedText) => ReadBytes(key, field, sealedText) is { } plain ? Encoding.UTF8.GetString(plain) : null;

    /// <summary>As <see cref="Read"/>, of bytes.</summary>
    public byte[]? ReadBytes(string key, string field, byte[] sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        if (KeyOf(key, create: false) is not { } secret)
        {
            return null;
        }

        return Open(secret, $"{key}/{field}", sealedText) ?? throw new LedgerException($"{_folder}: what is sealed as {field} of {key} does not open: it was changed, or the vault is of another ledger.");
    }

    /// <summary>A name for a personal value by which it is found again, and which tells nobody without the vault what it was: HMAC-SHA-256, first 16 bytes.</summary>
    public string Digest(string kind, string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(KeyOf(DigestName, create: true)!, Encoding.UTF8.GetBytes($"{kind}\n{value}")).AsSpan(0, 16));

    /// <summary>What a step does to keys becomes durable at once and before the step itself, with one write to the disk instead of one for each key.</summary>
    internal T Together<T>(Func<T> step)
    {
        try
        {
            // Deferred: a step that makes no key takes no lock.
            using var transaction = _connection.BeginTransaction(deferred: true);
            var result = step();
            transaction.Commit();
            return result;
        }
        catch
        {
            _keys.Clear();
            throw;
        }
    }

    /// <summary>Destroys a key for good; its name is kept, so that it is never made anew.</summary>
    public void Shred(string key)
    {
        _session.Execute("INSERT INTO vault_key (name, sealed) VALUES (@name, NULL) ON CONFLICT (name) DO UPDATE SET sealed = NULL", ("name", key));
        _keys[key] = null;
    }

    public bool IsShredded(string key) => _session.Number("SELECT count(*) FROM vault_key WHERE name = @name AND sealed IS NULL", ("name", key)) == 1;

    /// <summary>Takes a new master key and seals all keys with it; what they sealed stays as it is.</summary>
    /// <returns>How many keys were sealed anew.</returns>
    public int Rotate()
    {
        var next = RandomNumberGenerator.GetBytes(KeyLength);
        var nextPath = Path.Combine(_folder, NextMasterName);
        File.Delete(nextPath);
        WriteMaster(nextPath, next);
        using var transaction = _connection.BeginTransaction(deferred: false);
        var keys = _session.Query("SELECT name, sealed FROM vault_key WHERE sealed IS NOT NULL", row => (Name: row.Text("name"), Sealed: row.Bytes("sealed")!));
        foreach (var (name, sealedKey) in keys)
        {
            var secret = Open(_master, name, sealedKey) ?? throw new LedgerException($"{_folder}: the key {name} does not open with the master key; nothing was changed.");
            _session.Execute("UPDATE vault_key SET sealed = @sealed WHERE name = @name", ("sealed", Seal(next, name, secret)), ("name", name));
        }

        transaction.Commit();
        // A stop between the two leaves both files; opening finds out which one is right.
        File.Move(nextPath, Path.Combine(_folder, MasterName), overwrite: true);
        _master = next;
        return keys.Count;
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(string path)
    {
        SqliteLibrary.Require();
        if (!File.Exists(path))
        {
            OwnerOnly(path, FileMode.OpenOrCreate).Dispose();
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        connection.Open();
        var session = new LedgerSession(connection);
        // A key that is destroyed must not be left in a free page or in a log.
        session.Execute("PRAGMA secure_delete = ON");
        session.Execute("PRAGMA journal_mode = DELETE");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("CREATE TABLE IF NOT EXISTS vault_key (name TEXT NOT NULL PRIMARY KEY, sealed BLOB) STRICT, WITHOUT ROWID");
        return connection;
    }

    private static FileStream OwnerOnly(string path, FileMode mode) =>
        new(path, new FileStreamOptions { Mode = mode, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });

    private static void WriteMaster(string path, byte[] master)
    {
        using var file = OwnerOnly(path, FileMode.CreateNew);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(master) + "\n"));
        file.Flush(flushToDisk: true);
    }

    private static byte[] ReadMaster(string path)
    {
        var text = File.ReadAllText(path).Trim();
        return text.Length == KeyLength * 2 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : throw new LedgerException($"{path}: must hold 64 hexadecimal digits; restore it from its backup.");
    }

    private static byte[] Seal(byte[] key, string context, ReadOnlySpan<byte> plain)
    {
        var result = new byte[1 + NonceLength + plain.Length + TagLength];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, plain, result.AsSpan(1 + NonceLength, plain.Length), result.AsSpan(1 + NonceLength + plain.Length), Encoding.UTF8.GetBytes(context));
        return result;
    }

    /// <returns>Null when it was changed or belongs to another key or context.</returns>
    private static byte[]? Open(byte[] key, string context, byte[] text)
    {
        if (text.Length < 1 + NonceLength + TagLength || text[0] != Format)
        {
            return null;
        }

        var plain = new byte[text.Length - 1 - NonceLength - TagLength];
        using var cipher = new AesGcm(key, TagLength);
        try
        {
            cipher.Decrypt(text.AsSpan(1, NonceLength), text.AsSpan(1 + NonceLength, plain.Length), text.AsSpan(1 + NonceLength + plain.Length), plain, Encoding.UTF8.GetBytes(context));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private void CheckMaster()
    {
        var nextPath = Path.Combine(_folder, NextMasterName);
        var check = _session.First("SELECT sealed FROM vault_key WHERE name = @name", row => row.Bytes("sealed")!, ("name", CheckName));
        if (check is null)
        {
            KeyOf(CheckName, create: true);
        }
        else if (Open(_master, CheckName, check) is null)
        {
            if (!File.Exists(nextPath) || Open(ReadMaster(nextPath), CheckName, check) is null)
            {
                throw new LedgerException($"{Path.Combine(_folder, MasterName)}: is not the master key of this vault; restore the one that belongs to it.");
            }

            _master = ReadMaster(nextPath);
            File.Move(nextPath, Path.Combine(_folder, MasterName), overwrite: true);
        }

        File.Delete(nextPath);
    }

    private byte[]? KeyOf(string name, bool create)
    {
        if (_keys.TryGetValue(name, out var known))
        {
            return known;
        }

        if (create)
        {
            // Of two processes that want the same new key one makes it, and both read that one.
            _session.Execute(
                "INSERT INTO vault_key (name, sealed) VALUES (@name, @sealed) ON CONFLICT (name) DO NOTHING",
                ("name", name),
                ("sealed", Seal(_master, name, RandomNumberGenerator.GetBytes(KeyLength))));
        }

        var rows = _session.Query("SELECT sealed FROM vault_key WHERE name = @name", row => row.Bytes("sealed"), ("name", name));
        var key = rows is [{ } sealedKey] ? Open(_master, name, sealedKey) ?? throw new LedgerException($"{_folder}: the key {name} does not open with the master key.") : null;
        if (_keys.Count >= MostCachedKeys)
        {
            _keys.Clear();
        }

        return _keys[name] = key;
    }
}
