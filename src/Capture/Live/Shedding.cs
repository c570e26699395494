namespace MinerFlow.Capture.Live;

/// <summary>What gives way, decided at each block of a ring from how much of it waits.</summary>
internal struct Shedding(ShedPolicy policy, int blocks)
{
    /// <summary>Fewest flows that are followed; a machine that is still behind then is not sized for its link.</summary>
    private const int Fewest = 1_024;

    private int _sinceChange;
    private int _inTime;

    /// <summary>See <see cref="FrameBatch.KeepOneFlowIn"/>.</summary>
    public int KeepOneFlowIn { get; private set; } = 1;

    /// <summary>True while blocks are to be given back unread.</summary>
    public bool SkipsBlocks { get; private set; }

    /// <param name="isBehind">Three quarters of the ring wait.</param>
    /// <param name="isLate">A quarter of the ring waits.</param>
    public void Look(bool isBehind, bool isLate)
    {
        if (policy == ShedPolicy.Oldest)
        {
            SkipsBlocks = isBehind || (SkipsBlocks && isLate);
        }
        else if (policy == ShedPolicy.Flows)
        {
            _sinceChange++;
            _inTime = isLate ? 0 : _inTime + 1;

            // A step down shows its effect within an eighth of the ring; a step back waits until a whole ring was read in time.
            if (isBehind && _sinceChange > blocks / 8 && KeepOneFlowIn < Fewest)
            {
                KeepOneFlowIn *= 2;
                _sinceChange = 0;
            }
            else if (_inTime > blocks && KeepOneFlowIn > 1)
            {
                KeepOneFlowIn /= 2;
                _inTime = 0;
            }
        }
    }
}
