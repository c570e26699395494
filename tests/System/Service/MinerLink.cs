using System.Buffers.Binary;
using System.Net;
using System.Text;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Service;

/// <summary>
/// A growing capture file of a link with miners on it, who hand in shares when the test says so. Packet time is the test's; it knows how many shares
/// it wrote.
/// </summary>
internal sealed class MinerLink : IDisposable
{
    private static readonly IPEndPoint Pool = new(IPAddress.Parse("198.51.100.7"), 3_333);

    private readonly FrameBuilder _frames = new(new TrafficForm("plain"));
    private readonly FileStream _file;
    private readonly List<Miner> _miners = [];
    private readonly byte[] _record = new byte[16];
    private int _connected;

    /// <param name="path">A new file, or a pipe that somebody reads.</param>
    /// <param name="start">Time of the first packet.</param>
    public MinerLink(string path, DateTimeOffset start)
    {
        Path = path;
        Now = start;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);

        // pcap 2.4 with nanoseconds, little endian, whole frames, Ethernet.
        _file.Write([0x4D, 0x3C, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
        _file.Flush();
    }

    public string Path { get; }

    public DateTimeOffset Now { get; private set; }

    public long Packets { get; private set; }

    /// <summary>Shares handed in and accepted so far.</summary>
    public long Shares { get; private set; }

    /// <summary>Sets the clock of the capture.</summary>
    public void Step(TimeSpan by) => Now += by;

    /// <summary>Miners log in and get work.</summary>
    public MinerLink Connect(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var number = ++_connected;
            var miner = new Miner(new IPEndPoint(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 40_000 + (number & 0x3FFF)));
            _miners.Add(miner);
            Send(miner, fromMiner: true, $$"""{"id":1,"method":"mining.subscribe","params":["cgminer/4.11.1"]}""");
            Send(miner, fromMiner: false, """{"id":1,"result":[[["mining.notify","aa"]],"deadbeef",4],"error":null}""");
            Send(miner, fromMiner: true, $$"""{"id":2,"method":"mining.authorize","params":["acct{{number}}.rig","x"]}""");
            Send(miner, fromMiner: false, """{"id":2,"result":true,"error":null}""");
            Send(miner, fromMiner: false, """{"id":null,"method":"mining.set_difficulty","params":[8192]}""");
            Send(miner, fromMiner: false, $$"""{"id":null,"method":"mining.notify","params":["job1","{{new string('a', 64)}}","01","02",[],"20000000","1702069c","65a00000",true]}""");
        }

        _file.Flush();
        return this;
    }

    /// <summary>Time passes, and in each second every miner hands in a share that is accepted.</summary>
    public MinerLink Mine(int seconds)
    {
        for (; seconds > 0; seconds--)
        {
            Now += TimeSpan.FromSeconds(1);
            foreach (var miner in _miners)
            {
                var id = ++miner.LastId;
                Send(miner, fromMiner: true, $$"""{"id":{{id}},"method":"mining.submit","params":["acct.rig","job1","{{id:x8}}","65a00000","{{id:x8}}"]}""");
                Send(miner, fromMiner: false, $$"""{"id":{{id}},"result":true,"error":null}""");
                Shares++;
            }
        }

        _file.Flush();
        return this;
    }

    /// <summary>The miners that have been there longest say good-bye.</summary>
    public MinerLink Leave(int count)
    {
        foreach (var miner in _miners.Take(count))
        {
            Write(_frames.Build(Segment(miner.Address, Pool, miner.Sent, miner.Received, TcpFlags.Ack | TcpFlags.Fin, [])));
            Write(_frames.Build(Segment(Pool, miner.Address, miner.Received, miner.Sent + 1, TcpFlags.Ack | TcpFlags.Fin, [])));
        }

        _miners.RemoveRange(0, Math.Min(count, _miners.Count));
        _file.Flush();
        return this;
    }

    /// <summary>Connection requests from addresses and ports at random, as a SYN flood or a scan sends them.</summary>
    public MinerLink Flood(int frames, int seed) => FromAnywhere(frames, seed, TcpFlags.Syn, []);

    /// <summary>First halves of messages that look like mining, each from somewhere else; none goes on.</summary>
    public MinerLink HalfOpen(int streams, int seed) => FromAnywhere(streams, seed, TcpFlags.Ack, """{"id":1,"method":"mining.subscribe","params":["xxxxxxxxxxxxxxxx"""u8.ToArray());

    /// <summary>One endless line of a miner: a message that never comes to its end.</summary>
    public MinerLink Endless(int bytes)
    {
        var miner = new Miner(new IPEndPoint(IPAddress.Parse("10.255.255.254"), 50_000));
        var piece = new byte[1_400];
        Array.Fill(piece, (byte)'x');
        """{"id":1,"method":"mining.submit","params":["""u8.CopyTo(piece);
        for (; bytes > 0; bytes -= piece.Length)
        {
            Write(_frames.Build(Segment(miner.Address, Pool, miner.Sent, 1, TcpFlags.Ack, piece)));
            miner.Sent += (uint)piece.Length;
            Array.Fill(piece, (byte)'x');
        }

        _file.Flush();
        return this;
    }

    public void Dispose() => _file.Dispose();

    private void Send(Miner miner, bool fromMiner, string line)
    {
        var payload = Encoding.UTF8.GetBytes(line + "\n");
        var (source, destination) = fromMiner ? (miner.Address, Pool) : (Pool, miner.Address);
        var (sequence, acknowledged) = fromMiner ? (miner.Sent, miner.Received) : (miner.Received, miner.Sent);
        Write(_frames.Build(Segment(source, destination, sequence, acknowledged, TcpFlags.Ack | TcpFlags.Push, payload)));
        if (fromMiner)
        {
            miner.Sent += (uint)payload.Length;
        }
        else
        {
            miner.Received += (uint)payload.Length;
        }
    }

    private MinerLink FromAnywhere(int frames, int seed, TcpFlags flags, byte[] payload)
    {
        var random = new Random(seed);
        for (var i = 0; i < frames; i++)
        {
            var source = new IPEndPoint(new IPAddress([100, 64, (byte)random.Next(256), (byte)random.Next(256)]), 1_024 + random.Next(60_000));
            Write(_frames.Build(Segment(source, Pool, (uint)random.Next(), 1, flags, payload)));
        }

        _file.Flush();
        return this;
    }

    private static Packet Segment(IPEndPoint source, IPEndPoint destination, uint sequence, uint acknowledged, TcpFlags flags, byte[] payload) =>
        new(TimeSpan.Zero, source, destination, FromClient: !source.Equals(Pool), IsUdp: false, payload) { Flags = flags, Sequence = sequence, Acknowledgement = acknowledged };

    private void Write(byte[] frame)
    {
        // A microsecond between frames, so that each has a moment of its own.
        Now += TimeSpan.FromMicroseconds(1);
        var ticks = (Now - DateTimeOffset.UnixEpoch).Ticks;
        BinaryPrimitives.WriteUInt32LittleEndian(_record, (uint)(ticks / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(_record.AsSpan(4), (uint)(ticks % TimeSpan.TicksPerSecond * 100));
        BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(8), frame.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(12), frame.Length);
        _file.Write(_record);
        _file.Write(frame);
        Packets++;
    }

    private sealed class Miner(IPEndPoint address)
    {
        public IPEndPoint Address { get; } = address;

        public uint Sent { get; set; } = 1_000;

        public uint Received { get; set; } = 5_000;

        public int LastId { get; set; } = 2;
    }
}
