using MinerFlow.Abstractions;

namespace MinerFlow.Ledger.Verification;

/// <summary>Says who stood behind an entry; the rooms behind this one attribute with the carrier's logs.</summary>
public interface IEntryResolver
{
    EntryAnswer Answer(AttributionQuestion question, string place);
}

/// <summary>An answer and its form for the files: one JSON object that names nobody but by pseudonym or masked.</summary>
public sealed record EntryAnswer(Attribution Attribution, string Json);
