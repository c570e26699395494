using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Ledger.Storage;

/// <summary>
/// Statements on an open ledger, in the transaction that its connection is in. Written on ADO.NET and not on Dapper: that emits its readers at run time, which the precompiled executable would do again at each start.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "Every text is a constant of this room or an embedded migration; values are parameters.")]
internal sealed class LedgerSession(DbConnection connection)
{
    public DbConnection Connection => connection;

    /// <returns>Rows written.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    public List<T> Query<T>(string sql, Func<LedgerRow, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(new LedgerRow(reader)));
        }

        return rows;
    }

    /// <summary>Row by row, for what does not fit into memory.</summary>
    public void Stream(string sql, Action<DbDataReader> read)
    {
        using var command = Command(sql, []);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            read(reader);
        }
    }

    /// <summary>The first row; null when there is none.</summary>
    public T? First<T>(string sql, Func<LedgerRow, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where T : class
    {
        using var command = Command(sql, parameters);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(new LedgerRow(reader)) : null;
    }

    /// <summary>One number; 0 when there is no row or it is NULL.</summary>
    public long Number(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>A statement that is run for many rows; its values come with each row.</summary>
    public LedgerCommand Prepare(string sql, params ReadOnlySpan<string> names) => new(connection, sql, [.. names]);

    /// <summary>
    /// As both databases keep it: PostgreSQL's text holds no U+0000 (manual, "Character Types") and neither takes half a surrogate pair, so a replacement character stands for these.
    /// </summary>
    internal static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        string text when text.Contains('\0', StringComparison.Ordinal) => WholeText(text.Replace('\0', '\uFFFD')),
        string text => WholeText(text),
        bool flag => flag ? 1L : 0L,
        int number => (long)number,
        ushort number => (long)number,
        PacketTime time => time.UnixNanoseconds,
        DateTimeOffset moment => PacketTime.From(moment).UnixNanoseconds,
        Enum word => word.ToString(),
        _ => value,
    };

    private static string WholeText(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = Stored(value);
        command.Parameters.Add(parameter);
    }

    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            Add(command, name, value);
        }

        return command;
    }
}
