using System.Diagnostics.CodeAnalysis;

namespace MinerFlow.Detection.Protocols;

/// <summary>Every protocol of this assembly, in ordinal order of their names: adding one is adding its file.</summary>
public sealed class ProtocolCatalog
{
    public ProtocolCatalog()
        : this(FindAll())
    {
    }

    /// <summary>A catalogue of chosen protocols, for tests and tools.</summary>
    public ProtocolCatalog(IEnumerable<IMiningProtocol> protocols)
    {
        All = [.. protocols.OrderBy(p => p.Name, StringComparer.Ordinal)];
        Dialects = [.. All.OfType<IJsonDialect>()];
        Streams = [.. All.OfType<IStreamProtocol>()];
        Datagrams = [.. All.OfType<IDatagramProtocol>()];
    }

    public IReadOnlyList<IMiningProtocol> All { get; }

    public IReadOnlyList<IJsonDialect> Dialects { get; }

    public IReadOnlyList<IStreamProtocol> Streams { get; }

    public IReadOnlyList<IDatagramProtocol> Datagrams { get; }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The product is not trimmed.")]
    private static IEnumerable<IMiningProtocol> FindAll()
    {
        foreach (var type in typeof(ProtocolCatalog).Assembly.GetTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && typeof(IMiningProtocol).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null)
            {
                yield return (IMiningProtocol)Activator.CreateInstance(type)!;
            }
        }
    }
}
