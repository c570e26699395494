using System.Reflection;

namespace MinerFlow.Sensor.Commands;

/// <summary>Version of the product, as releases and records name it.</summary>
internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
