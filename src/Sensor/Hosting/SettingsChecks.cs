using System.Net;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Capture.Live;
using MinerFlow.Connections.Evidence;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Exchange;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Push.Tls;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>What no single value of the settings tells: files, addresses, and values that must fit each other.</summary>
/// <param name="reader">Takes the problems.</param>
/// <param name="texts">Language of the problems.</param>
/// <param name="mayCreate">What is made at the first start may be made now.</param>
internal sealed class SettingsChecks(SettingsReader reader, ServiceTexts texts, bool mayCreate)
{
    /// <summary>16 letters and digits hold some 95 bits: nobody tries them all over HTTP.</summary>
    private const int ShortestToken = 16;

    /// <summary>The key of the digests; null, with a problem, when there is none.</summary>
    public byte[] IdentityKey(SensorOptions sensor)
    {
        var path = sensor.IdentityKeyFile;
        try
        {
            if (!File.Exists(path) && path.Length > 0)
            {
                if (!mayCreate)
                {
                    return [];
                }

                MakeKey(path);
            }

            var key = File.ReadAllBytes(path);
            if (key.Length >= ReplayOptions.ShortestIdentityKeyBytes)
            {
                return key;
            }

            Problem(texts.ShortKey, $"{SensorOptions.Section}:{nameof(SensorOptions.IdentityKeyFile)}", path, key.Length, ReplayOptions.ShortestIdentityKeyBytes);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Unreadable($"{SensorOptions.Section}:{nameof(SensorOptions.IdentityKeyFile)}", path, problem);
        }

        return [];
    }

    /// <summary>What HTTPS shows; null for HTTP, and, with a problem, when the files do not make a certificate.</summary>
    public OwnCertificate? Certificate(WebOptions web) => string.IsNullOrEmpty(web.Certificate)
        ? null
        : reader.Certificate($"{WebOptions.Section}:{nameof(WebOptions.Certificate)}", web.Certificate, web.CertificateKey ?? "");

    /// <summary>Where to listen; null for nowhere, and, with a problem, when that is no address.</summary>
    public IPEndPoint? Listen(WebOptions web)
    {
        if (web.Listen.Length == 0)
        {
            return null;
        }

        var key = $"{WebOptions.Section}:{nameof(WebOptions.Listen)}";
        var colon = web.Listen.LastIndexOf(':');
        if (colon < 0 || !IPEndPoint.TryParse(web.Listen, out var endpoint))
        {
            Problem(texts.BadListen, key, web.Listen, reader.OriginOf(key));
            return null;
        }

        if (!IPAddress.IsLoopback(endpoint.Address))
        {
            var missing = new List<string>();
            if (string.IsNullOrEmpty(web.Certificate))
            {
                missing.Add($"{WebOptions.Section}:{nameof(WebOptions.Certificate)}");
            }

            if (string.IsNullOrEmpty(web.TokenFile))
            {
                missing.Add($"{WebOptions.Section}:{nameof(WebOptions.TokenFile)}");
            }

            if (missing.Count > 0)
            {
                Problem(texts.OpenToOthers, key, web.Listen, string.Join(", ", missing));
            }
        }

        return endpoint;
    }

    public IReadOnlyList<string> Tokens(WebOptions web)
    {
        if (string.IsNullOrEmpty(web.TokenFile))
        {
            return [];
        }

        var key = $"{WebOptions.Section}:{nameof(WebOptions.TokenFile)}";
        try
        {
            var tokens = File.ReadAllLines(web.TokenFile).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
            if (tokens.Count == 0 || tokens.Exists(token => token.Length < ShortestToken))
            {
                Problem(texts.ShortToken, key, web.TokenFile, ShortestToken);
            }

            return tokens;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Unreadable(key, web.TokenFile, problem);
            return [];
        }
    }

    /// <summary>Values that must fit each other, and files that must be there.</summary>
    public void Together(ServiceSettings settings)
    {
        if (settings.Capture.Interfaces.Count > 0)
        {
            foreach (var failure in new LiveCaptureRules().Validate(null, settings.Capture).Failures ?? [])
            {
                reader.Problems.Add(failure);
            }
        }
        else if (settings.Follow.Files.Count == 0)
        {
            Problem(texts.NothingToCapture, $"{FollowOptions.Section}:{nameof(FollowOptions.Files)}");
        }

        var window = settings.Sightings;
        if (window.PeriodSeconds > 0 && window.WindowSeconds % window.PeriodSeconds != 0)
        {
            Problem(texts.PeriodMustDivide, window.PeriodSeconds, window.WindowSeconds);
        }

        if (settings.Spool.MaxBytes < 2L * settings.Spool.SegmentBytes)
        {
            Problem(texts.SpoolTooSmall, settings.Spool.MaxBytes, settings.Spool.SegmentBytes);
        }

        Evidence(settings.Evidence);
        Sources(settings.Sources);
        Telemetry(settings.Telemetry);
        Files(FollowOptions.Section, nameof(FollowOptions.Files), settings.Follow.Files);
        if (LedgerPlace.IsFileName(settings.Ledger.File))
        {
            Folder(LedgerOptions.Section, nameof(LedgerOptions.File), Path.GetDirectoryName(Path.GetFullPath(settings.Ledger.File)));
            if (Directory.Exists(settings.Ledger.File))
            {
                Problem(texts.FolderForFile, $"{LedgerOptions.Section}:{nameof(LedgerOptions.File)}", settings.Ledger.File);
            }
        }

        Folder(SpoolOptions.Section, nameof(SpoolOptions.Folder), Path.GetDirectoryName(Path.GetFullPath(settings.Spool.Folder)));
    }

    private void Evidence(EvidenceOptions evidence)
    {
        if (evidence.Folder.Length > 0)
        {
            Folder(EvidenceOptions.Section, nameof(EvidenceOptions.Folder), Path.GetDirectoryName(Path.GetFullPath(evidence.Folder)));
        }

        if (evidence.MaxBytes < 2 * evidence.FileBytes)
        {
            Problem(texts.EvidenceTooSmall, evidence.MaxBytes, evidence.FileBytes);
        }
    }

    private void Sources(SourceOptions sources)
    {
        Files(SourceOptions.Section, nameof(SourceOptions.Subscribers), sources.Subscribers);
        Files(SourceOptions.Section, nameof(SourceOptions.Inventories), sources.Inventories);
        Files(SourceOptions.Section, nameof(SourceOptions.Radius), sources.Radius);
        Files(SourceOptions.Section, nameof(SourceOptions.Geo), string.IsNullOrEmpty(sources.Geo) ? [] : [sources.Geo]);
        Folder(SourceOptions.Section, nameof(SourceOptions.Rules), sources.Rules);
        foreach (var prefix in sources.OwnPrefixes.Where(prefix => !IpRange.TryParse(prefix, out _)))
        {
            Problem(texts.BadPrefix, $"{SourceOptions.Section}:{nameof(SourceOptions.OwnPrefixes)}", prefix);
        }
    }

    private void Telemetry(TelemetryOptions telemetry)
    {
        if (telemetry.Otlp.Length > 0 && (!Uri.TryCreate(telemetry.Otlp, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https")))
        {
            Problem(texts.BadUrl, $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.Otlp)}", telemetry.Otlp);
        }
    }

    private void Unreadable(string key, string path, Exception problem) => Problem(
        problem switch
        {
            FileNotFoundException or DirectoryNotFoundException => texts.NoSuchFile,
            UnauthorizedAccessException => texts.NoRight,
            _ => texts.FileUnreadable,
        },
        key,
        path,
        problem.Message);

    private void Files(string section, string name, IEnumerable<string> paths)
    {
        foreach (var path in paths.Where(path => !File.Exists(path)))
        {
            Problem(texts.NoSuchFile, $"{section}:{name}", path);
        }
    }

    private void Folder(string section, string name, string? path)
    {
        if (!Directory.Exists(path))
        {
            Problem(texts.NoSuchFolder, $"{section}:{name}", path);
        }
    }

    private static void MakeKey(string path)
    {
        using var file = OwnFile.Create(path);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ReplayOptions.ShortestIdentityKeyBytes))));
    }

    private void Problem(string text, params object?[] values) => reader.Problem(text, values);
}
