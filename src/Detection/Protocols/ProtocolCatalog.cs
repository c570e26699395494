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
        var all = protocols.ToArray();
        Array.Sort(all, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        All = all;
        Dialects = [.. All.OfType<IJsonDialect>()];
        Streams = [.. All.OfType<IStreamProtocol>()];
        Datagrams = [.. All.OfType<IDatagramProtocol>()];
    }

    public IReadOnlyList<IMiningProtocol> All { get; }

    public IReadOnlyList<IJsonDialect> Dialects { get; }

    public IReadOnlyList<IStreamProtocol> Streams { get; }

    public IReadOnlyList<IDatagramProtocol> Datagrams { get; }

    /// <summary>Searched for, so that a new protocol is a new file and nothing else; it costs each start 8 ms.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The product is not trimmed.")]
    private static List<IMiningProtocol> FindAll()
    {
        var found = new List<IMiningProtocol>();
        foreach (var type in typeof(ProtocolCatalog).Assembly.GetTypes())
        {
            if (type is { IsClass: true, IsAbstract: false } && typeof(IMiningProtocol).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null)
            {
                found.Add((IMiningProtocol)Activator.CreateInstance(type)!);
            }
        }

        return found;
    }
}
