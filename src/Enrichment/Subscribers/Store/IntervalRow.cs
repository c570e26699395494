using System.Numerics;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// One version of one interval, as the store holds it: an <see cref="AddressInterval"/> with its names as UTF-8. The identity never changes; the end, the
/// proofs and the evidence do, and of two versions one wins. Names are on loan from the page or the table that the row was read from.
/// </summary>
internal struct IntervalRow
{
    public const long Open = long.MaxValue;

    /// <summary>Nothing says when it began.</summary>
    public const long NoStart = long.MinValue;

    /// <summary>Bytes of a name. RFC 2865 section 5: a value has at most 253.</summary>
    public const int LongestName = 253;

    public IntervalKind Kind;
    public IntervalMarks Marks;
    public byte Protocol;

    /// <summary>Bits of the smallest prefix that holds the range, counted in the 16-byte form of the address.</summary>
    public byte PrefixLength;
    public ushort Source;
    public ushort FirstPort;
    public ushort LastPort;
    public IpRange Range;

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z, as are the three below.</summary>
    public long From;
    public long To;
    public long FirstProof;
    public long LastProof;

    /// <summary>When the store was told, counted in flushes: of two versions that prove the same the later told one wins.</summary>
    public long Told;
    public IpAddress Inner;
    public Endpoint Destination;
    public LineDigest FirstLine;
    public LineDigest LastLine;
    public ReadOnlyMemory<byte> Realm;
    public ReadOnlyMemory<byte> Account;
    public ReadOnlyMemory<byte> AccessPort;

    /// <summary>The moment that names the interval, see <see cref="AddressInterval.Identity"/>.</summary>
    public readonly long Start => (Marks & IntervalMarks.StartIsEstimated) != IntervalMarks.None ? FirstProof : From;

    /// <summary>Whether a later version may have other times: an end that was concluded or is not known, or a start that was.</summary>
    public readonly bool MayChange => !IsFinal || (Marks & IntervalMarks.StartIsEstimated) != IntervalMarks.None;

    /// <summary>A logged end is final: no later line moves it.</summary>
    public readonly bool IsFinal => To != Open && (Marks & IntervalMarks.EndIsEstimated) == IntervalMarks.None;

    /// <summary>The bits of the range that all its addresses share, as a number.</summary>
    public readonly UInt128 Prefix => PrefixOf(Range.First, PrefixLength);

    public static UInt128 PrefixOf(IpAddress address, int length) => length == 0 ? UInt128.Zero : new UInt128(address.Upper, address.Lower) >> (128 - length);

    /// <summary>Length of the smallest prefix that holds both ends, of 128 bits.</summary>
    public static int PrefixLengthOf(IpRange range)
    {
        var upper = range.First.Upper ^ range.Last.Upper;
        return upper != 0 ? BitOperations.LeadingZeroCount(upper) : 64 + BitOperations.LeadingZeroCount(range.First.Lower ^ range.Last.Lower);
    }

    /// <summary>
    /// The order of rows in every segment: by prefix, first port, start, then by the rest of the identity; zero when both are the same interval. Ports before
    /// starts: of the hundreds of blocks that a shared address hands out in a day a question with a port then reads those of its port.
    /// </summary>
    public static int Compare(in IntervalRow left, in IntervalRow right)
    {
        var order = left.PrefixLength.CompareTo(right.PrefixLength);
        order = order != 0 ? order : left.Prefix.CompareTo(right.Prefix);
        order = order != 0 ? order : left.FirstPort.CompareTo(right.FirstPort);
        order = order != 0 ? order : left.Start.CompareTo(right.Start);
        return order != 0 ? order : CompareBehindStart(left, right);
    }

    /// <summary>
    /// Whether this version wins over another of the same interval. A logged end beats a concluded one (an Interim after the Stop does not open it again),
    /// then the later proof wins (the Start read again takes nothing back), then what was told later, then the earlier end: nothing is concluded but that something ended.
    /// </summary>
    public readonly bool Supersedes(in IntervalRow other)
    {
        if (IsFinal != other.IsFinal)
        {
            return IsFinal;
        }

        return LastProof != other.LastProof ? LastProof > other.LastProof
            : Told != other.Told ? Told > other.Told
            : To < other.To;
    }

    private static int CompareBehindStart(in IntervalRow left, in IntervalRow right)
    {
        var order = left.LastPort.CompareTo(right.LastPort);
        order = order != 0 ? order : left.Source.CompareTo(right.Source);
        order = order != 0 ? order : ((byte)left.Kind).CompareTo((byte)right.Kind);
        order = order != 0 ? order : left.Protocol.CompareTo(right.Protocol);
        order = order != 0 ? order : left.Range.First.CompareTo(right.Range.First);
        order = order != 0 ? order : left.Range.Last.CompareTo(right.Range.Last);
        order = order != 0 ? order : left.Inner.CompareTo(right.Inner);
        order = order != 0 ? order : left.Destination.CompareTo(right.Destination);
        order = order != 0 ? order : left.Account.Span.SequenceCompareTo(right.Account.Span);
        return order != 0 ? order : left.Realm.Span.SequenceCompareTo(right.Realm.Span);
    }
}
