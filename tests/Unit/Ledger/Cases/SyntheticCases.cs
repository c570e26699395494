using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Unit.Ledger.Cases;

/// <summary>Many cases of as many subjects, in all states and twenty regions.</summary>
internal static class SyntheticCases
{
    public static void Fill(LedgerDatabase database, int count)
    {
        database.Write(session =>
        {
            using var subject = session.Prepare(
                "INSERT INTO subject (id, kind, is_person, first_seen, last_seen, content) VALUES (@id, '', 1, 0, 0, @content)", "id", "content");
            using var insert = session.Prepare(
                """
                INSERT INTO cases (id, subject, region, state, judgement, is_concentrated, is_public_resource, is_bitcoin, opened_at, state_at, state_by, steps, last_seen, relapses, legal_hold)
                VALUES (@id, @id, @region, @state, 'ActiveMining', 0, 0, 0, 0, 0, 'verifier', 1, 0, 0, 0)
                """,
                "id",
                "region",
                "state");
            var states = Enum.GetValues<CaseState>();
            for (var id = 1; id <= count; id++)
            {
                subject.Add(id, Array.Empty<byte>());
            }

            subject.Flush();
            for (var id = 1; id <= count; id++)
            {
                insert.Add(id, $"{140_800 + (id % 20)}", states[id % 9]);
            }

            insert.Flush();
        });
        database.Write(session => session.Execute("ANALYZE"));
    }
}
