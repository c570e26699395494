using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger;

public sealed class SightingLedgerOnSqliteTests() : SightingLedgerTests(new SqliteHome());

public sealed class SightingLedgerOnPostgreSqlTests(PostgreSqlServer server) : SightingLedgerTests(server.NewHome());

/// <summary>What holds of sightings whatever database they lie in.</summary>
public abstract class SightingLedgerTests : IDisposable
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly LedgerHome _home;
    private readonly TempFolder _folder = new();
    private readonly PersonalVault _vault;

    protected SightingLedgerTests(LedgerHome home)
    {
        _home = home;
        _vault = PersonalVault.Open(_folder.PathOf("keys"));
    }

    private string Place => _home.Place;

    public void Dispose()
    {
        _vault.Dispose();
        _folder.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void AMarkIsKeptWithTheSightingsOrNotAtAll()
    {
        var source = Guid.NewGuid();
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        var sightings = SyntheticSightings.Make(3);

        Assert.Equal(0, ledger.MarkOf(source));
        Assert.Equal((3, 0), ledger.Write(sightings, new SourceMark(source, 3)));
        Assert.Equal(3, ledger.MarkOf(source));
        Assert.Throws<InvalidOperationException>(() => ledger.Write(Failing(sightings), new SourceMark(source, 6)));
        Assert.Equal(3, ledger.MarkOf(source));
        Assert.Equal((0, 3), ledger.Write(sightings, new SourceMark(source, 9)));
        Assert.Equal(9, ledger.MarkOf(source));
        Assert.Equal(0, ledger.MarkOf(Guid.NewGuid()));

        static IEnumerable<Sighting> Failing(List<Sighting> sightings)
        {
            yield return sightings[0];
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void WhatWasSeenForLongerTakesThePlaceOfWhatWasCutShort()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        var whole = SyntheticSightings.Make(1)[0];
        var cut = whole with { LastSeen = new PacketTime(whole.LastSeen.UnixNanoseconds - 1), Connections = 7 };

        Assert.Equal((1, 0), ledger.Write([cut]));
        Assert.Equal((1, 0), ledger.Write([whole]));
        Assert.Equal((0, 1), ledger.Write([cut]));

        Assert.Equal(Json(whole), Json(Assert.Single(ledger.Read(new SightingFilter { IncludeRestricted = true }))));
    }

    [Fact]
    public void TheLedgerTellsWhatItTakesOnTheDisk()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        var before = ledger.Bytes();

        ledger.Write(SyntheticSightings.Make(500));

        // Less would not hold their keys alone.
        Assert.True(ledger.Bytes() >= before + (500 * 64), $"{before}, then {ledger.Bytes()}");
    }

    [Fact]
    public void PagesFollowEachOther()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        ledger.Write(SyntheticSightings.Make(5));
        var all = ledger.Read();

        var first = ledger.Read(new SightingFilter { Most = 2 });
        var second = ledger.Read(new SightingFilter { Most = 10, After = (first[^1].WindowStart, first[^1].Key) });

        Assert.Equal(all.Select(sighting => sighting.Key), first.Concat(second).Select(sighting => sighting.Key));
        Assert.Equal(2, first.Count);
    }

    [Fact]
    public void WhatIsWrittenIsReadAgainWhole()
    {
        var sightings = SyntheticSightings.Make(3);
        sightings[1] = sightings[1] with { FurtherAttempts = 990 };
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);

        Assert.Equal((3, 0), ledger.Write(sightings));

        var read = ledger.Read(new SightingFilter { IncludeRestricted = true });
        Assert.Equal(sightings.OrderBy(sighting => sighting.Key, StringComparer.Ordinal).Select(Json), read.Select(Json));
        Assert.Equal("bc1qexampleexample.rig1", read[0].Best.Event.Login?.Clear);
    }

    [Fact]
    public void WritingTheSameAgainChangesNothing()
    {
        using (var ledger = SightingLedger.Open(Place).WithNames(_vault))
        {
            ledger.Write(SyntheticSightings.Make(5));
        }

        var before = LedgerDump.Of(Place);
        using (var ledger = SightingLedger.Open(Place).WithNames(_vault))
        {
            Assert.Equal((0, 5), ledger.Write(SyntheticSightings.Make(5)));
        }

        Assert.Equal(before, LedgerDump.Of(Place));
        Assert.Equal(5, before.Count(line => line.StartsWith("sighting|", StringComparison.Ordinal)));
        Assert.Equal(5, before.Count(line => line.StartsWith("sighting_sealed|", StringComparison.Ordinal)));

        using (var ledger = SightingLedger.Open(Place).WithNames(_vault))
        {
            Assert.Equal((2, 5), ledger.Write(SyntheticSightings.Make(7)));
        }

        Assert.NotEqual(before, LedgerDump.Of(Place));
    }

    [Fact]
    public void WithoutTheRestrictedFieldsNobodyIsNamed()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        ledger.Write(SyntheticSightings.Make(1));

        var open = Json(Assert.Single(ledger.Read()));
        var restricted = Json(Assert.Single(ledger.Read(new SightingFilter { IncludeRestricted = true })));

        foreach (var name in SyntheticSightings.Names)
        {
            Assert.DoesNotContain(name, open, StringComparison.Ordinal);
            Assert.Contains(name, restricted, StringComparison.Ordinal);
        }

        var attribution = ledger.Read()[0].Best.Attribution!;
        Assert.Equal((AttributionOutcome.Unique, 'A', 0), (attribution.Outcome, attribution.Grade, attribution.Candidates.Count));
    }

    [Fact]
    public void TheMainTableHoldsNothingInClear()
    {
        using (var ledger = SightingLedger.Open(Place).WithNames(_vault))
        {
            ledger.Write(SyntheticSightings.Make(2));
        }

        var main = string.Join('\n', LedgerDump.Of(Place).Where(line => line.StartsWith("sighting|", StringComparison.Ordinal)));
        Assert.NotEmpty(main);
        Assert.All(SyntheticSightings.Names, name => Assert.DoesNotContain(name, main, StringComparison.Ordinal));
    }

    [Fact]
    public void FiltersNarrow()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);
        ledger.Write(SyntheticSightings.Make(10));

        Assert.Equal(10, ledger.Read().Count);
        Assert.Single(ledger.Read(new SightingFilter { Client = Times.Ip("203.0.113.3") }));
        Assert.Equal(10, ledger.Read(new SightingFilter { Role = MiningRole.Miner }).Count);
        Assert.Empty(ledger.Read(new SightingFilter { Role = MiningRole.Proxy }));
        Assert.Equal(3, ledger.Read(new SightingFilter { From = Events.Second(760) }).Count);
        Assert.Equal(2, ledger.Read(new SightingFilter { To = Events.Second(200) }).Count);
    }

    [Fact]
    public void AFailingWriteKeepsNothing()
    {
        using var ledger = SightingLedger.Open(Place).WithNames(_vault);

        Assert.Throws<InvalidOperationException>(() => ledger.Write(SyntheticSightings.Make(5).Select((sighting, i) => i < 4 ? sighting : throw new InvalidOperationException())));

        Assert.Equal(0, ledger.Count());
        Assert.Equal((5, 0), ledger.Write(SyntheticSightings.Make(5)));
    }

    [Fact]
    public async Task SeveralWritersAtOnceWriteEachSightingOnce()
    {
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var ledger = SightingLedger.Open(Place).WithNames(_vault);
            return ledger.Write(SyntheticSightings.Make(200));
        }));

        var results = await Task.WhenAll(writers);

        Assert.Equal(200, results.Sum(result => result.Added));
        Assert.Equal(600, results.Sum(result => result.Known));
        using var after = SightingLedger.OpenToRead(Place);
        Assert.Equal(200, after.Count());
    }

    private static string Json(Sighting sighting) => JsonSerializer.Serialize(sighting, JsonOptions);
}
