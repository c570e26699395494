using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public sealed class ProtocolCatalogTests
{
    [Fact]
    public void EveryProtocolOfTheAssemblyIsInTheCatalogueOnce()
    {
        var written = typeof(ProtocolCatalog).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IMiningProtocol).IsAssignableFrom(type));

        Assert.Equal(written.Select(type => type.FullName).Order(StringComparer.Ordinal), new ProtocolCatalog().All.Select(protocol => protocol.GetType().FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheCatalogueIsInOrdinalOrderOfNames()
    {
        var names = new ProtocolCatalog().All.Select(protocol => protocol.Name).ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }
}
