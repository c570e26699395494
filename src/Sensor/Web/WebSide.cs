using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>The host of the service: the service itself, and in front of it Kestrel where an address is configured.</summary>
internal static class WebSide
{
    /// <summary>1 MiB: the API takes no bodies.</summary>
    private const long LongestBody = 1 << 20;

    public static IHost Build(ServiceSettings settings, SensorService service, SensorMetrics metrics, ServiceSurroundings surroundings, string version)
    {
        if (settings.Listen is null)
        {
            var plain = Host.CreateEmptyApplicationBuilder(null);
            Prepare(plain, service, surroundings);
            return plain.Build();
        }

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Configuration.Sources.Clear();
        Prepare(builder, service, surroundings);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, settings));
        builder.Services.AddSingleton(settings.Ledger);
        builder.Services.AddOpenApi(openApi => openApi.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "MinerFlowSensor";
            document.Info.Version = version;
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        var app = builder.Build();
        if (settings.Tokens.Count > 0)
        {
            app.UseMiddleware<BearerTokens>(settings.Tokens);
        }

        app.MapOpenApi();
        app.MapStatus(service, metrics, version);
        app.MapSightings(settings.Ledger);
        return app;
    }

    private static void Prepare(IHostApplicationBuilder builder, SensorService service, ServiceSurroundings surroundings)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new FrameworkLog(surroundings.Log));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Signals are the command line's: the first stops in order, the second at once.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<IHostedService>(service);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
    }

    private static void Listen(KestrelServerOptions kestrel, ServiceSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LongestBody;
        kestrel.Listen(settings.Listen!, endpoint =>
        {
            if (settings.Certificate is { } certificate)
            {
                endpoint.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate.Certificate, ServerCertificateChain = certificate.Issuers });
            }
        });
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
