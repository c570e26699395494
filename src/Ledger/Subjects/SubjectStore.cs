using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Subjects;

/// <summary>Subjects in the ledger, within the steps of others.</summary>
internal static class SubjectStore
{
    private const string Columns = "id, kind, is_person, region, first_seen, last_seen";

    /// <summary>What of a subject says who it is.</summary>
    public const string IdentityField = "identity";

    /// <summary>Name of the key that a subject is sealed with.</summary>
    public static string KeyOf(long subject) => string.Create(CultureInfo.InvariantCulture, $"subject:{subject}");

    /// <summary>The subject of an answer that names one; a new one when the ledger knows nobody like that.</summary>
    public static long FindOrAdd(DeskWork work, SubjectIdentity identity, PacketTime from, PacketTime to)
    {
        var keys = SubjectKeys.Of(identity).Select(key => (Kind: key.Kind, Digest: work.Vault.Digest(key.Kind.ToString(), key.Value))).ToList();
        var id = Find(work, identity, keys) ?? Add(work, identity, from, to);
        foreach (var (kind, digest) in keys)
        {
            work.Session.Execute(
                "INSERT INTO subject_key (kind, digest, subject) VALUES (@kind, @digest, @subject) ON CONFLICT (kind, digest, subject) DO NOTHING",
                ("kind", kind),
                ("digest", digest),
                ("subject", id));
        }

        Saw(work.Session, id, from, to);
        return id;
    }

    /// <summary>The subject that an answer names, if the ledger knows it.</summary>
    public static long? Find(DeskWork work, SubjectIdentity identity) =>
        Find(work, identity, [.. SubjectKeys.Of(identity).Select(key => (key.Kind, work.Vault.Digest(key.Kind.ToString(), key.Value)))]);

    /// <summary>It was seen then.</summary>
    public static void Saw(LedgerSession session, long subject, PacketTime from, PacketTime to)
    {
        using var command = SawCommand(session);
        command.Run(subject, from, to);
    }

    /// <summary>For many: subject, from and to of each.</summary>
    public static LedgerCommand SawCommand(LedgerSession session) => session.Prepare(
        """
        UPDATE subject SET first_seen = CASE WHEN first_seen > @from THEN @from ELSE first_seen END, last_seen = CASE WHEN last_seen < @to THEN @to ELSE last_seen END
        WHERE id = @id
        """,
        "id", "from", "to");

    public static Subject? Read(LedgerSession session, long id) => session.First($"SELECT {Columns} FROM subject WHERE id = @id", ReadSubject, ("id", id));

    /// <summary>Who it is; null when the key was destroyed.</summary>
    public static SubjectIdentity? IdentityOf(LedgerSession session, Privacy.PersonalVault vault, long id) =>
        session.First("SELECT content FROM subject WHERE id = @id", row => row.Bytes("content")!, ("id", id)) is { } content
        && vault.Read(KeyOf(id), IdentityField, content) is { } json ? SightingDetail.FromJson<SubjectIdentity>(json) : null;

    private static long? Find(DeskWork work, SubjectIdentity identity, List<(SubjectKeyKind Kind, string Digest)> keys)
    {
        foreach (var (kind, digest) in keys.OrderBy(key => key.Kind))
        {
            var known = work.Session.Query(
                "SELECT subject FROM subject_key WHERE kind = @kind AND digest = @digest ORDER BY subject",
                row => row.Number("subject"),
                ("kind", kind),
                ("digest", digest));
            foreach (var id in known)
            {
                if (IdentityOf(work.Session, work.Vault, id) is { } other
                    && !SubjectKeys.AreDifferent(other, identity)
                    && (kind != SubjectKeyKind.Premises || SubjectKeys.MayShareHousehold(other, identity)))
                {
                    return id;
                }
            }
        }

        return null;
    }

    private static long Add(DeskWork work, SubjectIdentity identity, PacketTime from, PacketTime to)
    {
        var id = work.Session.Number("SELECT max(id) FROM subject") + 1;
        work.Session.Execute(
            "INSERT INTO subject (id, kind, is_person, region, first_seen, last_seen, content) VALUES (@id, @kind, @is_person, @region, @first_seen, @last_seen, @content)",
            ("id", id),
            ("kind", identity.Subscriber?.Kind ?? ""),
            ("is_person", identity.Subscriber?.IsNaturalPerson ?? true),
            ("region", identity.Subscriber?.County),
            ("first_seen", from),
            ("last_seen", to),
            ("content", work.Vault.Seal(KeyOf(id), IdentityField, SightingDetail.ToJson(identity))));
        return id;
    }

    private static Subject ReadSubject(LedgerRow row) => new(
        row.Number("id"),
        row.Text("kind"),
        row.Flag("is_person"),
        row.OptionalText("region"),
        row.Time("first_seen"),
        row.Time("last_seen"));
}
