using System.Text.Json;
using System.Text.Json.Serialization;
using MinerFlow.Enrichment;
using MinerFlow.Exchange;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using Xunit;

namespace MinerFlow.Unit.Exchange;

public sealed class SightingSpoolTests : IDisposable
{
    private static readonly List<Sighting> Sightings = SyntheticSightings.Make(40);

    private static readonly JsonSerializerOptions JsonOptions = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly TempFolder _folder = new();

    [Fact]
    public void WhatWasAppendedIsReadBackWholeAndInOrder()
    {
        using var spool = Open();

        Assert.Equal(40, spool.Append(Sightings));

        var read = spool.Read(0, 100);
        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), read.Select(record => record.Sequence));
        Assert.Equal(Sightings.Select(Json), read.Select(record => Json(record.Sighting)));
    }

    [Fact]
    public void ReadingGoesOnBehindANumberInPieces()
    {
        using var spool = Open();
        spool.Append(Sightings);

        Assert.Equal([1, 2, 3], spool.Read(0, 3).Select(record => record.Sequence));
        Assert.Equal([4, 5, 6], spool.Read(3, 3).Select(record => record.Sequence));
        Assert.Equal([40], spool.Read(39, 3).Select(record => record.Sequence));
        Assert.Empty(spool.Read(40, 3));
        spool.Append(Sightings[..1]);
        Assert.Equal(Json(Sightings[0]), Json(Assert.Single(spool.Read(40, 3)).Sighting));
    }

    [Fact]
    public void ARestartGoesOnWithTheNumbers()
    {
        Guid id;
        using (var spool = Open())
        {
            id = spool.Id;
            spool.Append(Sightings[..5]);
        }

        using var again = Open();
        Assert.Equal((id, 5), (again.Id, again.Last));
        again.Append(Sightings[5..7]);
        Assert.Equal([6, 7], again.Read(5, 10).Select(record => record.Sequence));
        Assert.Empty(again.Notes);
    }

    // A crash may stop a write after any byte: what had been acknowledged stays, the half record goes, the numbers go on.
    [Fact]
    public void ATailCutAtAnyByteCostsOnlyTheRecordsItHits()
    {
        byte[] whole;
        long acknowledged;
        using (var spool = Open())
        {
            spool.Append(Sightings[..2]);
            acknowledged = spool.Bytes;
            spool.Append(Sightings[2..3]);
        }

        var path = Directory.GetFiles(_folder.FullName, "*.spool").Single();
        whole = File.ReadAllBytes(path);
        for (var length = (int)acknowledged; length < whole.Length; length += 7)
        {
            Array.ForEach(Directory.GetFiles(_folder.FullName, "*.spool"), File.Delete);
            File.WriteAllBytes(path, whole[..length]);
            using var spool = Open();
            Assert.Equal(2, spool.Last);
            Assert.Equal(length > acknowledged ? 1 : 0, spool.Notes.Count);
            spool.Append(Sightings[3..4]);
            Assert.Equal(Json(Sightings[3]), Json(spool.Read(2, 10).Single().Sighting));
        }
    }

    [Fact]
    public void ADamagedRecordCostsItselfOnly()
    {
        using (var spool = Open())
        {
            spool.Append(Sightings[..5]);
        }

        var path = Directory.GetFiles(_folder.FullName, "*.spool").Single();
        var bytes = File.ReadAllBytes(path);
        bytes[36 + 16 + 20] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var again = Open();
        Assert.Equal([2, 3, 4, 5], again.Read(0, 10).Select(record => record.Sequence));
        Assert.Equal(1, again.Damaged);
    }

    [Fact]
    public void WhatTheLedgerHasIsDeletedBySegments()
    {
        using var spool = Open(segmentBytes: 65_536);
        for (var round = 0; round < 5; round++)
        {
            spool.Append(Sightings);
        }

        var before = spool.Bytes;
        spool.Release(79);
        Assert.Equal(before, spool.Bytes + (before - spool.Bytes));
        Assert.True(spool.First <= 80);
        spool.Release(200);
        Assert.True(spool.Bytes < before / 2);
        Assert.Equal(200, spool.Last);
        Assert.Single(Directory.GetFiles(_folder.FullName, "*.spool"));
    }

    [Fact]
    public void WhatIsBeyondTheBoundIsNotTaken()
    {
        using var spool = Open(maxBytes: 1_048_576);
        var (taken, offered) = (0, 0);
        for (; offered < 2_000; offered += 40)
        {
            taken += spool.Append(Sightings);
        }

        Assert.InRange(taken, 300, offered - 1);
        Assert.InRange(spool.Bytes, 1_000_000, 1_048_576);
        Assert.Equal(taken, spool.Read(0, 10_000).Count);
        Assert.Equal(0, spool.Append(Sightings));
    }

    [Fact]
    public void AnEmptiedFolderBeginsAnotherRowOfNumbers()
    {
        Guid id;
        using (var spool = Open())
        {
            id = spool.Id;
        }

        File.Delete(Directory.GetFiles(_folder.FullName, "*.spool").Single());
        using var again = Open();
        Assert.NotEqual(id, again.Id);
    }

    [Fact]
    public void ASegmentThatLostItsHeaderIsReadAllTheSame()
    {
        using (var spool = Open())
        {
            spool.Append(Sightings);
        }

        var path = Directory.GetFiles(_folder.FullName, "*.spool").Single();
        using (var file = File.OpenWrite(path))
        {
            file.Write(new byte[16]);
        }

        using var again = Open();
        Assert.Equal(40, again.Read(0, 100).Count);
        Assert.Contains("its header was damaged", Assert.Single(again.Notes), StringComparison.Ordinal);
    }

    // The ledger may have seen numbers up to 40: taken for those, what comes now would never reach it.
    [Fact]
    public void NumbersThatDamageMadeUnreadableAreNotUsedAgainUnderTheSameName()
    {
        Guid id;
        using (var spool = Open())
        {
            id = spool.Id;
            spool.Append(Sightings);
        }

        var path = Directory.GetFiles(_folder.FullName, "*.spool").Single();
        using (var file = File.OpenWrite(path))
        {
            // The length of the first record, behind the header of 36 bytes.
            file.Position = 36;
            file.Write([0xFF, 0xFF, 0xFF, 0x7F]);
        }

        using var again = Open();
        Assert.NotEqual(id, again.Id);
        Assert.Empty(again.Read(0, 100));
        Assert.Equal(1, again.Append(Sightings[..1]));
        Assert.Single(again.Read(0, 100));
    }

    [Fact]
    public void TwoServicesCannotShareASpool()
    {
        using var spool = Open();

        var problem = Assert.Throws<SpoolException>(() => Open());

        Assert.StartsWith(_folder.FullName, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheOwnerMayRead()
    {
        using var spool = Open();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_folder.FullName, "*.spool").Single()));
    }

    public void Dispose() => _folder.Dispose();

    private SightingSpool Open(long maxBytes = 1L << 30, int segmentBytes = 1 << 20) =>
        SightingSpool.Open(new SpoolOptions { Folder = _folder.FullName, MaxBytes = maxBytes, SegmentBytes = segmentBytes });

    private static string Json(Sighting sighting) => JsonSerializer.Serialize(sighting, JsonOptions);
}
