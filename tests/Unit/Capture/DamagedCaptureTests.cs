using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>Captures with bytes changed, cut out and put in at seeded places.</summary>
public sealed class DamagedCaptureTests
{
    private static readonly byte[][] Whole =
    [
        new CaptureBytes().Pcap().Records(60).ToArray(),
        new CaptureBytes(bigEndian: true).Pcap(CaptureBytes.Kuznetzov, minor: 2).Records(60).ToArray(),
        Blocks(bigEndian: false),
        Blocks(bigEndian: true),
    ];

    [Fact]
    public void DamageNeverThrowsAndIsTheSameHoweverTheFileIsRead()
    {
        using var folder = new CaptureFolder();
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var bytes = Damage(Whole[seed % Whole.Length], random);
            var path = folder.Write("damaged", bytes);

            var mapped = ReplayOrRefusal(() => CaptureSources.Open(path, new CaptureInputOptions()));
            var streamed = ReplayOrRefusal(() => CaptureSources.OpenStream(new ChunkedStream(bytes, () => random.Next(1, 3000)), path, new CaptureInputOptions()));

            Assert.True(mapped.Frames.SequenceEqual(streamed.Frames), $"frames differ for seed {seed}");
            Assert.True(mapped.Problems.SequenceEqual(streamed.Problems), $"problems differ for seed {seed}: {string.Join('\n', mapped.Problems)} / {string.Join('\n', streamed.Problems)}");
            Assert.All(mapped.Frames, f => Assert.InRange(f.WireLength, f.Bytes.Length / 2, int.MaxValue));
        }
    }

    private static (IReadOnlyList<SeenFrame> Frames, IReadOnlyList<string> Problems) ReplayOrRefusal(Func<ICaptureSource> open)
    {
        try
        {
            var replay = Replay.Of(open());
            return (replay.Frames, [.. replay.Statistics.Problems]);
        }
        catch (CaptureException refusal)
        {
            return ([], [refusal.Message]);
        }
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(bytes.Count - 8);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(1, 8));
                    break;
                case 2:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 8)));
                    break;
                default:
                    bytes[at] = bytes[at + 1] = bytes[at + 2] = bytes[at + 3] = (byte)(random.Next(2) * 0xff);
                    break;
            }
        }

        return [.. bytes.Take(bytes.Count - random.Next(30))];
    }

    private static byte[] Blocks(bool bigEndian)
    {
        var file = new CaptureBytes(bigEndian).Section().Interface(options: new CaptureBytes(bigEndian).Option(9, 9).Option(2, "eth0"u8.ToArray()).Option(0).ToArray()).Interface(113, snapLength: 60);
        for (var i = 0; i < 30; i++)
        {
            file.Enhanced(i % 2, (ulong)i, CaptureBytes.Frame(60 + i, i)).Simple(CaptureBytes.Frame(20 + i, i)).Obsolete(i % 2, (ulong)i, CaptureBytes.Frame(i, i)).Block(5, new byte[12 + (4 * i)]);
        }

        return file.ToArray();
    }
}
