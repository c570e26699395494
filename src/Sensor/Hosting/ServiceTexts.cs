using System.Net.Sockets;
using MinerFlow.Capture.Live;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Hosting;

/// <summary>What the service says, one instance for each language; a text that one of them lacks does not compile.</summary>
internal sealed partial record ServiceTexts
{
    /// <summary>Says what other rooms found wrong.</summary>
    public required ProblemTexts Problems { get; init; }

    public required string Environment { get; init; }

    public required string CommandLine { get; init; }

    /// <summary>{0} key, {1} where it was given, {2} the nearest name there is.</summary>
    public required string UnknownSetting { get; init; }

    /// <summary>{0} key, {1} value, {2} what would be right, {3} where it was given.</summary>
    public required string BadValue { get; init; }

    /// <summary>{0} key, {1} where it was given.</summary>
    public required string NotOneValue { get; init; }

    public required string ExpectedList { get; init; }

    public required string ExpectedNumber { get; init; }

    public required string ExpectedWhole { get; init; }

    /// <summary>{0} key, {1} value, {2} least, {3} most, {4} where it was given.</summary>
    public required string OutOfRange { get; init; }

    /// <summary>{0} key.</summary>
    public required string Missing { get; init; }

    /// <summary>{0} key, {1} value, {2} rule in English, {3} where it was given.</summary>
    public required string Unfit { get; init; }

    /// <summary>{0} key, {1} path, {2} bytes it has, {3} bytes it needs.</summary>
    public required string ShortKey { get; init; }

    /// <summary>{0} key, {1} path, {2} reason.</summary>
    public required string FileUnreadable { get; init; }

    /// <summary>{0} key, {1} value, {2} where it was given.</summary>
    public required string BadListen { get; init; }

    /// <summary>{0} key, {1} address, {2} keys that are missing.</summary>
    public required string OpenToOthers { get; init; }

    /// <summary>{0} key, {1} path, {2} characters.</summary>
    public required string ShortToken { get; init; }

    /// <summary>{0} key.</summary>
    public required string NothingToCapture { get; init; }

    /// <summary>{0} period, {1} window.</summary>
    public required string PeriodMustDivide { get; init; }

    /// <summary>{0} bound, {1} segment.</summary>
    public required string SpoolTooSmall { get; init; }

    /// <summary>{0} bound, {1} file.</summary>
    public required string EvidenceTooSmall { get; init; }

    /// <summary>{0} key, {1} value.</summary>
    public required string BadPrefix { get; init; }

    /// <summary>{0} key, {1} value, {2} where it was given.</summary>
    public required string BadEndpoint { get; init; }

    /// <summary>{0} key, {1} value, {2} where it was given.</summary>
    public required string BadZone { get; init; }

    /// <summary>{0} key of the file, {1} key of the secret itself.</summary>
    public required string OneSecret { get; init; }

    /// <summary>{0} key of accounting files, {1} key of followed logs.</summary>
    public required string RadiusTwice { get; init; }

    /// <summary>{0} key, {1} name.</summary>
    public required string BadFeedName { get; init; }

    /// <summary>{0} key, {1} name.</summary>
    public required string FeedNameTwice { get; init; }

    /// <summary>{0} key, {1} path, {2} bytes.</summary>
    public required string SocketPathTooLong { get; init; }

    /// <summary>{0} key, {1} value.</summary>
    public required string BadPin { get; init; }

    /// <summary>{0} key, {1} value, {2} where it was given.</summary>
    public required string BadTarget { get; init; }

    /// <summary>{0} feed, {1} where it leads, {2} reason.</summary>
    public required string FeedAway { get; init; }

    /// <summary>{0} feed, {1} where it leads.</summary>
    public required string FeedBack { get; init; }

    /// <summary>{0} number of sources, {1} folder.</summary>
    public required string SubscribersRead { get; init; }

    /// <summary>{0} reason.</summary>
    public required string SubscribersFail { get; init; }

    public required string SubscribersBack { get; init; }

    /// <summary>{0} key, {1} value.</summary>
    public required string BadUrl { get; init; }

    /// <summary>{0} key, {1} path.</summary>
    public required string NoSuchFile { get; init; }

    /// <summary>{0} key, {1} path.</summary>
    public required string NoSuchFolder { get; init; }

    /// <summary>{0} path, {1} reason.</summary>
    public required string BadConfiguration { get; init; }

    /// <summary>{0} path, {1} line, {2} byte of the line.</summary>
    public required string BadJson { get; init; }

    /// <summary>{0} key, {1} path.</summary>
    public required string FolderForFile { get; init; }

    /// <summary>{0} key, {1} path.</summary>
    public required string NoRight { get; init; }

    /// <summary>{0} path, {1} first moment, {2} last moment in UTC.</summary>
    public required string CertificateOutOfTime { get; init; }

    /// <summary>Why nobody can listen at an address.</summary>
    public required IReadOnlyDictionary<SocketError, string> SocketErrors { get; init; }

    /// <summary>{0} reason.</summary>
    public required string CannotListen { get; init; }

    /// <summary>{0} version, {1} sources, {2} ledger, {3} address of the web side.</summary>
    public required string Started { get; init; }

    public required string NoWeb { get; init; }

    public required string Stopping { get; init; }

    /// <summary>{0} packets, {1} sightings written, {2} sightings left in the spool.</summary>
    public required string Stopped { get; init; }

    /// <summary>{0} source, {1} what it said.</summary>
    public required string SourceSays { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkUp { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkDown { get; init; }

    /// <summary>{0} interface.</summary>
    public required string LinkGone { get; init; }

    /// <summary>{0} seconds.</summary>
    public required string ClockWentBack { get; init; }

    /// <summary>{0} reason, {1} sightings waiting.</summary>
    public required string LedgerAway { get; init; }

    /// <summary>{0} seconds away, {1} sightings waiting.</summary>
    public required string LedgerBack { get; init; }

    /// <summary>{0} user, {1} file.</summary>
    public required string PushNobody { get; init; }

    /// <summary>{0} key, {1} folder.</summary>
    public required string PushNoKeys { get; init; }

    /// <summary>{0} destination, {1} package, {2} what was seen.</summary>
    public required string PushFails { get; init; }

    /// <summary>{0} destination.</summary>
    public required string PushWorks { get; init; }

    /// <summary>{0} destination, {1} package, {2} why.</summary>
    public required string PushBlocked { get; init; }

    /// <summary>{0} destination, {1} how many.</summary>
    public required string PushStopped { get; init; }

    /// <summary>{0} destination, {1} what went wrong.</summary>
    public required string PushProblem { get; init; }

    /// <summary>{0} destination, {1} package, {2} words of the recipient.</summary>
    public required string PushReceipt { get; init; }

    /// <summary>{0} destination, {1} identity of a package.</summary>
    public required string PushUnknownReceipt { get; init; }

    /// <summary>{0} path.</summary>
    public required string LedgerNew { get; init; }

    /// <summary>{0} what was mended.</summary>
    public required string SpoolMended { get; init; }

    /// <summary>{0} reason.</summary>
    public required string SpoolFails { get; init; }

    public required string SpoolWorks { get; init; }

    /// <summary>{0} reason.</summary>
    public required string EvidenceFails { get; init; }

    public required string EvidenceWorks { get; init; }

    /// <summary>{0} number lost, {1} bound, {2} number lost in all.</summary>
    public required string SightingsLost { get; init; }

    /// <summary>{0} sightings that were only counted, {1} server that most of them went to, {2} bound.</summary>
    public required string AttemptsFolded { get; init; }

    /// <summary>{0} events lost, {1} bound of the queue, {2} bound of open sightings.</summary>
    public required string EventsLost { get; init; }

    /// <summary>{0} rules, {1} intervals.</summary>
    public required string Reloaded { get; init; }

    /// <summary>{0} number of problems.</summary>
    public required string ReloadRefused { get; init; }

    /// <summary>{0} number of lines.</summary>
    public required string LinesLeftOut { get; init; }

    /// <summary>{0} which loop.</summary>
    public required string WatchdogSilent { get; init; }

    /// <summary>{0} reason.</summary>
    public required string PrivilegesKept { get; init; }

    /// <summary>{0} packets a second, {1} sightings open, {2} sightings waiting.</summary>
    public required string Status { get; init; }

    /// <summary>{0}: why. The silence of the sensor proves nothing from now on.</summary>
    public required string NotCovered { get; init; }

    /// <summary>The silence of the sensor proves something from now on.</summary>
    public required string Covered { get; init; }

    public required string NotListeningSampled { get; init; }

    /// <summary>{0}: the thread.</summary>
    public required string NotListeningStuck { get; init; }

    /// <summary>{0}: the interface, here and below.</summary>
    public required string NotListeningDown { get; init; }

    public required string NotListeningWasDown { get; init; }

    public required string NotListeningEnded { get; init; }

    public required string NotListeningDrops { get; init; }

    public required string NotListeningQuiet { get; init; }

    /// <summary>{0}: the ledger. Names of sightings are not kept.</summary>
    public required string NamesNotKept { get; init; }

    public string NotListening(string reason, string what) => string.Format(System.Globalization.CultureInfo.InvariantCulture, reason, what);

    public string LinkIs(LinkState state) => state switch
    {
        LinkState.Up => LinkUp,
        LinkState.Down => LinkDown,
        _ => LinkGone,
    };

    public static ServiceTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
