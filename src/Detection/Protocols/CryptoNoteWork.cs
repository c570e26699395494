namespace MinerFlow.Detection.Protocols;

/// <summary>Jobs and shares of CryptoNote as browser miners carry them, the members of protocols.md section 11.1 without their envelope.</summary>
internal static class CryptoNoteWork
{
    public static bool IsJob(JsonSlice job) => job["blob"u8].IsHexAtLeast(100) && job["target"u8].IsHexAtLeast(8) && job["job_id"u8].IsString;

    public static bool IsShare(JsonSlice share) => share["nonce"u8].IsHex(8) && share["result"u8].IsHex(64) && share["job_id"u8].IsString;

    /// <summary>The target is the upper half of a 64-bit one, little endian: 2^32 / target hashes (4 bytes) or 2^64 / target (8 bytes).</summary>
    public static void ReadJob(JsonSlice job, MiningSession session)
    {
        session.Accepted();
        _ = ShareTarget.TryReadCompactWork(job["target"u8], out var work);
        session.AddJob(job["job_id"u8].Text, work, work);
        if (job["height"u8].TryGetInt64(out var height) && height > 0)
        {
            session.SetHeight(height);
        }

        if (job["algo"u8] is { IsString: true } algorithm)
        {
            session.SetAlgorithm(algorithm.Text);
        }
    }
}
