using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>
/// Damaged files of the interval store: an error that names the file, or the right answers; never another exception, and never an interval that is silently
/// missing. Only a log may end earlier, because a cut log is what a crash leaves.
/// </summary>
public sealed class IntervalStoreFuzzTests : IDisposable
{
    private const int Intervals = 600;
    private static readonly long Start = new DateTimeOffset(2022, 4, 7, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-fuzz-");

    [Fact]
    public void DamagedSegmentsAreNamedOrAnswerRightly() => Damage("*.intervals", isFlushed: true, mayEndEarly: false);

    [Fact]
    public void DamagedManifestsAreNamedOrAnswerRightly() => Damage("manifest.json", isFlushed: true, mayEndEarly: false);

    [Fact]
    public void DamagedLogsAreNamedOrEndEarly() => Damage("*.wal", isFlushed: false, mayEndEarly: true);

    [Fact]
    public void DamagedKeysAreNamed() => Damage("*.key", isFlushed: true, mayEndEarly: false);

    public void Dispose() => _folder.Delete(recursive: true);

    private void Damage(string pattern, bool isFlushed, bool mayEndEarly)
    {
        var options = new IntervalStoreOptions { Folder = Path.Combine(_folder.FullName, "store"), KeyFolder = Path.Combine(_folder.FullName, "keys"), TableMebibytes = 1 };
        using (var store = IntervalStore.Open(options))
        {
            for (var i = 0; i < Intervals; i++)
            {
                store.Add(Interval(store, i));
                if (i % 200 == 199)
                {
                    store.Commit();
                }
            }

            if (isFlushed)
            {
                store.Flush();
            }
        }

        var files = _folder.GetFiles(pattern, SearchOption.AllDirectories).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => (file.FullName, Bytes: File.ReadAllBytes(file.FullName))).ToList();
        FuzzRun.Rounds(random =>
        {
            var (path, bytes) = files[random.Below(files.Count)];
            File.WriteAllBytes(path, Mutation.Of(bytes, random));
            try
            {
                Ask(options with { IsReadOnly = true }, mayEndEarly);
            }
            finally
            {
                File.WriteAllBytes(path, bytes);
            }
        });
    }

    private static void Ask(IntervalStoreOptions options, bool mayEndEarly)
    {
        try
        {
            using var store = IntervalStore.Open(options);
            var found = new List<AddressInterval>();
            for (var i = 0; i < Intervals; i++)
            {
                var expected = Interval(store, i);
                found.Clear();
                store.Find(expected.Range.First, null, expected.From, expected.From, found);
                if (!found.Contains(expected) && !mayEndEarly)
                {
                    throw new InvalidOperationException($"Interval {i} is missing.");
                }

                if (found.Exists(interval => !interval.Range.Contains(expected.Range.First)))
                {
                    throw new InvalidOperationException($"An interval that was never told is found beside {i}.");
                }
            }
        }
        catch (IntervalStoreException exception)
        {
            Assert.True(exception.Message.Contains(options.Folder, StringComparison.Ordinal) || exception.Message.Contains(options.KeyFolder, StringComparison.Ordinal), exception.Message);
        }
    }

    private static AddressInterval Interval(IntervalStore store, int i)
    {
        var from = PacketTime.FromSeconds(Start + (i * 300));
        var to = PacketTime.FromSeconds(Start + (i * 300) + 7200);
        return new AddressInterval
        {
            Kind = IntervalKind.Session,
            Source = 0,
            Range = i % 3 == 0 ? IpRange.Prefix(new IpAddress(0x2001_0DB8_0000_0000 + (ulong)i, 0), 64) : IpRange.Single(IpAddress.FromIPv4(0x0A00_0000 + (uint)(i / 4))),
            Account = store.Intern($"yc0359{i:d6}@adsl"),
            From = from,
            To = i % 50 == 0 ? AddressInterval.Open : to,
            FirstProof = from,
            LastProof = i % 50 == 0 ? from : to,
            FirstLine = new LineDigest((ulong)i, 1),
        };
    }
}
