using System.Data.Common;
using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Ledger.Storage;

/// <summary>The row a query stands at, its columns by name.</summary>
internal readonly struct LedgerRow(DbDataReader reader)
{
    public string Text(string column) => reader.GetString(reader.GetOrdinal(column));

    public string? OptionalText(string column) => TextAt(reader.GetOrdinal(column));

    public string? TextAt(int index) => reader.IsDBNull(index) ? null : reader.GetString(index);

    /// <summary>The last column, whatever its name: where databases say how they go about a query.</summary>
    public string LastText() => reader.GetString(reader.FieldCount - 1);

    public long Number(string column) => reader.GetInt64(reader.GetOrdinal(column));

    public long? OptionalNumber(string column) => reader.IsDBNull(reader.GetOrdinal(column)) ? null : Number(column);

    public bool Flag(string column) => Number(column) != 0;

    public double? OptionalReal(string column) => reader.IsDBNull(reader.GetOrdinal(column)) ? null : Real(column);

    public double Real(string column) => reader.GetDouble(reader.GetOrdinal(column));

    public byte[]? Bytes(string column) => reader.IsDBNull(reader.GetOrdinal(column)) ? null : reader.GetFieldValue<byte[]>(reader.GetOrdinal(column));

    public PacketTime Time(string column) => new(Number(column));

    public DateTimeOffset Moment(string column) => Time(column).ToDateTimeOffset();

    public DateTimeOffset? OptionalMoment(string column) => OptionalTime(column)?.ToDateTimeOffset();

    public PacketTime? OptionalTime(string column) => OptionalNumber(column) is { } nanoseconds ? new PacketTime(nanoseconds) : null;

    public IpAddress Address(string column) =>
        IpAddress.TryParse(Text(column), out var address) ? address : throw new LedgerException(string.Create(CultureInfo.InvariantCulture, $"the ledger holds no address in {column}."));

    public T Word<T>(string column)
        where T : struct, Enum => Enum.TryParse<T>(Text(column), out var value) ? value : throw new LedgerException($"the ledger holds an unknown word in {column}: {Text(column)}.");
}
