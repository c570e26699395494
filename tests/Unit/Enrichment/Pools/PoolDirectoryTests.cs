using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Pools;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Pools;

public sealed class PoolDirectoryTests : IDisposable
{
    private const string Rows =
        """
        pool,kind,value,port,coin,note
        Example Pool,host,pool.example,,BTC,all of it
        Example ETC,host,etc.pool.example,,ETC,
        Example SSL,host,pool.example,443,BTC,
        Endpoint Pool,endpoint,203.0.113.7:3333,,,
        Any Port,endpoint,203.0.113.8,,,
        Port Column,endpoint,2001:db8::7,4444,,
        Bracket,endpoint,[2001:db8::8]:5555,,,
        Tag Pool,tag,/Tag/,,,
        Long Tag Pool,tag,/Tag/Long,,,
        """;

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pool.example", 3333, "Example Pool")]
    [InlineData("eu1.POOL.example.", 3333, "Example Pool")]
    [InlineData("eu1.etc.pool.example", 3333, "Example ETC")]
    [InlineData("eu1.pool.example", 443, "Example SSL")]
    [InlineData("mypool.example", 3333, null)]
    [InlineData("example", 3333, null)]
    [InlineData("pool.example.org", 3333, null)]
    public void AHostMatchesWholeLabelsFromTheRight(string host, int port, string? pool) => Assert.Equal(pool, Load(Rows).FindHost(host, (ushort)port)?.Name);

    [Theory]
    [InlineData("203.0.113.7", 3333, "Endpoint Pool")]
    [InlineData("203.0.113.7", 3334, null)]
    [InlineData("203.0.113.8", 1, "Any Port")]
    [InlineData("2001:db8::7", 4444, "Port Column")]
    [InlineData("2001:db8::8", 5555, "Bracket")]
    public void AnEndpointMatchesItsPortOrAny(string address, int port, string? pool) =>
        Assert.Equal(pool, Load(Rows).FindEndpoint(new Endpoint(Ip(address), (ushort)port))?.Name);

    [Fact]
    public void TheLongestTagDecides()
    {
        var pools = Load(Rows);

        Assert.Equal(new PoolMatch("Long Tag Pool", "tag"), pools.FindTag("xx/tag/LONG/yy"));
        Assert.Equal("Tag Pool", pools.FindTag("/Tag/x")?.Name);
        Assert.Null(pools.FindTag("Tag"));
        Assert.Empty(_problems);
    }

    [Fact]
    public void AnEndpointDecidesBeforeAHostAndAHostBeforeATag()
    {
        var pools = Load(Rows);
        var unknown = new Endpoint(Ip("192.0.2.1"), 3333);

        Assert.Equal(new PoolMatch("Endpoint Pool", "endpoint"), pools.Find(new Endpoint(Ip("203.0.113.7"), 3333), "pool.example", "/Tag/"));
        Assert.Equal(new PoolMatch("Example Pool", "host") { Coin = "BTC" }, pools.Find(unknown, "pool.example", "/Tag/"));
        Assert.Equal("tag", pools.Find(unknown, "other.example", "/Tag/")?.By);
        Assert.Equal(new PoolMatch("Named By Job", "tag"), pools.Find(unknown, null, "Named By Job"));
        Assert.Null(pools.Find(unknown, null, null));
    }

    [Theory]
    [InlineData(",host,pool.example,,,", 1)]
    [InlineData("P,hosts,pool.example,,,", 3)]
    [InlineData("P,host,example,,,", 8)]
    [InlineData("P,host,http://pool.example,,,", 8)]
    [InlineData("P,endpoint,203.0.113.777,,,", 12)]
    [InlineData("P,endpoint,203.0.113.7:99999,,,", 12)]
    [InlineData("P,host,pool.example,0,,", 21)]
    [InlineData("P,host,pool.example,x,,", 21)]
    [InlineData("P,tag,/,,,", 7)]
    [InlineData("P,host,good.example,,,\nQ,host,good.example,,,", 8)]
    public void EveryBadRowIsNamedAndTheRestIsLoaded(string rows, int column)
    {
        var pools = Load($"pool,kind,value,port,coin,note\n{rows}\nGood,host,good2.example,,,\n");

        Assert.Equal(column, Assert.Single(_problems).Column);
        Assert.Equal("Good", pools.FindHost("good2.example", 1)?.Name);
    }

    [Fact]
    public void AMissingFileIsAProblemAndAnEmptyDirectory()
    {
        Assert.Equal(0, PoolDirectory.Load(_folder.FullName, _problems).Count);
        Assert.Single(_problems);
    }

    private PoolDirectory Load(string text)
    {
        _folder.Write(PoolDirectory.FileName, text);
        return PoolDirectory.Load(_folder.FullName, _problems);
    }
}
