using System.Buffers.Binary;
using System.Security.Cryptography;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// One key file for each thing that is forgotten as a whole: a day of intervals, a segment of open ones, a write-ahead log. Whoever deletes
/// the key has deleted the data, wherever copies of the store went, so the folder belongs on another medium than the store and its backups.
/// </summary>
/// <remarks>A key file is <c>"MFIKEY01" key[32] CRC-32C of both, little endian</c>, readable by its owner only.</remarks>
internal sealed class KeyFolder(string folder)
{
    private const int KeyLength = 32;
    private const int FileLength = 8 + KeyLength + 4;
    private static readonly byte[] Magic = "MFIKEY01"u8.ToArray();
    private readonly Lock _gate = new();

    public string PathOf(string name) => Path.Combine(folder, name + ".key");

    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>The key of that name, made when there is none.</summary>
    public byte[] GetOrCreate(string name)
    {
        lock (_gate)
        {
            if (Has(name))
            {
                return Get(name);
            }

            Directory.CreateDirectory(folder);
            var file = new byte[FileLength];
            Magic.CopyTo(file, 0);
            RandomNumberGenerator.Fill(file.AsSpan(8, KeyLength));
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8 + KeyLength), Crc32C.Of(file.AsSpan(0, 8 + KeyLength)));
            DurableFiles.Replace(PathOf(name), file, isSecret: true);
            return file[8..^4];
        }
    }

    public byte[] Get(string name)
    {
        var path = PathOf(name);
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IntervalStoreException($"{path}: the key is not there, so what it encrypts is deleted. Give the folder that holds the store's keys, or drop that day from the store.", exception);
        }

        if (file.Length != FileLength || !file.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new IntervalStoreException(path, 0, $"not a key file of the interval store: {FileLength} bytes that begin with MFIKEY01 would be right.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8 + KeyLength)) != Crc32C.Of(file.AsSpan(0, 8 + KeyLength)))
        {
            throw new IntervalStoreException(path, 8, "the key is damaged, its checksum does not fit; restore this file from its backup.");
        }

        return file[8..^4];
    }

    public void Delete(string name) => DurableFiles.Shred(PathOf(name));

    /// <summary>Names of all keys in the folder.</summary>
    public IEnumerable<string> Names() =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.key").Select(path => Path.GetFileNameWithoutExtension(path)) : [];
}
