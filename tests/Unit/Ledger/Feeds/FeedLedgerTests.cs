using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.Storage;
using Xunit;

namespace MinerFlow.Unit.Ledger.Feeds;

public sealed class FeedLedgerOnSqliteTests() : FeedLedgerTests(new SqliteHome());

public sealed class FeedLedgerOnPostgreSqlTests(PostgreSqlServer server) : FeedLedgerTests(server.NewHome());

/// <summary>The order in which feeds get sightings, whatever database they lie in.</summary>
public abstract class FeedLedgerTests : IDisposable
{
    private const string Sensor = "s1";

    private readonly LedgerHome _home;
    private readonly SightingLedger _sightings;
    private readonly FeedLedger _feeds;

    protected FeedLedgerTests(LedgerHome home)
    {
        _home = home;
        _sightings = SightingLedger.Open(home.Place);
        _feeds = FeedLedger.Open(home.Place);
    }

    public void Dispose()
    {
        _feeds.Dispose();
        _sightings.Dispose();
        _home.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void SightingsComeInTheOrderInWhichTheLedgerLearntOfThem()
    {
        var made = SyntheticSightings.Make(5);
        _sightings.Write([made[4]]);
        _sightings.Write(made.Take(4));

        var first = _feeds.Read(Sensor, 0, 2);
        var rest = _feeds.Read(Sensor, first.UpTo, 100);

        Assert.Equal([made[4].Key, .. made.Take(4).Select(sighting => sighting.Key)], first.Sightings.Concat(rest.Sightings).Select(found => found.Sighting.Key));
        Assert.Equal(5, rest.UpTo);
        Assert.Empty(_feeds.Read(Sensor, rest.UpTo, 100).Sightings);
        Assert.All(first.Sightings, found => Assert.False(found.IsAgain));
    }

    [Fact]
    public void WhatIsKnownAlreadyDoesNotComeTwiceAndWhatWasSeenForLongerComesAgain()
    {
        var whole = SyntheticSightings.Make(2);
        var cut = whole[0] with { LastSeen = new PacketTime(whole[0].LastSeen.UnixNanoseconds - 1) };
        _sightings.Write([cut, whole[1]]);
        var upTo = _feeds.Read(Sensor, 0, 100).UpTo;

        _sightings.Write([cut, whole[1]]);
        Assert.Empty(_feeds.Read(Sensor, upTo, 100).Sightings);

        _sightings.Write([whole[0]]);
        var again = Assert.Single(_feeds.Read(Sensor, upTo, 100).Sightings);
        Assert.Equal((whole[0].Key, true, whole[0].LastSeen), (again.Sighting.Key, again.IsAgain, again.Sighting.LastSeen));
    }

    [Fact]
    public void OthersSensorsAndWhatIsNoHitArePassedOver()
    {
        var made = SyntheticSightings.Make(3);
        var node = made[1] with { Best = made[1].Best with { Event = made[1].Best.Event with { Role = MiningRole.Node } } };
        _sightings.Write([made[0] with { Sensor = "s2" }, node, made[2]]);

        var batch = _feeds.Read(Sensor, 0, 100);

        Assert.Equal((made[2].Key, 3), (Assert.Single(batch.Sightings).Sighting.Key, batch.UpTo));
        Assert.Equal(3, _feeds.Read("s3", 0, 100).UpTo);
    }

    [Fact]
    public void NobodysNameIsRead()
    {
        _sightings.Write(SyntheticSightings.Make(1));

        var found = Assert.Single(_feeds.Read(Sensor, 0, 100).Sightings).Sighting.Best;

        Assert.Equal("", found.Event.Login!.Clear);
        Assert.Equal("", found.Event.Worker!.Clear);
        Assert.Empty(found.Attribution!.Candidates);
    }

    [Fact]
    public void ANewFeedBeginsWithTheNextSightingOrWithTheFirst()
    {
        _sightings.Write(SyntheticSightings.Make(3));

        Assert.Equal(3, _feeds.Begin("s1/next", fromStart: false));
        Assert.Equal(0, _feeds.Begin("s1/all", fromStart: true));

        _feeds.Keep("s1/all", 2);
        Assert.Equal(2, _feeds.Begin("s1/all", fromStart: true));
        Assert.Equal(3, _feeds.Begin("s1/next", fromStart: true));
    }

    [Fact]
    public void NumbersAreNotGivenAgainWhenSightingsAreDeleted()
    {
        var made = SyntheticSightings.Make(4);
        _sightings.Write(made.Take(3));
        _feeds.Keep("s1/feed", 3);
        _sightings.Database.Write(session => session.Execute("DELETE FROM sighting"));

        _sightings.Write([made[3]]);

        Assert.Equal(made[3].Key, Assert.Single(_feeds.Read(Sensor, 3, 100).Sightings).Sighting.Key);
        Assert.Equal(1, _sightings.Database.Read(session => session.Number("SELECT count(*) FROM sighting_arrival")));
    }

    [Fact]
    public void TheLatestCaseOfTheSubjectComesWithTheSighting()
    {
        _sightings.Write(SyntheticSightings.Make(2));
        var key = _feeds.Read(Sensor, 0, 1).Sightings[0].Sighting.Key;
        _sightings.Database.Write(session => Told(session, key));

        var found = _feeds.Read(Sensor, 0, 100).Sightings;

        Assert.Equal([(12L, key), (null, found[1].Sighting.Key)], found.Select(each => (each.Case, each.Sighting.Key)));

        static void Told(LedgerSession session, string key)
        {
            session.Execute("INSERT INTO subject (id, kind, is_person, first_seen, last_seen, content) VALUES (7, '', 0, 1, 1, @content)", ("content", Array.Empty<byte>()));
            foreach (var id in new long[] { 11, 12 })
            {
                session.Execute(
                    """
                    INSERT INTO cases (id, subject, region, state, judgement, is_concentrated, is_public_resource, is_bitcoin, opened_at, state_at, state_by, steps, last_seen, relapses, legal_hold)
                    VALUES (@id, 7, '', 'Verified', 'K1', 0, 0, 0, 1, 1, 'a', 1, 1, 0, 0)
                    """,
                    ("id", id));
            }

            session.Execute("INSERT INTO sighting_told (key, last_seen, subject) VALUES (@key, 1, 7)", ("key", key));
        }
    }
}
