using Microsoft.Extensions.Configuration;

namespace MinerFlow.Sensor.Hosting;

/// <summary>What a call gives the service.</summary>
/// <param name="ConfigFile">JSON file of settings; null for none.</param>
/// <param name="Settings">Settings by their whole names; above file and environment.</param>
internal sealed record ServiceArguments(string? ConfigFile, IReadOnlyDictionary<string, string?> Settings)
{
    private const string EnvironmentPrefix = "MINERFLOW_";

    /// <summary>Joins file, environment and command line.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON; the message says where.</exception>
    public IConfigurationRoot ToConfiguration()
    {
        var builder = new ConfigurationBuilder();
        if (ConfigFile is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(ConfigFile), optional: false, reloadOnChange: false);
        }

        return builder.AddEnvironmentVariables(EnvironmentPrefix).AddInMemoryCollection(Settings).Build();
    }
}
