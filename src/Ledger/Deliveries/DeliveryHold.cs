using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>How long and how often a sender tries.</summary>
public sealed record DeliveryLimits
{
    /// <summary>Attempts after which a package waits for a person.</summary>
    public required int MostAttempts { get; init; }

    /// <summary>Attempts in a row after which a package waits for a person when the far side hung up on all of them.</summary>
    public int MostHangUps { get; init; } = int.MaxValue;

    /// <summary>How long a sender that does not come back keeps others away.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether another sender is known to have ended, so that its hold need not be waited for.</summary>
    public Func<string, bool> IsGone { get; init; } = _ => false;
}

/// <summary>That one sender at a time has a destination: its name and the end of its hold, in the ledger.</summary>
internal sealed class DeliveryHold(string destination, string holder, DeliveryLimits limits)
{
    /// <summary>Takes the destination, or keeps it for longer.</summary>
    /// <returns>False when another has it.</returns>
    public bool Take(DeskWork work)
    {
        var other = work.Session.First(
            "SELECT holder FROM delivery_destination WHERE name = @name AND holder <> @holder AND held_until > @now",
            row => row.Text("holder"),
            ("name", destination),
            ("holder", holder),
            ("now", work.Now));
        if (other is not null && !limits.IsGone(other))
        {
            return false;
        }

        work.Session.Execute(
            "UPDATE delivery_destination SET holder = @holder, held_until = @until WHERE name = @name", ("name", destination), ("holder", holder), ("until", work.Now + limits.Hold));
        return true;
    }

    public void Leave(DeskWork work) => work.Session.Execute(
        "UPDATE delivery_destination SET holder = NULL, held_until = NULL WHERE name = @name AND holder = @holder", ("name", destination), ("holder", holder));

    /// <summary>When the hold of whoever has it ends.</summary>
    public DateTimeOffset? Until(LedgerSession session) =>
        session.Query("SELECT held_until FROM delivery_destination WHERE name = @name", row => row.OptionalMoment("held_until"), ("name", destination)).FirstOrDefault();
}
