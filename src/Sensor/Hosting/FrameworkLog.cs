using Microsoft.Extensions.Logging;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Warnings and errors of the web server in the service's own log.</summary>
internal sealed class FrameworkLog(ServiceLog log) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // A start that fails is thrown as well, and told by who catches it.
        if (IsEnabled(logLevel) && eventId.Name != "HostedServiceStartupFaulted")
        {
            log.Warn("{0}", exception is null ? formatter(state, exception) : $"{formatter(state, exception)}: {exception.Message}");
        }
    }

    public void Dispose()
    {
    }
}
