namespace MinerFlow.Ledger.Tasks;

/// <summary>What can be wrong with a list, in the order of gravity: notes, warnings, errors.</summary>
public enum RowProblemKind : byte
{
    /// <summary>Full-width digits or Chinese punctuation were read as their plain forms.</summary>
    PlainForm,

    /// <summary>Characters that do not show were taken off.</summary>
    InvisibleCharacters,

    /// <summary>An IPv4 address in its IPv6 form was read as IPv4.</summary>
    MappedAddress,

    /// <summary>A range, a prefix or several values became several entries; value: how many.</summary>
    Expanded,

    /// <summary>An IPv6 prefix was kept as one question: one subscriber has it as a whole.</summary>
    PrefixKept,

    /// <summary>A label or a remark in brackets was taken off an address; value: what is left.</summary>
    RemarkRemoved,

    /// <summary>The zone of an address was taken off: it has a meaning only on the machine that wrote it.</summary>
    ZoneRemoved,

    /// <summary>A number was read as a date; value: the date.</summary>
    SerialDate,

    /// <summary>A number of seconds or milliseconds was read as a time; value: the time.</summary>
    EpochTime,

    /// <summary>The row does not show in the workbook.</summary>
    HiddenRow,

    /// <summary>The sheet does not show in the workbook.</summary>
    HiddenSheet,

    /// <summary>The column does not show in the workbook.</summary>
    HiddenColumn,

    /// <summary>A total, title or note; no question.</summary>
    NoQuestion,

    /// <summary>The same as another row; value: that row.</summary>
    SameAsRow,

    /// <summary>The same address as another row at another time, port or pool: kept, it can be another person; value: that row.</summary>
    SameAddress,

    /// <summary>No synonym knows this header; the column is kept as it is.</summary>
    UnknownHeader,

    /// <summary>Parts of an address have leading zeros: read as decimal. Value: the address.</summary>
    LeadingZeros,

    /// <summary>The last part of an address is a wildcard, and a person has confirmed that all of them are meant; value: the prefix.</summary>
    Wildcard,

    /// <summary>A number was read as a date from 1900 on, for want of what the workbook says; values: the date, and what it would be from 1904 on.</summary>
    SerialDateAssumed,

    /// <summary>A date without time asks for a whole day.</summary>
    DateOnly,

    /// <summary>The year is missing and was taken from the day of receipt; value: the date.</summary>
    YearTaken,

    /// <summary>The time lies after the receipt of the list.</summary>
    FutureTime,

    /// <summary>Looks like the port of a pool, not like a source port.</summary>
    PoolPort,

    /// <summary>Many rows have this port in the column of source ports; value: how many.</summary>
    PoolPorts,

    /// <summary>Rows whose source port is not given; value: how many.</summary>
    NoPort,

    /// <summary>Neither a host name nor an address: kept as text.</summary>
    BadPool,

    /// <summary>No protocol of the transport.</summary>
    BadProtocol,

    /// <summary>No number.</summary>
    BadNumber,

    /// <summary>No amount with a unit.</summary>
    BadQuantity,

    /// <summary>No word of this column.</summary>
    BadWord,

    /// <summary>The coin is in no table: kept as text.</summary>
    UnknownCoin,

    /// <summary>The region is in no table, or none is given: 待定.</summary>
    UnknownRegion,

    /// <summary>Rows without a region below rows that have one; values: how many, of how many.</summary>
    NoRegion,

    /// <summary>The alias stands for several regions; values: the regions.</summary>
    AmbiguousRegion,

    /// <summary>A formula without a stored value, or an error value of the sheet.</summary>
    NoValue,

    /// <summary>A cell begins like a formula; it is text.</summary>
    FormulaText,

    /// <summary>Two columns mean the same; the first is used where it has a value. Value: the first.</summary>
    HeaderTwice,

    /// <summary>A sheet or file without a table of addresses was passed over.</summary>
    NoTable,

    /// <summary>Text beyond the limit of a cell was cut off; value: the limit.</summary>
    CellTooLong,

    /// <summary>No address is given.</summary>
    NoAddress,

    /// <summary>No address.</summary>
    BadAddress,

    /// <summary>A part of an address is above 255.</summary>
    PartTooLarge,

    /// <summary>An address with more than one reading; values: the readings.</summary>
    AmbiguousAddress,

    /// <summary>A number that may be an address, which a person has to confirm; value: the address.</summary>
    NumberAddress,

    /// <summary>The last part of an address is a wildcard: all of them or a mask of the sender, which a person has to say; value: the prefix.</summary>
    WildcardAddress,

    /// <summary>Excel made a number of the address and digits are lost.</summary>
    DamagedAddress,

    /// <summary>Parts of the address are hidden by the sender.</summary>
    MaskedAddress,

    /// <summary>A range with more addresses than the limit; values: number and limit.</summary>
    RangeTooLarge,

    /// <summary>The range ends before it begins.</summary>
    RangeReversed,

    /// <summary>A mask that is none.</summary>
    BadMask,

    /// <summary>An address that nobody in the Internet has: private, shared or loopback space; value: the space.</summary>
    ImpossibleAddress,

    /// <summary>No port from 1 to 65535.</summary>
    BadPort,

    /// <summary>The cell and the port column say different ports; values: both.</summary>
    PortConflict,

    /// <summary>No time is given.</summary>
    NoTime,

    /// <summary>No time.</summary>
    BadTime,

    /// <summary>A time with more than one reading; values: the readings.</summary>
    AmbiguousTime,

    /// <summary>The last time lies before the first.</summary>
    TimesReversed,

    /// <summary>The operator of another network is named; value: the carrier.</summary>
    OtherCarrier,

    /// <summary>The table has no column of addresses.</summary>
    NoAddressColumn,

    /// <summary>The row stands above the header and names an address.</summary>
    AboveHeader,

    /// <summary>A quoted field is never closed, or the line has more fields than the header; value: the fields.</summary>
    BrokenRow,

    /// <summary>A format that is not read: docx, pdf, et, pictures; value: what to do.</summary>
    UnreadFormat,

    /// <summary>The file or a part is protected by a password.</summary>
    Encrypted,

    /// <summary>The file or a part is damaged; value: what was found.</summary>
    Damaged,

    /// <summary>A limit of size, number or depth was met; value: the limit.</summary>
    TooLarge,
}

public static class RowProblemKinds
{
    public static ProblemGravity Gravity(this RowProblemKind kind) =>
        kind < RowProblemKind.LeadingZeros ? ProblemGravity.Note : kind < RowProblemKind.NoAddress ? ProblemGravity.Warning : ProblemGravity.Error;
}
