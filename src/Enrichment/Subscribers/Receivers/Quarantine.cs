using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Where lines go that no reader understood, and how many.</summary>
/// <param name="Folder">Of the files; made when it is not there.</param>
/// <param name="KeyFolder">Of the key; as for the interval store, on another medium.</param>
public sealed record QuarantineOptions(string Folder, string KeyFolder)
{
    /// <summary>Lines of each source and reason that are kept in an hour; the rest of that hour is only counted. 100 show what is wrong as well as a million.</summary>
    public int LinesPerHour { get; init; } = 100;

    /// <summary>How long files are kept. 72 hours: raw logs are somebody else's to keep.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Bytes of a line that are kept.</summary>
    public int MostLineBytes { get; init; } = 8 * 1024;
}

/// <summary>A line that was not understood.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Source">Who wrote it.</param>
/// <param name="Reason">Why it gave nothing.</param>
/// <param name="Line">As it came, cut to what is kept.</param>
public sealed record QuarantinedLine(PacketTime At, string Source, string Reason, byte[] Line);

/// <summary>
/// Lines that no reader understood, for whoever mends the profile. They name subscribers, so they lie encrypted in files of an hour, under a key of their own; the application's log says
/// only how many. For one thread.
/// </summary>
/// <remarks>
/// A file is <c>"MFQUAR01" salt[32]</c>, then lines: bytes (4, little endian), then AES-256-GCM (NIST SP 800-38D) of time in nanoseconds (8), source and reason as text each with its length
/// (2) before it, line. A crash cuts the last.
/// </remarks>
public sealed class Quarantine : IDisposable
{
    private const string KeyName = "quarantine";
    private const string Pattern = "*.quarantine";
    private const int LengthBytes = 4;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly QuarantineOptions _options;
    private readonly byte[] _key;
    private readonly Dictionary<(string Source, string Reason), int> _ofThisHour = [];
    private FileStream? _file;
    private BlockCipher? _cipher;
    private ulong _number;
    private long _hour = long.MinValue;

    /// <exception cref="IOException">The folder or the key cannot be made.</exception>
    /// <exception cref="IntervalStoreException">The key is damaged.</exception>
    public Quarantine(QuarantineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        DurableFolder.Create(options.Folder);
        _key = new KeyFolder(options.KeyFolder).GetOrCreate(KeyName);
    }

    /// <summary>Lines that are in the files.</summary>
    public long Kept { get; private set; }

    /// <summary>Lines that were only counted: more of their hour, or the disk did not take them.</summary>
    public long Passed { get; private set; }

    public void Add(string source, string reason, ReadOnlySpan<byte> line, PacketTime at)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reason);
        try
        {
            Turn(at);
            var count = _ofThisHour.GetValueOrDefault((source, reason));
            if (count >= _options.LinesPerHour || _ofThisHour.Count >= _options.LinesPerHour * 100)
            {
                Passed++;
                return;
            }

            _ofThisHour[(source, reason)] = count + 1;
            Write(at, source, reason, line[..Math.Min(line.Length, _options.MostLineBytes)]);
            Kept++;
        }
        catch (IOException)
        {
            // The line is counted by its reader; that it cannot be looked at is no reason to stop reading.
            Passed++;
        }
    }

    /// <summary>Brings what was added to the disk's cache.</summary>
    public void Flush()
    {
        try
        {
            _file?.Flush();
        }
        catch (IOException)
        {
            // What is lost with it is counted as rejected by its reader.
        }
    }

    /// <summary>Every line of a folder, in the order it came; damaged ends are passed over.</summary>
    /// <exception cref="IntervalStoreException">The key is not there, or a file is none of ours.</exception>
    public static IEnumerable<QuarantinedLine> Read(string folder, string keyFolder)
    {
        var key = new KeyFolder(keyFolder).Get(KeyName);
        foreach (var path in Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            if (!bytes.AsSpan().StartsWith(Magic))
            {
                throw new IntervalStoreException(path, 0, "not a file of the quarantine: MFQUAR01 would be right.");
            }

            using var cipher = new BlockCipher(key, bytes.AsSpan(Magic.Length, BlockCipher.SaltLength));
            var at = Magic.Length + BlockCipher.SaltLength;
            for (ulong number = 0; ReadLine(bytes, ref at, cipher, number) is { } line; number++)
            {
                yield return line;
            }
        }
    }

    public void Dispose()
    {
        Close();
        CryptographicOperations.ZeroMemory(_key);
    }

    private static ReadOnlySpan<byte> Magic => "MFQUAR01"u8;

    private static QuarantinedLine? ReadLine(byte[] bytes, ref int at, BlockCipher cipher, ulong number)
    {
        if (bytes.Length - at < LengthBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        if (length < BlockCipher.TagLength + 12 || length > bytes.Length - at - LengthBytes)
        {
            return null;
        }

        var plain = new byte[length - BlockCipher.TagLength];
        if (!cipher.TryOpen(BlockKind.Record, number, bytes.AsSpan(at + LengthBytes, length), plain))
        {
            return null;
        }

        at += LengthBytes + length;
        var rest = plain.AsSpan(8);
        var (source, reason) = (Text(ref rest), Text(ref rest));
        return new QuarantinedLine(new PacketTime(BinaryPrimitives.ReadInt64LittleEndian(plain)), source, reason, rest.ToArray());
    }

    private static string Text(ref Span<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        var text = Encoding.UTF8.GetString(rest.Slice(2, length));
        rest = rest[(2 + length)..];
        return text;
    }

    /// <summary>A file for each hour; those that are too old go.</summary>
    private void Turn(PacketTime at)
    {
        var hour = at.ToDateTimeOffset().Ticks / Hour.Ticks;
        if (hour == _hour)
        {
            return;
        }

        Close();
        _hour = hour;
        _ofThisHour.Clear();
        var oldest = (at.ToDateTimeOffset() - _options.KeepFor).UtcDateTime;
        foreach (var path in Directory.GetFiles(_options.Folder, Pattern).Where(path => File.GetLastWriteTimeUtc(path) < oldest))
        {
            File.Delete(path);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{at.ToDateTimeOffset():yyyyMMddHH}-{Guid.NewGuid():n}.quarantine");
        var file = new FileStream(DurableFolder.CreateFile(Path.Combine(_options.Folder, name)), FileAccess.Write);
        var salt = RandomNumberGenerator.GetBytes(BlockCipher.SaltLength);
        file.Write(Magic);
        file.Write(salt);
        (_file, _cipher, _number) = (file, new BlockCipher(_key, salt), 0);
    }

    private void Write(PacketTime at, string source, string reason, ReadOnlySpan<byte> line)
    {
        var (sourceBytes, reasonBytes) = (Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(reason));
        var plain = new byte[8 + 2 + sourceBytes.Length + 2 + reasonBytes.Length + line.Length];
        BinaryPrimitives.WriteInt64LittleEndian(plain, at.UnixNanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(plain.AsSpan(8), (ushort)sourceBytes.Length);
        sourceBytes.CopyTo(plain, 10);
        var behind = 10 + sourceBytes.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(plain.AsSpan(behind), (ushort)reasonBytes.Length);
        reasonBytes.CopyTo(plain, behind + 2);
        line.CopyTo(plain.AsSpan(behind + 2 + reasonBytes.Length));
        var record = new byte[LengthBytes + plain.Length + BlockCipher.TagLength];
        BinaryPrimitives.WriteInt32LittleEndian(record, plain.Length + BlockCipher.TagLength);
        _cipher!.Seal(BlockKind.Record, _number++, plain, record.AsSpan(LengthBytes));
        _file!.Write(record);
        CryptographicOperations.ZeroMemory(plain);
    }

    private void Close()
    {
        _file?.Dispose();
        _cipher?.Dispose();
        (_file, _cipher) = (null, null);
    }
}
