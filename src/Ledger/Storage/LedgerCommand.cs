using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MinerFlow.Ledger.Storage;

/// <summary>A statement for many rows. Rows that nobody waits for go to a server many at a time: a round trip costs more than a row.</summary>
[SuppressMessage("Security", "CA2100", Justification = "Every text is a constant of this room; values are parameters.")]
internal sealed class LedgerCommand : IDisposable
{
    private const int RowsInBatch = 256;

    private readonly DbCommand _command;
    private readonly DbBatch? _batch;
    private readonly string[] _names;

    public LedgerCommand(DbConnection connection, string sql, string[] names)
    {
        _names = names;
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        foreach (var name in names)
        {
            _command.Parameters.Add(Parameter(name));
        }

        _batch = connection.CanCreateBatch ? connection.CreateBatch() : null;
    }

    /// <summary>Rows written by <see cref="Add"/> and <see cref="Flush"/> so far.</summary>
    public int Written { get; private set; }

    /// <summary>Runs it at once; values in the order of the names it was prepared with.</summary>
    /// <returns>Rows written.</returns>
    public int Run(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = LedgerSession.Stored(values[i]);
        }

        return _command.ExecuteNonQuery();
    }

    /// <summary>As <see cref="Run"/>, now or with later rows; <see cref="Flush"/> before anything reads them and before the step ends.</summary>
    public void Add(params ReadOnlySpan<object?> values)
    {
        if (_batch is null)
        {
            Written += Run(values);
            return;
        }

        var row = _batch.CreateBatchCommand();
        row.CommandText = _command.CommandText;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = Parameter(_names[i]);
            parameter.Value = LedgerSession.Stored(values[i]);
            row.Parameters.Add(parameter);
        }

        _batch.BatchCommands.Add(row);
        if (_batch.BatchCommands.Count == RowsInBatch)
        {
            Flush();
        }
    }

    /// <summary>Every row that was added is written.</summary>
    public void Flush()
    {
        if (_batch is { BatchCommands.Count: > 0 })
        {
            Written += _batch.ExecuteNonQuery();
            _batch.BatchCommands.Clear();
        }
    }

    public void Dispose()
    {
        _command.Dispose();
        _batch?.Dispose();
    }

    private DbParameter Parameter(string name)
    {
        var parameter = _command.CreateParameter();
        parameter.ParameterName = "@" + name;
        return parameter;
    }
}
