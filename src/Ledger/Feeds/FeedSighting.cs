using MinerFlow.Enrichment;

namespace MinerFlow.Ledger.Feeds;

/// <summary>A sighting as a feed gets it: without login, worker and subscriber in clear, for these are not even read.</summary>
/// <param name="Number">Its place in the order of arrival.</param>
/// <param name="Sighting">Identities with an empty clear text, an attribution without candidates.</param>
/// <param name="Case">Number of its subject's latest case; null when there is none, or the cases have not been told yet.</param>
/// <param name="IsAgain">It came before, and more is known of it now.</param>
public sealed record FeedSighting(long Number, Sighting Sighting, long? Case, bool IsAgain);

/// <summary>What comes next for a feed.</summary>
/// <param name="Sightings">In the order of arrival.</param>
/// <param name="UpTo">Everything up to this number was looked at; what is missing below it is none of this feed's.</param>
public sealed record FeedBatch(IReadOnlyList<FeedSighting> Sightings, long UpTo);
