using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>
/// A file of flow logs: IPFIX messages one behind the other (RFC 5655 section 7), or a capture of UDP datagrams with IPFIX, NetFlow 9 or flow logs of Comware among others.
/// </summary>
internal sealed class FlowFile(IntervalIntake intake, FlowLogReader flows, FileReport report, Action<long> taken) : IDatagramHandler
{
    private const int LongestMessage = ushort.MaxValue;

    private int _input;
    private long _readBefore;

    public void Read(string path, ICollection<Problem> problems, CancellationToken cancellationToken)
    {
        using var file = LogStream.Open(path);
        var before = Snapshot();
        _input = intake.Begin(file.NameAmong([.. intake.Store.Files]), out var position);
        _readBefore = position.Read;
        Span<byte> version = stackalloc byte[2];
        if (file.Content.ReadAtLeast(version, version.Length, throwOnEndOfStream: false) == 2 && version is [0, 10])
        {
            ReadMessages(file.Content, version.ToArray(), Path.GetFileName(path), position.Joined);
            file.Tell(problems);
        }
        else
        {
            ReadCapture(path, cancellationToken);
        }

        foreach (var (reason, count) in Snapshot())
        {
            report.Reject(reason, count - before.GetValueOrDefault(reason));
        }

        report.WasKnown = report.Read == 0 && position.Read > 0;
    }

    public void Take(ReadOnlySpan<byte> payload, IpAddress sender, PacketTime time, long frame)
    {
        // Datagrams of other protocols stand in the same capture.
        if (payload is not ([0, 9 or 10, ..] or [3, _, ..]))
        {
            report.Others++;
            return;
        }

        Deliver(payload, sender.ToString(), time, frame, frame + 1);
    }

    private void ReadCapture(string path, CancellationToken cancellationToken)
    {
        using var source = CaptureSources.Open(path, new CaptureInputOptions());
        using var datagrams = new DatagramReader(this);
        source.Run(datagrams, cancellationToken);
        report.Reject("cut-datagram", datagrams.Cut);
        report.Reject("damaged-record", source.Statistics.DamagedRecords);
        report.Damage = source.Statistics.Sentences;
    }

    /// <summary>Messages state their length; each is read whole before it counts. Templates hold for one exporter: here the file.</summary>
    private void ReadMessages(Stream content, byte[] start, string name, long from)
    {
        var message = new byte[LongestMessage];
        start.CopyTo(message, 0);
        var held = start.Length;
        for (long offset = 0; ;)
        {
            held += content.ReadAtLeast(message.AsSpan(held), Math.Max(0, 4 - held), throwOnEndOfStream: false);
            if (held < 4)
            {
                report.Unfinished = held;
                return;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(2));
            if (message is not [0, 10, ..] || length < 16)
            {
                // Where the next message begins cannot be known.
                report.Reject("bad-message");
                return;
            }

            held += held < length ? content.ReadAtLeast(message.AsSpan(held), length - held, throwOnEndOfStream: false) : 0;
            if (held < length)
            {
                report.Unfinished = held;
                return;
            }

            // What an earlier run read has its templates still.
            if (offset >= from)
            {
                Deliver(message.AsSpan(0, length), name, PacketTime.None, offset, offset + length);
            }

            offset += length;
            message.AsSpan(length, held - length).CopyTo(message);
            held -= length;
        }
    }

    private void Deliver(ReadOnlySpan<byte> datagram, string exporter, PacketTime received, long offset, long next)
    {
        intake.Line(_input, offset, offset < _readBefore);
        flows.Read(datagram, exporter, received);
        intake.Reached(_input, next);
        report.Read++;
        taken(next);
    }

    private Dictionary<string, long> Snapshot()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var reason in Enum.GetValues<FlowRejection>().Where(reason => reason != FlowRejection.None))
        {
            counts[FileLines.WordOf(reason.ToString())] = flows.Exporters.Values.Append(flows.Others).Sum(exporter => exporter[reason]);
        }

        counts["lost-on-the-way"] = flows.Exporters.Values.Sum(exporter => exporter.Lost);
        return counts;
    }
}
