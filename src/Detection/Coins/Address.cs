namespace MinerFlow.Detection.Coins;

/// <summary>What the shape of a payout address says. Shape is evidence about the payout, and pools that pay in another coin exist.</summary>
internal enum AddressShape : byte
{
    /// <summary>An account name, or an address that looks like one.</summary>
    Other,

    /// <summary>The address names its chain by itself: a prefix of its own and the right length and alphabet.</summary>
    OwnPrefix,

    /// <summary>95, 97 or 106 base58 characters beginning with 4 or 8: Monero and some of its clones.</summary>
    Monero,

    /// <summary>0x and 40 hexadecimal digits: every Ethereum-like chain.</summary>
    Ethereum,

    /// <summary>26 to 35 base58 characters: the Bitcoin family, where chains share first letters.</summary>
    Base58,
}

/// <summary>Shape of an address and, for <see cref="AddressShape.OwnPrefix"/> only, the ticker of its chain.</summary>
internal readonly record struct AddressEvidence(AddressShape Shape, string? Coin);

/// <summary>Judges login names by the shape of addresses; no checksum is computed.</summary>
internal static class Address
{
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    // CashAddr (bitcoincash: and everything derived from it) and bech32 share one alphabet. Lengths count what follows the prefix.
    private static readonly (byte[] Prefix, string Coin, int Shortest, int Longest)[] Prefixed =
    [
        ([.. "kaspa:"u8], "KAS", 61, 63),
        ([.. "karlsen:"u8], "KLS", 61, 63),
        ([.. "pyrin:"u8], "PYI", 61, 63),
        ([.. "nexellia:"u8], "NXL", 61, 63),
        ([.. "hoosat:"u8], "HTN", 61, 63),
        ([.. "spectre:"u8], "SPR", 61, 63),
        ([.. "bugna:"u8], "BGA", 61, 63),
        ([.. "sedra:"u8], "SDR", 61, 63),
        ([.. "ckb1"u8], "CKB", 42, 100),
        ([.. "aleo1"u8], "ALEO", 58, 58),
        ([.. "xel:"u8], "XEL", 58, 64),
        ([.. "nexa:"u8], "NEXA", 40, 100),
        ([.. "bitcoincash:"u8], "BCH", 42, 42),
        ([.. "bc1"u8], "BTC", 39, 59),
        ([.. "ltc1"u8], "LTC", 39, 59),
        ([.. "dgb1"u8], "DGB", 39, 59),
        ([.. "hs1"u8], "HNS", 39, 39),
        ([.. "dero1"u8], "DERO", 61, 61),
        ([.. "grin1"u8], "GRIN", 58, 58),
    ];

    /// <param name="account">A login without its worker.</param>
    public static AddressEvidence Judge(ReadOnlySpan<byte> account)
    {
        foreach (var (prefix, coin, shortest, longest) in Prefixed)
        {
            if (account.StartsWith(prefix))
            {
                var rest = account[prefix.Length..];
                return rest.Length >= shortest && rest.Length <= longest && IsBech32(rest) ? new(AddressShape.OwnPrefix, coin) : default;
            }
        }

        if (account.Length == 42 && account.StartsWith("0x"u8) && Hex.IsAll(account[2..]))
        {
            return new(AddressShape.Ethereum, null);
        }

        if (account.StartsWith("cfx:"u8) && account.Length == 46)
        {
            return new(AddressShape.OwnPrefix, "CFX");
        }

        if (account.StartsWith("ak_"u8) && account.Length is >= 45 and <= 60 && IsBase58(account[3..]))
        {
            return new(AddressShape.OwnPrefix, "AE");
        }

        if (account.StartsWith("k:"u8) && account.Length == 66 && Hex.IsAll(account[2..]))
        {
            return new(AddressShape.OwnPrefix, "KDA");
        }

        // A cash address without its prefix, as most pools take it.
        return account.Length == 42 && account[0] is (byte)'q' or (byte)'p' && IsBech32(account) ? new(AddressShape.OwnPrefix, "BCH") : JudgeBase58(account);
    }

    private static AddressEvidence JudgeBase58(ReadOnlySpan<byte> account)
    {
        if (!IsBase58(account))
        {
            return default;
        }

        return account.Length switch
        {
            35 when account.StartsWith("Ds"u8) => new(AddressShape.OwnPrefix, "DCR"),
            51 when account[0] == (byte)'9' => new(AddressShape.OwnPrefix, "ERG"),
            95 or 106 when account[0] is (byte)'4' or (byte)'8' => new(AddressShape.Monero, null),
            97 when account.StartsWith("Zx"u8) => new(AddressShape.OwnPrefix, "ZANO"),
            97 => new(AddressShape.Monero, null),
            >= 26 and <= 35 => new(AddressShape.Base58, null),
            _ => default,
        };
    }

    private static bool IsBech32(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
        {
            if (!Bech32.Contains((char)character))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBase58(ReadOnlySpan<byte> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) || character is (byte)'0' or (byte)'O' or (byte)'I' or (byte)'l')
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
