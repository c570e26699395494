using System.Globalization;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>Words of the verbs that work at the ledger: who, which, and why not.</summary>
internal sealed partial record DeskTexts
{
    /// <summary>Says what other rooms found wrong.</summary>
    public required ProblemTexts Problems { get; init; }

    public required string Ledger { get; init; }

    public required string Keys { get; init; }

    public required string Actors { get; init; }

    public required string Name { get; init; }

    public required string SecretFile { get; init; }

    public required string NoLedger { get; init; }

    public required string NoKeys { get; init; }

    /// <summary>{0} file.</summary>
    public required string NoActors { get; init; }

    public required string NameNeedsSecret { get; init; }

    /// <summary>{0} person, {1} file.</summary>
    public required string UnknownPerson { get; init; }

    /// <summary>With the values of each refusal.</summary>
    public required IReadOnlyDictionary<RefusalKind, string> Refusals { get; init; }

    public required string Format { get; init; }

    public required string TimeZone { get; init; }

    public required string Reason { get; init; }

    /// <summary>{0} argument.</summary>
    public required string MissingArgument { get; init; }

    /// <summary>{0} argument.</summary>
    public required string SurplusArgument { get; init; }

    /// <summary>{0} argument, {1} value, {2} what would be right.</summary>
    public required string BadArgument { get; init; }

    /// <summary>Words of states and the like; the machine's own where there is none.</summary>
    public required IReadOnlyDictionary<Enum, string> Words { get; init; }

    public static DeskTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    public string Refusal(RefusedException refusal) =>
        string.Format(CultureInfo.InvariantCulture, Refusals[refusal.Kind], [.. refusal.Values.Select(object (value) => WordOf(value)), "", ""]);

    public string Word(Enum value) => Words.GetValueOrDefault(value) ?? value.ToString();

    /// <summary>The value that a word of the machine or of either language means.</summary>
    public static bool TryRead<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase) || Chinese.Words.GetValueOrDefault(candidate) == text)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    private string WordOf(string value) =>
        Words.FirstOrDefault(pair => pair.Key is CaseState or CorrectionState or DeliveryState or Duty or VerificationState && pair.Key.ToString() == value).Value ?? value;

    private static readonly DeskTexts English = new()
    {
        Problems = ProblemTexts.English,
        Ledger = "Ledger: an SQLite file or postgresql://user@host/database",
        Keys = "Folder with the keys of personal data, apart from the ledger (default: the ledger's file with .keys behind it)",
        Actors = "Table of people and their duties (default: /etc/minerflow/actors.csv)",
        Name = "Work as this person of the table, by a secret instead of the system's user",
        SecretFile = "File with that person's secret",
        NoLedger = "name the ledger with --ledger",
        NoKeys = "name the folder with the keys of personal data with --keys; it must not lie on the database's server",
        NoActors = "{0}: there is no such table of people; name with --actors a CSV file that has the columns name, os_user, duties (and token_sha256 for --as), a line for each person",
        NameNeedsSecret = "--as and --token-file belong together",
        UnknownPerson = "{0} is nobody who may work here, or the secret is not theirs: see {1}",
        Format = "Table for people, or one JSON object a line (default: table)",
        TimeZone = "Offset from UTC of times shown, and of working hours (default +08:00)",
        Reason = "Why, in your words; kept with the step",
        MissingArgument = "{0} is missing",
        SurplusArgument = "{0}: one argument too many",
        BadArgument = "{0} {1}: must be {2}",
        Refusals = new Dictionary<RefusalKind, string>
        {
            [RefusalKind.NotYourDuty] = "refused: {0} lacks the duty {1}",
            [RefusalKind.OtherRegion] = "refused: region {0} is not yours",
            [RefusalKind.SamePerson] = "refused: you did the step before ({0}), somebody else has to do this one",
            [RefusalKind.Unknown] = "there is no {0}",
            [RefusalKind.WrongState] = "refused: from the state {0} there is no step {1}",
            [RefusalKind.NoReason] = "refused: say why with --reason",
            [RefusalKind.VisitIsNoMining] = "refused: only a visit to a web site or a look-up of a name was seen, that is no mining",
            [RefusalKind.NobodyNamed] = "refused: the answer names nobody ({0})",
            [RefusalKind.SilentRows] = "refused: {0} rows have no reviewed answer: {1}",
            [RefusalKind.ObservationNotOver] = "refused: the observation lasts until {0}",
            [RefusalKind.ObservationIncomplete] = "refused: the observation is incomplete, {0} was not healthy for {1} of it (hours:minutes:seconds)",
            [RefusalKind.SeenAgain] = "refused: mining was seen in the observation, last at {0}",
            [RefusalKind.Shredded] = "the key of {0} was destroyed: it can no longer be read",
            [RefusalKind.NoRelease] = "refused: clear data needs a release that is approved and not over",
            [RefusalKind.OtherRecipient] = "refused: the release is for {0}, the destination belongs to {1}",
            [RefusalKind.NumbersUnsure] =
                "refused: the ledger was put back from a backup on {1}, and numbers may have been given to {0} since that backup: ask the recipient for the last one they have, then minerflow push resume {0} --last NUMBER",
        },
        Words = new Dictionary<Enum, string>(),
    };
}
