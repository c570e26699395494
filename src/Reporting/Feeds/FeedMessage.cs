namespace MinerFlow.Reporting.Feeds;

/// <summary>A record as it is sent.</summary>
/// <param name="Bytes">One line of UTF-8 without its end.</param>
/// <param name="Id">The same each time that this state of the sighting is sent.</param>
/// <param name="Role">Word of the role, to sort by.</param>
/// <param name="Coin">Ticker, or <c>unknown</c>, to sort by.</param>
public readonly record struct FeedMessage(ReadOnlyMemory<byte> Bytes, string Id, string Role, string Coin);
