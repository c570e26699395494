using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Detection.Protocols;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Exchange;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Sensor.Commands;
using MinerFlow.Sensor.Web;

namespace MinerFlow.Sensor.Hosting;

/// <summary>One run of the service, from the check of everything that can be checked before it starts to its exit code.</summary>
internal sealed class ServiceRun
{
    private readonly Terminal _terminal;
    private readonly ServiceTexts _texts;
    private readonly ServiceLog _log;
    private readonly string _version;

    public ServiceRun(Terminal terminal, ServiceTexts texts, string version)
    {
        _terminal = terminal;
        _texts = texts;
        _log = new ServiceLog(terminal);
        _version = version;
    }

    /// <summary>Runs until the token is cancelled or the service cannot go on.</summary>
    public int Run(ServiceArguments arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var settings = Settings(arguments, problems);
        var catalog = new ProtocolCatalog();
        var sources = problems.Count == 0 ? Sources(settings!, catalog, problems) : null;
        using var outbox = settings is null ? null : Outbox.Load(settings, _terminal, _log, _texts, problems);
        if (problems.Count > 0)
        {
            problems.ForEach(problem => _log.Fail("{0}", problem));
            return ExitCode.Usage;
        }

        GiveUpPrivileges(settings!);
        TellCertificate(settings!);
        return BeginLedger(settings!) ?? Serve(settings!, sources!, catalog, outbox, cancellationToken);
    }

    /// <summary>Parsers of hostile bytes need no power over the machine; what packet sockets need stays, for an interface may go and come back.</summary>
    private void GiveUpPrivileges(ServiceSettings settings)
    {
        if (!settings.Sensor.DropPrivileges)
        {
            return;
        }

        List<int> needed = [];
        if (settings.Capture.Interfaces.Count > 0)
        {
            needed.Add(Privileges.NetRaw);
        }

        if (settings.LiveLogs?.NeedsLowPort == true)
        {
            needed.Add(Privileges.NetBindService);
        }

        var problem = Privileges.KeepOnly([.. needed]);
        if (problem is not null)
        {
            _log.Warn(_texts.PrivilegesKept, problem);
        }
    }

    /// <summary>Clients refuse a certificate out of its time; that is no reason to see nothing.</summary>
    private void TellCertificate(ServiceSettings settings)
    {
        if (settings.Certificate?.Certificate is not { } certificate)
        {
            return;
        }

        var now = _terminal.Time.GetUtcNow().UtcDateTime;
        var (first, last) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        if (now < first || now > last)
        {
            _log.Warn(_texts.CertificateOutOfTime, settings.Web.Certificate, first, last);
        }
    }

    private ServiceSettings? Settings(ServiceArguments arguments, List<string> problems)
    {
        try
        {
            return ServiceSettings.Read(arguments.ToConfiguration(), _terminal.ProgramFolder, _texts, problems, mayCreate: true);
        }
        catch (InvalidDataException problem) when (problem.GetBaseException() is JsonException { LineNumber: { } line, BytePositionInLine: { } place })
        {
            // The framework counts lines and bytes from 0.
            problems.Add(string.Format(CultureInfo.InvariantCulture, _texts.BadJson, arguments.ConfigFile, line + 1, place + 1));
            return null;
        }
        catch (InvalidDataException problem)
        {
            problems.Add(string.Format(CultureInfo.InvariantCulture, _texts.BadConfiguration, arguments.ConfigFile, problem.GetBaseException().Message));
            return null;
        }
    }

    private LoadedSources Sources(ServiceSettings settings, ProtocolCatalog catalog, List<string> problems)
    {
        var found = new List<Problem>();
        var sources = LoadedSources.Load(settings.Sources, catalog, found);
        problems.AddRange(found.Select(_texts.Problems.Of));
        if (problems.Count == 0 && sources.LinesLeftOut > 0)
        {
            _log.Warn(_texts.LinesLeftOut, sources.LinesLeftOut);
        }

        return sources;
    }

    /// <summary>A ledger is begun only here; one that cannot be reached now is waited for, one that is none is a mistake.</summary>
    private int? BeginLedger(ServiceSettings settings)
    {
        var isNew = LedgerPlace.IsFileName(settings.Ledger.File) && !File.Exists(settings.Ledger.File);
        try
        {
            if (isNew)
            {
                // Names in clear lie in it: for its owner alone, from the first byte.
                OwnFile.Create(settings.Ledger.File).Dispose();
            }

            using var ledger = SightingLedger.Open(settings.Ledger.File);
            if (isNew)
            {
                _log.Say(_texts.LedgerNew, settings.Ledger.File);
            }

            if (settings.Ledger.KeyFolder is { } keys)
            {
                LedgerDesk.OpenVault(ledger.Database, keys).Dispose();
            }
            else
            {
                _log.Warn(_texts.NamesNotKept, LedgerPlace.Parse(settings.Ledger.File).Name);
            }

            foreach (var plan in settings.Feeds)
            {
                FeedSender.Begin(settings.Ledger.File, settings.Sensor.Name, plan);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _log.Fail("{0}", problem.Message);
            return ExitCode.Environment;
        }
        catch (LedgerException problem) when (isNew || problem.InnerException is null)
        {
            _log.Fail("{0}", problem.Message);
            return ExitCode.Usage;
        }
        catch (LedgerException)
        {
            // Locked, full or failing: the spool is there for that, and the writer tells of it.
        }

        return null;
    }

    private int Serve(ServiceSettings settings, LoadedSources sources, ProtocolCatalog catalog, Outbox? outbox, CancellationToken cancellationToken)
    {
        try
        {
            var spool = SightingSpool.Open(settings.Spool);
            foreach (var note in spool.Notes)
            {
                _log.Warn(_texts.SpoolMended, note);
            }

            var surroundings = new ServiceSurroundings(_log, _texts, TimeProvider.System, _terminal.Environment);
            var evidence = EvidenceFiles.Open(settings.Evidence, surroundings.Time, OnEvidence);
            var subscribers = SubscriberLogs.Start(settings, surroundings);
            sources = subscribers is null ? sources : LoadedSources.Load(settings.Sources, catalog, new List<Problem>(), subscribers.Store);
            using var service = new SensorService(settings, sources, catalog, spool, evidence, surroundings, subscribers);
            var metrics = new SensorMetrics(service, surroundings.Time, _version, outbox);
            using var host = WebSide.Build(settings, service, metrics, surroundings, _version);
            using var export = settings.Telemetry.Otlp.Length > 0 ? new OtlpExport(settings.Telemetry, metrics, settings.Sensor.Name, _version) : null;
            using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                service.Reload.Ask();
                service.Feeds.Reopen();
            });
            outbox?.Start();
            return Serve(settings, service, host, cancellationToken);
        }
        catch (Exception problem) when (problem is SpoolException or CaptureException or OutputException or IntervalStoreException)
        {
            _log.Fail("{0}", _texts.Problems.Of(problem));
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            _log.Fail(_texts.CannotListen, WhyNotListening(problem));
        }

        return ExitCode.Environment;
    }

    /// <summary>Kestrel wraps some errors of the socket and lets others through as they are.</summary>
    private string WhyNotListening(Exception problem)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException socket && _texts.SocketErrors.TryGetValue(socket.SocketErrorCode, out var words))
            {
                return words;
            }
        }

        return problem.Message;
    }

    private void OnEvidence(IOException? failure)
    {
        if (failure is null)
        {
            _log.Say(_texts.EvidenceWorks);
        }
        else
        {
            _log.Fail(_texts.EvidenceFails, failure.Message);
        }
    }

    private int Serve(ServiceSettings settings, SensorService service, IHost host, CancellationToken cancellationToken)
    {
        try
        {
            host.Start();
            var web = settings.Listen is null ? _texts.NoWeb : $"{(string.IsNullOrEmpty(settings.Web.Certificate) ? "http" : "https")}://{settings.Listen}/";
            _log.Say(_texts.Started, _version, string.Join(", ", settings.SourceNames), LedgerPlace.Parse(settings.Ledger.File).Name, web);
            var stopped = Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            _ = Task.WhenAny(stopped, service.Capture.Failed).GetAwaiter().GetResult();
        }
        finally
        {
            host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        if (service.Capture.Failed is { IsFaulted: true, Exception.InnerException: { } failure })
        {
            _log.Fail("{0}", failure is CaptureException ? _texts.Problems.Of(failure) : failure.ToString());
            return ExitCode.Environment;
        }

        return ExitCode.Done;
    }
}
