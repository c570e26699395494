using System.Text.Json;
using System.Text.Json.Serialization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Exchange;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>
/// Damaged files of the spool: it opens, gives back the sightings that were put in under their numbers or leaves them out and says so, and takes new ones under
/// numbers that the ledger cannot have seen.
/// </summary>
public sealed class SpoolFuzzTests : IDisposable
{
    private const int Count = 240;

    private static readonly JsonSerializerOptions JsonOptions = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-fuzz-");

    private string Folder => Path.Combine(_folder.FullName, "spool");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void DamagedSegmentsLoseWhatIsDamagedAndNothingIsTakenForAnother()
    {
        var sightings = Sightings();
        Guid id;
        using (var spool = Open())
        {
            id = spool.Id;
            foreach (var piece in sightings.Chunk(20))
            {
                Assert.Equal(piece.Length, spool.Append(piece));
            }
        }

        var originals = sightings.ConvertAll(Json);
        var files = Directory.GetFiles(Folder, "*.spool").Order(StringComparer.Ordinal).ToDictionary(path => path, File.ReadAllBytes);
        Assert.True(files.Count > 2);
        FuzzRun.Rounds(random =>
        {
            var path = files.Keys.ElementAt(random.Below(files.Count));
            foreach (var (name, bytes) in files)
            {
                File.WriteAllBytes(name, name == path ? Mutation.Of(bytes, random) : bytes);
            }

            try
            {
                Check(originals, sightings[0], id);
            }
            finally
            {
                Directory.Delete(Folder, recursive: true);
                Directory.CreateDirectory(Folder);
            }
        });
    }

    private void Check(List<string> originals, Sighting another, Guid id)
    {
        long last;
        using (var spool = Open())
        {
            var read = spool.Read(0, int.MaxValue);
            for (var i = 0; i < read.Count; i++)
            {
                Assert.True(i == 0 || read[i].Sequence > read[i - 1].Sequence, "the numbers do not rise");
                Assert.Equal(originals[(int)read[i].Sequence - 1], Json(read[i].Sighting));
            }

            Assert.True(read.Count == Count || spool.Damaged > 0 || spool.Notes.Count > 0, $"{Count - read.Count} sightings are missing, and nothing was said");
            Assert.True(spool.Last == Count || spool.Id != id, $"number {spool.Last + 1} comes again under the same name");
            Assert.Equal(1, spool.Append([another]));
            last = spool.Last;
        }

        using var again = Open();
        Assert.Equal(last, again.Last);
        Assert.Equal(Json(another), Json(Assert.Single(again.Read(last - 1, 10)).Sighting));
    }

    private SightingSpool Open() => SightingSpool.Open(new SpoolOptions { Folder = Folder, MaxBytes = 16 << 20, SegmentBytes = 65_536 });

    private static string Json(Sighting sighting) => JsonSerializer.Serialize(sighting, JsonOptions);

    private static List<Sighting> Sightings()
    {
        var aggregator = new SightingAggregator(new SightingOptions { Sensor = "s1", Window = TimeSpan.FromDays(1) });
        for (var i = 0; i < Count; i++)
        {
            var moment = PacketTime.FromSeconds(1_650_000_000 + i);
            aggregator.Add(new EnrichedEvent(new MiningEvent
            {
                Client = new Endpoint(IpAddress.FromIPv4(0xCB00_7100 + (uint)i), 40_000),
                Server = new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3_333),
                Transport = Transport.Tcp,
                FlowId = (ulong)i,
                Role = MiningRole.Miner,
                State = MiningState.Accepted,
                Dialect = "stratum-v1",
                Rule = "stratum-v1",
                Login = new Identity("00112233445566778899aabbccddeeff", "a…7", $"account{i}.rig"),
                Confidence = 0.99,
                FirstSeen = moment,
                LastSeen = moment,
                Evidence = [new Evidence("stratum-v1", 4, "mining.notify with 9 parameters")],
                CaptureFile = "synthetic.pcapng",
                FirstFrame = 1,
                LastFrame = 8,
            }));
        }

        return [.. aggregator.Complete()];
    }
}
