using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The words of the command line, one instance for each language; a text that one of them lacks does not compile.</summary>
internal sealed partial record CommandTexts
{
    /// <summary>Says what other rooms found wrong.</summary>
    public required ProblemTexts Problems { get; init; }

    public required string Product { get; init; }

    public required string Usage { get; init; }

    public required string Commands { get; init; }

    public required string Arguments { get; init; }

    public required string Options { get; init; }

    public required string ExitCodes { get; init; }

    public required IReadOnlyList<string> ExitCodeLines { get; init; }

    /// <summary>{0} command.</summary>
    public required string MoreHelp { get; init; }

    public required string Help { get; init; }

    public required string Version { get; init; }

    public required string Lang { get; init; }

    public required string Replay { get; init; }

    public required string Path { get; init; }

    public required string Merge { get; init; }

    public required string Follow { get; init; }

    public required string Format { get; init; }

    public required string Output { get; init; }

    public required string Xlsx { get; init; }

    public required string Encoding { get; init; }

    public required string Subscribers { get; init; }

    public required string Radius { get; init; }

    public required string OwnPrefix { get; init; }

    public required string Geo { get; init; }

    public required string Ledger { get; init; }

    public required string Keys { get; init; }

    public required string IdentityKey { get; init; }

    public required string Rules { get; init; }

    public required string Sensor { get; init; }

    public required string TimeZone { get; init; }

    public required string Role { get; init; }

    public required string Rows { get; init; }

    public required string Stats { get; init; }

    public required string Evidence { get; init; }

    public required string EvidenceHeaders { get; init; }

    public required string MaxFlows { get; init; }

    public required string MaxConnections { get; init; }

    public required string MaxStreamBytes { get; init; }

    public required string MaxStreamBytesTotal { get; init; }

    public required string TcpIdle { get; init; }

    public required string UdpIdle { get; init; }

    public required string Run { get; init; }

    public required string Doctor { get; init; }

    public required string DoctorFormat { get; init; }

    public required string Config { get; init; }

    public required string Interface { get; init; }

    public required string FollowFile { get; init; }

    public required string RunLedger { get; init; }

    public required string SpoolFolder { get; init; }

    public required string Listen { get; init; }

    public required string Set { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadSetting { get; init; }

    public required string RulesVerb { get; init; }

    public required string RulesCheck { get; init; }

    public required string RulesFolder { get; init; }

    public required string NatLogVerb { get; init; }

    public required string NatLogTry { get; init; }

    public required string TryProfile { get; init; }

    public required string TrySample { get; init; }

    public required string TryKeys { get; init; }

    public required string TryFormat { get; init; }

    public required string TryYear { get; init; }

    public required string LogTimeZone { get; init; }

    public required string TryUsage { get; init; }

    /// <summary>{0} name, {1} names there are.</summary>
    public required string NoSuchProfile { get; init; }

    /// <summary>{0} verb, {1} hint or nothing.</summary>
    public required string UnknownVerb { get; init; }

    /// <summary>{0} names of commands, {1} command that they belong to.</summary>
    public required string NoVerb { get; init; }

    /// <summary>{0} option, {1} hint or nothing.</summary>
    public required string UnknownOption { get; init; }

    /// <summary>{0} argument.</summary>
    public required string SurplusArgument { get; init; }

    /// <summary>{0} what was probably meant.</summary>
    public required string DidYouMean { get; init; }

    /// <summary>{0} option, {1} placeholder of its value.</summary>
    public required string NeedsValue { get; init; }

    /// <summary>{0} option, {1} times.</summary>
    public required string GivenOften { get; init; }

    /// <summary>{0} option, {1} value, {2} choices.</summary>
    public required string NotOneOf { get; init; }

    /// <summary>{0} option, {1} value, {2} least, {3} most.</summary>
    public required string OutOfRange { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadOffset { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadPrefix { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string NoOpenSsl { get; init; }

    public required string NoSuchFile { get; init; }

    public required string IsFolder { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string NoSuchFolder { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string BadNatLog { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string EmptyValue { get; init; }

    public required string NoPath { get; init; }

    public required string FollowAlone { get; init; }

    /// <summary>{0} option that makes no sense without {1}.</summary>
    public required string OnlyWith { get; init; }

    /// <summary>{0} option, {1} value.</summary>
    public required string OverwritesInput { get; init; }

    /// <summary>{0} option, {1} other option, {2} value.</summary>
    public required string SameTarget { get; init; }

    /// <summary>{0} option, {1} path, {2} bytes it has, {3} bytes it needs.</summary>
    public required string ShortKey { get; init; }

    /// <summary>{0} option, {1} path.</summary>
    public required string KeyUnreadable { get; init; }

    /// <summary>{0} records in all.</summary>
    public required string Damaged { get; init; }

    /// <summary>{0} problems that were not shown.</summary>
    public required string MoreProblems { get; init; }

    /// <summary>{0} files that were not named.</summary>
    public required string MoreNotes { get; init; }

    /// <summary>{0} list of counters.</summary>
    public required string Lost { get; init; }

    /// <summary>{0} capture, {1} frames, {2} number of the link type.</summary>
    public required string UnreadLinkType { get; init; }

    public required string CannotWrite { get; init; }

    public required string Interrupted { get; init; }

    /// <summary>{0} problems, {1} folder.</summary>
    public required string RulesBad { get; init; }

    /// <summary>{0} rules, {1} folder.</summary>
    public required string RulesGood { get; init; }

    /// <summary>{0} new, {1} known, {2} path.</summary>
    public required string LedgerDone { get; init; }

    /// <summary>{0} frames, {1} connections, {2} folder, {3} bytes in it.</summary>
    public required string EvidenceDone { get; init; }

    /// <summary>{0} folder, {1} list of counters.</summary>
    public required string EvidenceLost { get; init; }

    public required string StandardOutput { get; init; }

    public required string NoInputs { get; init; }

    public static CommandTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
