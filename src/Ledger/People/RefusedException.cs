namespace MinerFlow.Ledger.People;

/// <summary>Why a step was refused; each has a text in every language, made from the values of the exception.</summary>
public enum RefusalKind
{
    /// <summary>Values: person, duty that would be needed.</summary>
    NotYourDuty,

    /// <summary>Value: region of the thing.</summary>
    OtherRegion,

    /// <summary>Somebody else has to do this. Value: what the person did before.</summary>
    SamePerson,

    /// <summary>Value: what there is none of.</summary>
    Unknown,

    /// <summary>Values: state it is in, step that was asked.</summary>
    WrongState,

    /// <summary>A reason has to be given.</summary>
    NoReason,

    /// <summary>Only a visit to a web site or a look-up of a name was seen: that is no mining.</summary>
    VisitIsNoMining,

    /// <summary>The answer names nobody, so there is no subject. Value: outcome.</summary>
    NobodyNamed,

    /// <summary>Rows without a reviewed answer. Values: how many, the first of them.</summary>
    SilentRows,

    /// <summary>The observation is not over. Value: when it will be.</summary>
    ObservationNotOver,

    /// <summary>A sensor or a log was not healthy in the whole observation window. Values: source, how long, as hours:minutes:seconds.</summary>
    ObservationIncomplete,

    /// <summary>Mining was seen in the observation window. Value: when.</summary>
    SeenAgain,

    /// <summary>The key of this data was destroyed: it can no longer be read.</summary>
    Shredded,

    /// <summary>Clear data without a release that is approved and not over.</summary>
    NoRelease,

    /// <summary>Something is to go to somebody else than the release names. Values: recipient of the release, recipient of the destination.</summary>
    OtherRecipient,

    /// <summary>The ledger was put back from a backup, and nobody has said yet which numbers were given since. Values: destination, when it was put back.</summary>
    NumbersUnsure,
}

/// <summary>A step that the rules of the ledger do not allow. Nothing was changed.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException()
    {
    }

    public RefusedException(string message)
        : base(message)
    {
    }

    public RefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public RefusedException(RefusalKind kind, params IReadOnlyList<string> values)
        : base($"refused: {kind} {string.Join(", ", values)}")
    {
        Kind = kind;
        Values = values;
    }

    public RefusalKind Kind { get; }

    public IReadOnlyList<string> Values { get; } = [];
}
