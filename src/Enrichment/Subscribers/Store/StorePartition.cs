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

    /// <summary>
    /// Farthest that a start may lie from its base time, and any other time of an interval from its start: 2^61 and 2^60 nanoseconds, 73 and 36 years, so
    /// that a time with its unit is a number of 64 bits.
    /// </summary>
    public const long FarthestFromBase = 1L << 61;

    public const long FarthestFromStart = 1L << 60;

    /// <summary>2045: base time of rows that are in no day. Within 55 years of it lie all times that are taken.</summary>
    public const long OpenBaseTime = 2_366_841_600 * PacketTime.NanosecondsPerSecond;

    /// <summary>Start of the day in nanoseconds: what the starts of its rows count from.</summary>
    public static long StartOf(int partition) => partition == Open ? OpenBaseTime : partition * DayNanoseconds;

    /// <summary>As files and messages name it: <c>2022-04-07</c> or <c>open</c>.</summary>
    public static string NameOf(int partition) =>
        partition == Open ? "open" : DateOnly.FromDayNumber(partition + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static int DayOf(DateOnly date) => date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
