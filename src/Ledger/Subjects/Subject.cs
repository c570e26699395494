using MinerFlow.Abstractions;

namespace MinerFlow.Ledger.Subjects;

/// <summary>Somebody whom an answer named, as the ledger knows them. Cases belong to subjects, not to addresses.</summary>
/// <param name="Id">The ledger's number; names nobody.</param>
/// <param name="Kind">Kind of subject as the register has it, such as 党政机关; empty when it has none.</param>
/// <param name="IsPerson">A natural person: masked in every output.</param>
/// <param name="Region">County of the installation; null when the register has none.</param>
/// <param name="FirstSeen">First moment of an answer or sighting.</param>
/// <param name="LastSeen">Last one.</param>
public sealed record Subject(long Id, string Kind, bool IsPerson, string? Region, PacketTime FirstSeen, PacketTime LastSeen);

/// <summary>Who it is. Sealed at rest; shown in clear under a release only.</summary>
public sealed record SubjectIdentity(string Account, Subscriber? Subscriber);
