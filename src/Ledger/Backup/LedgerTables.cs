namespace MinerFlow.Ledger.Backup;

/// <summary>All tables of the newest schema, each behind those it refers to.</summary>
internal static class LedgerTables
{
    public static readonly string[] InOrder =
    [
        "sighting", "sighting_restricted", "sighting_sealed", "sighting_arrival", "feed_mark", "source_mark", "ledger_identity", "audit", "audit_head", "batch", "batch_original", "list_row", "list_entry", "subject", "subject_key",
        "verification", "coverage", "cases", "case_step", "sighting_told", "release", "disclosure", "correction", "correction_notice", "purge", "snapshot",
        "snapshot_part", "snapshot_county", "delivery_destination", "delivery", "delivery_file", "delivery_attempt", "delivery_receipt",
    ];
}
