namespace MinerFlow.Abstractions;

/// <summary>Something wrong in a file an operator wrote: what, where, and what would be right.</summary>
/// <param name="File">Path as the operator knows it.</param>
/// <param name="Line">Counted from 1; 0 when the whole file is meant.</param>
/// <param name="Column">Counted from 1; 0 when the whole line is meant.</param>
/// <param name="Message">What is wrong and what would be right, in one English sentence.</param>
public sealed record Problem(string File, int Line, int Column, string Message)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : Column == 0 ? $"{File}:{Line}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}
