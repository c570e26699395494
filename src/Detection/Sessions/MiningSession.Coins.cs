using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <content>The coin, where what was read proves it.</content>
public sealed partial class MiningSession
{
    /// <summary>What the login without its worker says, as read so far, when it is a payout address.</summary>
    internal AddressEvidence Account => _account?.Address ?? default;

    /// <summary>
    /// Names the coin by the prefix of the payout address, when it is one that the dialect's jobs can be for: an address alone only says
    /// what the miner is paid in.
    /// </summary>
    internal void NameCoinByAddress(params ReadOnlySpan<string> ofDialect)
    {
        if (_coin is null && Account.Coin is { } coin && ofDialect.Contains(coin))
        {
            SetCoin(coin);
        }
    }
}
