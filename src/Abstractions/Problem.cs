namespace MinerFlow.Abstractions;

/// <summary>Something wrong in a file an operator wrote: what, where, and what would be right.</summary>
/// <param name="File">Path as the operator knows it.</param>
/// <param name="Line">Counted from 1; 0 when the whole file is meant.</param>
/// <param name="Column">Counted from 1; 0 when the whole line is meant.</param>
/// <param name="Sentence">What is wrong and what would be right.</param>
public sealed record Problem(string File, int Line, int Column, Sentence Sentence)
{
    /// <summary>The sentence in English.</summary>
    public string Message => Sentence.ToString();

    /// <summary>Place and sentence in another language.</summary>
    /// <param name="translations">As for <see cref="Sentence.In"/>.</param>
    public string In(IReadOnlyDictionary<string, string> translations) => At(Sentence.In(translations));

    /// <summary>In English.</summary>
    public override string ToString() => At(Message);

    private string At(string message) => Line == 0 ? $"{File}: {message}" : Column == 0 ? $"{File}:{Line}: {message}" : $"{File}:{Line}:{Column}: {message}";
}
