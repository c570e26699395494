namespace MinerFlow.Abstractions;

/// <summary>
/// A login, wallet or worker name as it may be kept: a keyed digest that lets two sightings be joined, and a masked form to show.
/// The clear text stays inside the process and goes only into the ledger's restricted fields.
/// </summary>
/// <param name="Digest">HMAC-SHA-256 over the clear text with the sensor's key, first 16 bytes, lower-case hexadecimal.</param>
/// <param name="Masked">First three characters, an ellipsis, last two; short names show only their first character.</param>
/// <param name="Clear">The clear text, for the ledger's restricted fields only.</param>
public sealed record Identity(string Digest, string Masked, string Clear)
{
    /// <summary>Never the clear text, so that a log line cannot leak it.</summary>
    public override string ToString() => Masked;
}
