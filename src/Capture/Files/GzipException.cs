using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>A gzip input that is not whole; everything that came before was read.</summary>
public sealed class GzipException : IOException
{
    public GzipException(Sentence sentence)
        : this(sentence, null)
    {
    }

    public GzipException(Sentence sentence, Exception? innerException)
        : base(sentence?.ToString(), innerException) => Sentence = sentence ?? "";

    /// <summary>The message, to be said in any language.</summary>
    public Sentence Sentence { get; }
}
