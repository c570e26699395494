using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Partitions of the store: a UTC day by its number since 1970-01-01, or <see cref="Open"/>. A closed interval stands in every day it
/// touches, so that a question reads the days it asks about and nothing else, and a day can be forgotten by itself.
/// </summary>
internal static class StorePartition
{
    public const int Open = int.MaxValue;
    private const long DayNanoseconds = 86_400 * PacketTime.NanosecondsPerSecond;

    public static int DayOf(long nanoseconds) => (int)(nanoseconds / DayNanoseconds);

    /// <summary>Start of the day in nanoseconds; what starts of the open partition count from, where no day is given.</summary>
    public static long StartOf(int partition) => partition == Open ? 0 : partition * DayNanoseconds;

    /// <summary>As files and messages name it: <c>2022-04-07</c> or <c>open</c>.</summary>
    public static string NameOf(int partition) =>
        partition == Open ? "open" : DateOnly.FromDayNumber(partition + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static int DayOf(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
