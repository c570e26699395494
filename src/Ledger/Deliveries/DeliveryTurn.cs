namespace MinerFlow.Ledger.Deliveries;

/// <summary>What a sender has to do next.</summary>
public enum DeliveryTurnKind
{
    /// <summary>Send the package.</summary>
    Send,

    /// <summary>Nothing before a moment.</summary>
    Wait,

    /// <summary>Nothing until a person has answered for the package.</summary>
    Blocked,

    /// <summary>Nothing: all has gone.</summary>
    Empty,

    /// <summary>Nothing: another sender holds the destination.</summary>
    Held,
}

/// <summary>What a sender has to do next, and with what.</summary>
public sealed record DeliveryTurn(DeliveryTurnKind Kind)
{
    /// <summary>The package to send, or the one that blocks.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>Of the package to send.</summary>
    public IReadOnlyList<DeliveryDocument> Documents { get; init; } = [];

    /// <summary>Of the package to send.</summary>
    public DeliverySeal? Seal { get; init; }

    /// <summary>It is not the package that goes, but the word that it will not come.</summary>
    public bool IsWithdrawal { get; init; }

    /// <summary>When to ask again: the next attempt, or the end of the other sender's hold.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Packages that were found to be stopped on the way here.</summary>
    public IReadOnlyList<Delivery> Stopped { get; init; } = [];
}
