using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Tls;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Makes of the feed settings what sends; tells all that is wrong with them.</summary>
internal sealed partial class FeedChecks(SettingsReader reader, ServiceTexts texts, string version)
{
    private const string Section = FeedsOptions.Section;
    private const int PinLength = 64;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The feeds with which nothing is wrong.</summary>
    public IReadOnlyList<FeedPlan> Plans(FeedsOptions options)
    {
        var origin = Origin(options);
        return
        [
            .. Of(options.Files, nameof(options.Files), "file", (feed, key) => (feed.Format.Make(origin), File(feed, key))),
            .. Of(options.Sockets, nameof(options.Sockets), "socket", (feed, key) => (feed.Format.Make(origin), Socket(feed, key))),
            .. Of(options.Syslog, nameof(options.Syslog), "syslog", (feed, key) => (feed.Format.MakeForSyslog(origin), Syslog(feed, key))),
            .. Of(options.Brokers, nameof(options.Brokers), "broker", (feed, key) =>
            {
                var format = feed.Format.Make(origin);
                return (format, Broker(feed, key, format.ContentType));
            }),
        ];

        IEnumerable<FeedPlan> Of<T>(IReadOnlyList<T> feeds, string list, string kind, Func<T, string, (IFeedFormat Format, Func<IFeedTransport> Open)> make)
            where T : FeedOptions
        {
            for (var i = 0; i < feeds.Count; i++)
            {
                var (feed, before) = (feeds[i], reader.Problems.Count);
                var key = string.Create(CultureInfo.InvariantCulture, $"{Section}:{list}:{i}");
                var (format, open) = make(feed, key);
                Name(feed, key);
                if (reader.Problems.Count == before)
                {
                    yield return new FeedPlan(feed.Name, kind, format, open) { FromStart = feed.FromStart, BatchRecords = options.BatchRecords };
                }
            }
        }
    }

    private FeedOrigin Origin(FeedsOptions options)
    {
        if (!OptionReader.TryParseOffset(options.TimeZone, out var offset))
        {
            var key = $"{Section}:{nameof(options.TimeZone)}";
            Problem(texts.BadZone, key, options.TimeZone, reader.OriginOf(key));
        }

        return new FeedOrigin(Environment.MachineName, Environment.ProcessId, version, offset) { EnterpriseNumber = options.EnterpriseNumber };
    }

    private void Name(FeedOptions feed, string key)
    {
        if (!NameWords().IsMatch(feed.Name))
        {
            Problem(texts.BadFeedName, $"{key}:{nameof(feed.Name)}", feed.Name);
        }
        else if (!_names.Add(feed.Name))
        {
            Problem(texts.FeedNameTwice, $"{key}:{nameof(feed.Name)}", feed.Name);
        }
    }

    private Func<IFeedTransport> File(FileFeedOptions feed, string key)
    {
        Folder(feed.Path, $"{key}:{nameof(feed.Path)}");
        var options = new FileTransportOptions(feed.Path)
        {
            MaxBytes = feed.MaxBytes,
            Period = feed.PeriodMinutes == 0 ? null : TimeSpan.FromMinutes(feed.PeriodMinutes),
            Kept = feed.Kept,
        };
        return () => new FileTransport(options, TimeProvider.System);
    }

    private Func<IFeedTransport> Socket(SocketFeedOptions feed, string key)
    {
        Folder(feed.Path, $"{key}:{nameof(feed.Path)}");
        if (Encoding.UTF8.GetByteCount(feed.Path) > UnixSocketTransport.LongestPath)
        {
            Problem(texts.SocketPathTooLong, $"{key}:{nameof(feed.Path)}", feed.Path, UnixSocketTransport.LongestPath);
        }

        return () => new UnixSocketTransport(feed.Path, feed.Datagram, TimeSpan.FromSeconds(feed.PatienceSeconds));
    }

    private Func<IFeedTransport> Syslog(SyslogFeedOptions feed, string key)
    {
        var (host, port) = Target(feed.To, $"{key}:{nameof(feed.To)}");
        if (feed.Transport == SyslogTransport.Udp)
        {
            return () => new SyslogUdpTransport(host, port, feed.LongestDatagram);
        }

        var tls = feed.Transport == SyslogTransport.Tls ? Tls(feed.Tls, host, $"{key}:{nameof(feed.Tls)}") : null;
        return () => new SyslogStreamTransport(host, port, tls, TimeSpan.FromSeconds(feed.PatienceSeconds));
    }

    private Func<IFeedTransport> Broker(BrokerFeedOptions feed, string key, string contentType)
    {
        var (host, port) = Target(feed.To, $"{key}:{nameof(feed.To)}");
        foreach (var (name, value) in new[] { (nameof(feed.Exchange), feed.Exchange), (nameof(feed.User), feed.User), (nameof(feed.Password), feed.Password) })
        {
            if (value.Length == 0)
            {
                Problem(texts.Missing, $"{key}:{name}");
            }
        }

        var options = new BrokerTransportOptions(host, port, feed.Exchange)
        {
            VirtualHost = feed.VirtualHost,
            User = feed.User,
            Password = Secret(feed.Password, $"{key}:{nameof(feed.Password)}"),
            Tls = feed.UseTls ? Tls(feed.Tls, host, $"{key}:{nameof(feed.Tls)}") : null,
            Declare = feed.Declare,
            Mandatory = feed.Mandatory,
            RoutingKey = feed.RoutingKey,
            ContentType = contentType,
            Patience = TimeSpan.FromSeconds(feed.PatienceSeconds),
        };
        return () => new BrokerTransport(options);
    }

    private ChannelSecret? Secret(string place, string key)
    {
        if (place.Length == 0)
        {
            return null;
        }

        if (ChannelSecret.From(place, Environment.CurrentDirectory, out var problem) is { } secret)
        {
            return secret;
        }

        reader.Problems.Add($"{key}: {problem}");
        return null;
    }

    private TlsPeerOptions Tls(TlsFeedOptions options, string host, string key)
    {
        var pin = options.Pin.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        if (pin.Length > 0 && (pin.Length != PinLength || !pin.All(char.IsAsciiHexDigit)))
        {
            Problem(texts.BadPin, $"{key}:{nameof(options.Pin)}", options.Pin);
        }

        X509Certificate2Collection? authorities = null;
        if (options.Authorities.Length > 0 && (authorities = TrustedAuthorities.Read(options.Authorities, out var problem)) is null)
        {
            Problem(texts.FileUnreadable, $"{key}:{nameof(options.Authorities)}", options.Authorities, problem);
        }

        var own = options.Certificate.Length > 0 ? reader.Certificate($"{key}:{nameof(options.Certificate)}", options.Certificate, options.CertificateKey) : null;
        return new TlsPeerOptions(options.Name.Length > 0 ? options.Name : host) { Authorities = authorities, Pin = pin.Length == 0 ? null : pin, Own = own };
    }

    private (string Host, int Port) Target(string text, string key)
    {
        var colon = text.LastIndexOf(':');
        if (colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue)
        {
            return (text[..colon].TrimStart('[').TrimEnd(']'), port);
        }

        Problem(texts.BadTarget, key, text, reader.OriginOf(key));
        return ("", 0);
    }

    private void Folder(string path, string key)
    {
        if (path.Length == 0)
        {
            Problem(texts.Missing, key);
        }
        else if (Path.GetDirectoryName(Path.GetFullPath(path)) is var folder && !Directory.Exists(folder))
        {
            Problem(texts.NoSuchFolder, key, folder);
        }
    }

    private void Problem(string text, params object?[] values) => reader.Problem(text, values);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex NameWords();
}
