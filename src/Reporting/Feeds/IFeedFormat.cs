using System.Buffers;

namespace MinerFlow.Reporting.Feeds;

/// <summary>How a record is written. The same record gives the same bytes; neither language nor culture changes them. For one thread at a time.</summary>
public interface IFeedFormat
{
    /// <summary>Media type, for carriers that name it.</summary>
    string ContentType { get; }

    /// <summary>Writes one record: one line of UTF-8 without its end.</summary>
    void Write(FeedRecord record, IBufferWriter<byte> output);
}
