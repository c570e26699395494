using System.Net;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Makes of the subscriber settings what listens, follows and keeps; tells all that is wrong with them.</summary>
internal sealed class SubscriberChecks(SettingsReader reader, ServiceTexts texts)
{
    private const string Section = SubscriberOptions.Section;

    /// <summary>The store; null when none is wanted.</summary>
    public IntervalStoreOptions? Store(SubscriberOptions options, SourceOptions sources)
    {
        if (options.Store.Length == 0)
        {
            if (options.Radius.Count + options.Syslog.Count + options.Flows.Count + options.Tails.Count > 0)
            {
                Problem(texts.Missing, $"{Section}:{nameof(SubscriberOptions.Store)}");
            }

            return null;
        }

        if (sources.Radius.Count > 0)
        {
            Problem(texts.RadiusTwice, $"{SourceOptions.Section}:{nameof(SourceOptions.Radius)}", $"{Section}:{nameof(SubscriberOptions.Tails)}");
        }

        if (options.Keys.Length == 0)
        {
            Problem(texts.Missing, $"{Section}:{nameof(SubscriberOptions.Keys)}");
            return null;
        }

        var store = new IntervalStoreOptions { Folder = options.Store, KeyFolder = options.Keys };
        foreach (var problem in store.Check())
        {
            reader.Problems.Add(texts.Problems.Of(problem));
        }

        return store;
    }

    public LiveLogOptions LiveLogs(SubscriberOptions options, string rules)
    {
        var logs = new LiveLogOptions
        {
            Rules = rules,
            TemplateFile = Path.Combine(options.Store, "flow-templates"),
            KeepDays = options.KeepDays == 0 ? null : options.KeepDays,
            Quarantine = options.Quarantine.Length == 0 ? null : new QuarantineOptions(options.Quarantine, options.Keys),
            Radius = [.. options.Radius.Select(Radius).OfType<RadiusListener>()],
            Syslog = [.. options.Syslog.Select(Syslog).OfType<SyslogListener>()],
            Flows = [.. options.Flows.Select((text, i) => Endpoint(text, $"{Section}:{nameof(SubscriberOptions.Flows)}:{i}")).OfType<IPEndPoint>()],
            Tails = [.. options.Tails.Select(Tail).OfType<TailedLog>()],
        };
        var problems = new List<Problem>();
        Enrichment.Subscribers.Receivers.LiveLogs.Check(logs, problems);
        foreach (var problem in problems)
        {
            reader.Problems.Add($"{Section}: {problem}");
        }

        return logs;
    }

    private RadiusListener? Radius(RadiusReceiverOptions options, int index)
    {
        var key = $"{Section}:{nameof(SubscriberOptions.Radius)}:{index}";
        var endpoint = Endpoint(options.Listen, $"{key}:{nameof(options.Listen)}");
        if (options.Clients.Count == 0)
        {
            Problem(texts.Missing, $"{key}:{nameof(options.Clients)}");
        }

        var peers = options.Clients.Select((client, i) => Peer(client, $"{key}:{nameof(options.Clients)}:{i}")).OfType<RadiusPeer>().ToList();
        return endpoint is null ? null : new RadiusListener(endpoint, peers);
    }

    private RadiusPeer? Peer(RadiusClientOptions options, string key)
    {
        if (!IpRange.TryParse(options.Address, out var range))
        {
            Problem(texts.BadPrefix, $"{key}:{nameof(options.Address)}", options.Address);
        }

        var secret = Secret(options, key);
        return secret.Length == 0 ? null : new RadiusPeer(range, secret, options.Answer);
    }

    /// <summary>Never shown in a message.</summary>
    private byte[] Secret(RadiusClientOptions options, string key)
    {
        if ((options.Secret.Length > 0) == (options.SecretFile.Length > 0))
        {
            Problem(texts.OneSecret, $"{key}:{nameof(options.SecretFile)}", $"{key}:{nameof(options.Secret)}");
            return [];
        }

        if (options.Secret.Length > 0)
        {
            return Encoding.UTF8.GetBytes(options.Secret);
        }

        try
        {
            var secret = File.ReadAllBytes(options.SecretFile).AsSpan().TrimEnd("\r\n"u8).ToArray();
            if (secret.Length == 0)
            {
                Problem(texts.ShortKey, $"{key}:{nameof(options.SecretFile)}", options.SecretFile, 0, 1);
            }

            return secret;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Problem(texts.FileUnreadable, $"{key}:{nameof(options.SecretFile)}", options.SecretFile, problem.Message);
            return [];
        }
    }

    private SyslogListener? Syslog(SyslogReceiverOptions options, int index)
    {
        var key = $"{Section}:{nameof(SubscriberOptions.Syslog)}:{index}";
        var endpoint = Endpoint(options.Listen, $"{key}:{nameof(options.Listen)}");
        var zone = Zone(options.TimeZone, $"{key}:{nameof(options.TimeZone)}");
        var certificate = options.Transport == LogTransport.Tls ? reader.Certificate($"{key}:{nameof(options.Certificate)}", options.Certificate, options.CertificateKey) : null;
        return endpoint is null ? null : new SyslogListener(endpoint, options.Transport, options.Profile) { TimeZone = zone, Certificate = certificate?.Context };
    }

    private TailedLog? Tail(TailOptions options, int index)
    {
        var key = $"{Section}:{nameof(SubscriberOptions.Tails)}:{index}";
        var zone = Zone(options.TimeZone, $"{key}:{nameof(options.TimeZone)}");
        if (options.Path.Length == 0)
        {
            Problem(texts.Missing, $"{key}:{nameof(options.Path)}");
            return null;
        }

        // The log may begin later; where it will lie must be there.
        var folder = Path.GetDirectoryName(Path.GetFullPath(options.Path));
        if (!Directory.Exists(folder))
        {
            Problem(texts.NoSuchFolder, $"{key}:{nameof(options.Path)}", folder);
        }

        var format = options.Kind switch
        {
            TailKind.Radius => LogFormat.Accounting,
            TailKind.Dhcp => LogFormat.Leases,
            _ => LogFormat.Translations,
        };
        return new TailedLog(options.Path, format) { Profile = options.Profile, TimeZone = zone };
    }

    private IPEndPoint? Endpoint(string text, string key)
    {
        if (text.LastIndexOf(':') > 0 && IPEndPoint.TryParse(text, out var endpoint))
        {
            return endpoint;
        }

        Problem(texts.BadEndpoint, key, text, reader.OriginOf(key));
        return null;
    }

    private TimeSpan? Zone(string text, string key)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (OptionReader.TryParseOffset(text, out var offset))
        {
            return offset;
        }

        Problem(texts.BadZone, key, text, reader.OriginOf(key));
        return null;
    }

    private void Problem(string text, params object?[] values) => reader.Problem(text, values);
}
