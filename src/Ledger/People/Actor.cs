namespace MinerFlow.Ledger.People;

/// <summary>Somebody who works with the ledger.</summary>
/// <param name="Name">As it stands in the audit chain; never reused for another person.</param>
/// <param name="Duties">What the person may do. Nobody does two of verifying, reviewing and sending for the same row, whatever stands here.</param>
public sealed record Actor(string Name, IReadOnlyCollection<Duty> Duties)
{
    /// <summary>Codes of the regions whose rows and cases the person works on; empty for all.</summary>
    public IReadOnlyCollection<string> Regions { get; init; } = [];

    /// <exception cref="RefusedException">The person has not this duty.</exception>
    public void Require(Duty duty)
    {
        if (!Duties.Contains(duty))
        {
            throw new RefusedException(RefusalKind.NotYourDuty, Name, duty.ToString());
        }
    }

    /// <summary>Of several duties that may do a thing, the one the person has.</summary>
    /// <exception cref="RefusedException">The person has none of them.</exception>
    public Duty RequireOneOf(params IReadOnlyList<Duty> duties)
    {
        foreach (var duty in duties)
        {
            if (Duties.Contains(duty))
            {
                return duty;
            }
        }

        throw new RefusedException(RefusalKind.NotYourDuty, Name, string.Join(", ", duties));
    }
}
