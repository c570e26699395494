using System.Buffers;
using System.Text;

namespace MinerFlow.Detection.Protocols;

/// <summary>How pools spell why they refuse: by code, or in words only.</summary>
/// <remarks>
/// Sources: slushpool/stratumprotocol (codes 20 to 25), ckpool stratifier.c and libckpool share errors (<c>reject-reason</c>), yiimp client_submit.cpp,
/// MoneroOcean/nodejs-pool lib/pool/protocol.js, luke-jr/eloipool and BIP 22 (<c>stale-prevblk</c>, <c>unknown-work</c>), leifjacky/ckb-gominer-demo
/// (code 21 for a low difficulty), btccom/btcpool StratumStatus.
/// </remarks>
internal static class ShareRefusal
{
    /// <summary>Longest text that is looked at: refusals are a few words.</summary>
    private const int LongestText = 160;

    private static readonly SearchValues<string> Late = SearchValues.Create(
        ["stale", "expired", "outdated", "too late", "job not found", "job id not found", "invalid job id", "invalid jobid", "unknown job", "unknown-work"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> NotLate = SearchValues.Create(["difficulty", "low diff", "low-diff", "above target", "duplicate"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> OfPools = SearchValues.Create(
        ["job", "stale", "share", "diff", "above target", "duplicate", "authori", "subscrib", "username", "worker", "nonce", "ntime", "minning", "mining", "other/unknown", "parse error", "banned", "-not-zero"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Why the share of this answer was refused: by its <c>error</c>, or by ckpool's <c>reject-reason</c>, whose error is null.</summary>
    public static ShareOutcome OutcomeOf(in JsonMessage answer) => OutcomeOf(answer.HasError ? answer.Error : answer["reject-reason"u8]);

    /// <summary>Words come first, since pools give code 21 ("job not found") to other reasons too; without a word that tells, the code decides.</summary>
    /// <param name="reason">A text, <c>[code, "text", …]</c> or <c>{"code":…,"message":…}</c>.</param>
    public static ShareOutcome OutcomeOf(JsonSlice reason)
    {
        if (OutcomeOf(reason.Raw) == ShareOutcome.Stale)
        {
            return ShareOutcome.Stale;
        }

        var code = reason.IsArray ? reason[0] : reason["code"u8];
        return code.TryGetInt64(out var number) && number == 21 && !Names(reason.Raw, NotLate) ? ShareOutcome.Stale : ShareOutcome.Rejected;
    }

    /// <param name="reason">Words, such as <c>stale-work</c>.</param>
    public static ShareOutcome OutcomeOf(ReadOnlySpan<byte> reason) => Names(reason, Late) ? ShareOutcome.Stale : ShareOutcome.Rejected;

    /// <summary>True when the words are those of a pool: the codes alone are also those of an operating system (21 is EISDIR, 23 ENFILE).</summary>
    public static bool IsOfPool(JsonSlice text) => Names(text.Raw, OfPools);

    private static bool Names(ReadOnlySpan<byte> text, SearchValues<string> words)
    {
        Span<char> characters = stackalloc char[LongestText];
        Ascii.ToUtf16(text[..Math.Min(text.Length, LongestText)], characters, out var written);
        return characters[..written].ContainsAny(words);
    }
}
