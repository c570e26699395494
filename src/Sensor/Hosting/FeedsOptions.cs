using System.ComponentModel.DataAnnotations;
using MinerFlow.Reporting.Feeds;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Feeds for the tools of a network operation centre: hits as they come to the ledger, without anybody's name. None until one is named.</summary>
internal sealed record FeedsOptions
{
    public const string Section = "Feeds";

    public IReadOnlyList<FileFeedOptions> Files { get; init; } = [];

    public IReadOnlyList<SocketFeedOptions> Sockets { get; init; } = [];

    public IReadOnlyList<SyslogFeedOptions> Syslog { get; init; } = [];

    public IReadOnlyList<BrokerFeedOptions> Brokers { get; init; } = [];

    /// <summary>Records that one feed reads and sends at once. Default 500.</summary>
    [Range(1, 10_000)]
    public int BatchRecords { get; init; } = 500;

    /// <summary>Offset from UTC of moments, where the format leaves the choice. Default +08:00.</summary>
    public string TimeZone { get; init; } = "+08:00";

    /// <summary>The carrier's number (IANA "Private Enterprise Numbers") in the name of the syslog element. Default: that of documentation.</summary>
    [Range(1, int.MaxValue)]
    public int EnterpriseNumber { get; init; } = 32_473;
}

/// <summary>What all feeds have.</summary>
internal abstract record FeedOptions
{
    /// <summary>Lower-case letters, digits and hyphens; the ledger remembers under it how far the feed has come.</summary>
    public string Name { get; init; } = "";

    public FeedFormat Format { get; init; }

    /// <summary>A feed that is new begins with the first sighting of the ledger. Default: with the next.</summary>
    public bool FromStart { get; init; }
}

/// <summary>A feed to a file.</summary>
internal sealed record FileFeedOptions : FeedOptions
{
    public string Path { get; init; } = "";

    /// <summary>A new file is begun before one grows beyond this. Default 256 MiB.</summary>
    [Range(4_096, 1L << 40)]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>A new file is begun when the clock passes a multiple of so many minutes since 1970 UTC; 0 for never. Default a day.</summary>
    [Range(0, 525_600)]
    public int PeriodMinutes { get; init; } = 1_440;

    /// <summary>Ended files that are kept. Default 14.</summary>
    [Range(0, 100_000)]
    public int Kept { get; init; } = 14;
}

/// <summary>A feed to a local socket.</summary>
internal sealed record SocketFeedOptions : FeedOptions
{
    public string Path { get; init; } = "";

    /// <summary>A datagram for each record, not a stream of lines.</summary>
    public bool Datagram { get; init; }

    /// <summary>Seconds that a reader may take nothing. Default 10.</summary>
    [Range(1, 3_600)]
    public int PatienceSeconds { get; init; } = 10;
}

/// <summary>How syslog travels.</summary>
internal enum SyslogTransport
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>A feed to a syslog receiver.</summary>
internal sealed record SyslogFeedOptions : FeedOptions
{
    public SyslogFeedOptions() => Format = FeedFormat.Syslog;

    /// <summary>Name or address, and port.</summary>
    public string To { get; init; } = "";

    public SyslogTransport Transport { get; init; }

    /// <summary>Bytes of the longest message over UDP; longer ones are lost and counted. Default 8,096, as rsyslog takes it.</summary>
    [Range(480, 65_507)]
    public int LongestDatagram { get; init; } = 8_096;

    /// <summary>Seconds that the receiver may take for a connection or a batch. Default 30.</summary>
    [Range(1, 3_600)]
    public int PatienceSeconds { get; init; } = 30;

    public TlsFeedOptions Tls { get; init; } = new();
}

/// <summary>A feed to an exchange of a message broker.</summary>
internal sealed record BrokerFeedOptions : FeedOptions
{
    /// <summary>Name or address, and port; 5672 is usual, with TLS 5671.</summary>
    public string To { get; init; } = "";

    public string Exchange { get; init; } = "minerflow";

    public string VirtualHost { get; init; } = "/";

    public string User { get; init; } = "";

    /// <summary>Where the password is: <c>file:PATH</c>, <c>env:NAME</c> or <c>credential:NAME</c>.</summary>
    public string Password { get; init; } = "";

    public string RoutingKey { get; init; } = "mining.{role}.{coin}";

    /// <summary>Make the exchange when it is not there. Default: yes.</summary>
    public bool Declare { get; init; } = true;

    /// <summary>A record that no queue takes waits until one does. Default: yes.</summary>
    public bool Mandatory { get; init; } = true;

    /// <summary>Seconds that the broker may take for a connection or a batch. Default 30.</summary>
    [Range(1, 3_600)]
    public int PatienceSeconds { get; init; } = 30;

    public bool UseTls { get; init; }

    public TlsFeedOptions Tls { get; init; } = new();
}

/// <summary>Whom TLS must show on the far side, and what we show.</summary>
internal sealed record TlsFeedOptions
{
    /// <summary>Name in the far side's certificate; empty for the one it is reached by.</summary>
    public string Name { get; init; } = "";

    /// <summary>Authorities in PEM; empty for those of the system.</summary>
    public string Authorities { get; init; } = "";

    /// <summary>SHA-256 fingerprint of the far side's certificate, as <c>openssl x509 -fingerprint -sha256</c> prints it; then no other is taken, and this one whoever signed it.</summary>
    public string Pin { get; init; } = "";

    /// <summary>Our certificate chain in PEM; empty for none.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Private key of the certificate in PEM.</summary>
    public string CertificateKey { get; init; } = "";
}
