using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Backup;

/// <summary>
/// A ledger as one file, taken while others write, and put back into an empty ledger on either database: gzip over lines of JSON, first
/// <c>{"minerflow_ledger":VERSION}</c>, then <c>{"table":NAME,"columns":[...]}</c> before the rows of each table, each an array, last <c>{"rows":N,"sha256":DIGEST}</c>
/// over all lines before it.
/// </summary>
/// <remarks>The keys of personal data are not in it and must not be kept beside it: a key that was destroyed stays destroyed when an old backup comes back.</remarks>
public static class LedgerBackup
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one state of the ledger.</summary>
    /// <returns>Rows written.</returns>
    public static long Write(LedgerDatabase database, Stream target)
    {
        ArgumentNullException.ThrowIfNull(database);
        using var zip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return database.Read(session =>
        {
            var rows = 0L;
            Line(zip, digest, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("minerflow_ledger", LedgerSchema.Newest);
                json.WriteEndObject();
            });
            foreach (var table in LedgerTables.InOrder)
            {
                rows += WriteTable(session, table, zip, digest);
            }

            var sum = Convert.ToHexStringLower(digest.GetCurrentHash());
            Line(zip, digest, json =>
            {
                json.WriteStartObject();
                json.WriteNumber("rows", rows);
                json.WriteString("sha256", sum);
                json.WriteEndObject();
            });
            return rows;
        });
    }

    /// <summary>Puts a backup into an empty ledger: all of it, or nothing.</summary>
    /// <returns>Rows written.</returns>
    /// <exception cref="LedgerException">The ledger is not empty, or the backup is none, cut off, changed or of another program's schema.</exception>
    public static long Restore(LedgerDatabase database, Stream source, string name)
    {
        ArgumentNullException.ThrowIfNull(database);
        return database.Write(session => Restore(session, source, database.Name, name));
    }

    /// <summary>The same within a step of somebody's: it has to fail when this does.</summary>
    internal static long Restore(LedgerSession session, Stream source, string ledger, string name)
    {
        using var zip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
        using var lines = new StreamReader(zip, Encoding.UTF8);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            return Restore(session, lines, digest, ledger, name);
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new LedgerException($"{name}: is no backup of a ledger, or is damaged; nothing was restored.", problem);
        }
    }

    private static long Restore(LedgerSession session, StreamReader lines, IncrementalHash digest, string ledger, string name)
    {
        foreach (var table in LedgerTables.InOrder)
        {
            if (session.Number($"SELECT count(*) FROM {table}") > 0)
            {
                throw new LedgerException($"{ledger}: is not empty ({table}); restore into a new ledger.");
            }
        }

        var rows = 0L;
        LedgerCommand? insert = null;
        try
        {
            while (lines.ReadLine() is { } line)
            {
                using var document = JsonDocument.Parse(line);
                var root = document.RootElement;
                if (root.ValueKind == JsonValueKind.Array)
                {
                    (insert ?? throw new FormatException(line)).Run([.. root.EnumerateArray().Select(Value)]);
                    rows++;
                }
                else if (root.TryGetProperty("sha256", out var sum))
                {
                    return sum.GetString() == Convert.ToHexStringLower(digest.GetCurrentHash()) && root.GetProperty("rows").GetInt64() == rows
                        ? rows
                        : throw new LedgerException($"{name}: was changed or damaged, its digest does not fit; nothing was restored.");
                }
                else if (root.TryGetProperty("minerflow_ledger", out var version))
                {
                    if (version.GetInt32() != LedgerSchema.Newest)
                    {
                        throw new LedgerException($"{name}: holds schema version {version.GetInt32()}, this program restores {LedgerSchema.Newest}; restore with the program that made it.");
                    }
                }
                else
                {
                    insert?.Dispose();
                    insert = Insert(session, root);
                }

                digest.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
            }
        }
        finally
        {
            insert?.Dispose();
        }

        throw new LedgerException($"{name}: is cut off, its last line is missing; nothing was restored.");
    }

    private static LedgerCommand Insert(LedgerSession session, JsonElement head)
    {
        var table = head.GetProperty("table").GetString()!;
        string[] columns = [.. head.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!)];
        if (!LedgerTables.InOrder.Contains(table) || columns.Any(column => !column.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')))
        {
            throw new FormatException(table);
        }

        return session.Prepare($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})", columns);
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.Object => value.GetProperty("b").GetBytesFromBase64(),
        _ => throw new FormatException(value.ValueKind.ToString()),
    };

    private static long WriteTable(LedgerSession session, string table, Stream zip, IncrementalHash digest)
    {
        var rows = 0L;
        session.Stream($"SELECT * FROM {table}", reader =>
        {
            if (rows == 0)
            {
                Line(zip, digest, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("table", table);
                    json.WriteStartArray("columns");
                    for (var i = 0; i < reader.FieldCount; i++)
                    {
                        json.WriteStringValue(reader.GetName(i));
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                });
            }

            rows++;
            Line(zip, digest, json =>
            {
                json.WriteStartArray();
                for (var i = 0; i < reader.FieldCount; i++)
                {
                    Write(json, reader.GetValue(i));
                }

                json.WriteEndArray();
            });
        });
        return rows;
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case DBNull:
                json.WriteNullValue();
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double real:
                json.WriteNumberValue(real);
                break;
            case byte[] bytes:
                json.WriteStartObject();
                json.WriteBase64String("b", bytes);
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue((string)value);
                break;
        }
    }

    private static void Line(Stream zip, IncrementalHash digest, Action<Utf8JsonWriter> write)
    {
        using var line = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            write(json);
        }

        line.WriteByte((byte)'\n');
        zip.Write(line.GetBuffer(), 0, (int)line.Length);
        digest.AppendData(line.GetBuffer(), 0, (int)line.Length);
    }
}
