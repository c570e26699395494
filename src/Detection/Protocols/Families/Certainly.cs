namespace MinerFlow.Detection.Protocols;

/// <summary>A message whose structure belongs to one dialect, and who sends it.</summary>
internal static class Certainly
{
    public static readonly Match Miner = new(Recognition.Certain, Speaker.Miner);

    public static readonly Match Pool = new(Recognition.Certain, Speaker.Pool);
}
