namespace MinerFlow.Detection.Protocols;

/// <summary>
/// A login split into account and worker by the customs of pools: <c>account.worker</c>, <c>address/worker</c>, <c>account_worker</c>,
/// <c>address+difficulty</c> (protocols.md section 4.2).
/// </summary>
internal static class LoginName
{
    /// <summary>Cuts at the first point, else at the first slash, else at the first underscore; a difficulty behind a plus is no part of either.</summary>
    public static void Split(ReadOnlySpan<byte> login, out ReadOnlySpan<byte> account, out ReadOnlySpan<byte> worker)
    {
        var cut = login.IndexOf((byte)'.');
        if (cut < 0)
        {
            cut = login.IndexOf((byte)'/');
        }

        // Addresses of Aeternity have an underscore of their own.
        if (cut < 0 && !login.StartsWith("ak_"u8))
        {
            cut = login.IndexOf((byte)'_');
        }

        account = cut > 0 ? login[..cut] : login;
        worker = cut > 0 ? login[(cut + 1)..] : default;
        account = WithoutDifficulty(account);
        worker = WithoutDifficulty(worker);
    }

    private static ReadOnlySpan<byte> WithoutDifficulty(ReadOnlySpan<byte> name)
    {
        var plus = name.LastIndexOf((byte)'+');
        return plus > 0 && !name[(plus + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9') ? name[..plus] : name;
    }
}
