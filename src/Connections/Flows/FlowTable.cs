using System.Numerics;
using System.Runtime.CompilerServices;
using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// Open addressing with linear probing over 64-byte slots. Starts small and grows eightfold, so that a tiny capture costs microseconds and a
/// large one is not copied often. A quarter of the slots are in use before it grows, and at most 6 of 10 when it is as large as it may be. A pointer to a slot is good until
/// the next <see cref="Insert"/> or <see cref="Remove"/>.
/// </summary>
internal sealed unsafe class FlowTable : IDisposable
{
    private const int SmallSlots = 1 << 12;

    /// <summary>Times as many slots at each step, so that a seventh of the flows are moved once on the way.</summary>
    private const int Growth = 8;

    /// <summary>Slots looked at for the oldest when the table is full.</summary>
    private const int Neighbourhood = 16;

    private readonly int _largest;
    private NativeSlots _memory;
    private FlowSlot* _slots;
    private ulong _mask;
    private int _limit;

    public FlowTable(int slots)
    {
        _largest = (int)BitOperations.RoundUpToPowerOf2((uint)slots);
        _memory = new NativeSlots(Math.Min(SmallSlots, _largest));
        Adopt(_memory);
    }

    public int Count { get; private set; }

    public int Slots => _memory.Count;

    public bool IsFull => Count >= _limit && _memory.Count == _largest;

    public FlowSlot* this[int index] => _slots + index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => MemoryHints.Fetch(_slots + (hash & _mask));

    public void PrefetchIndex(int index) => MemoryHints.Fetch(_slots + index);

    /// <returns>Null when the flow is not in the table.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FlowSlot* Find(in PacketRecord record)
    {
        for (var index = record.Hash & _mask; ; index = (index + 1) & _mask)
        {
            var slot = _slots + index;
            if (((slot->Tail ^ record.Tail) & FlowSlot.TailKey) == 0
                && slot->LowLower == record.LowLower && slot->HighLower == record.HighLower
                && slot->LowUpper == record.LowUpper && slot->HighUpper == record.HighUpper)
            {
                return slot;
            }

            if (slot->Transport == Transport.None)
            {
                return null;
            }
        }
    }

    /// <summary>Makes room if it can without losing a flow; then <see cref="IsFull"/> says whether one must go first.</summary>
    public void Reserve()
    {
        if (Count >= _limit && _memory.Count < _largest)
        {
            Grow((int)Math.Min((long)_memory.Count * Growth, _largest));
        }
    }

    /// <summary>Takes a slot for a flow that <see cref="Find"/> does not have.</summary>
    public FlowSlot* Insert(in PacketRecord record)
    {
        var slot = FreeSlot(record.Hash);
        slot->LowUpper = record.LowUpper;
        slot->LowLower = record.LowLower;
        slot->HighUpper = record.HighUpper;
        slot->HighLower = record.HighLower;
        slot->Tail = record.Tail;
        Count++;
        return slot;
    }

    /// <returns>Index of the flow near <paramref name="hash"/> that was silent for longest.</returns>
    public int OldestNear(ulong hash)
    {
        var oldest = -1;
        var time = long.MaxValue;
        for (var step = 0; step < Neighbourhood; step++)
        {
            var index = (int)((hash + (uint)step) & _mask);
            if (_slots[index].Transport != Transport.None && _slots[index].LastUnixNanoseconds < time)
            {
                time = _slots[index].LastUnixNanoseconds;
                oldest = index;
            }
        }

        return oldest;
    }

    /// <summary>Empties a slot and moves those behind it that linear probing would no longer reach.</summary>
    public void Remove(int index)
    {
        Count--;
        var hole = (ulong)index;
        for (var next = (hole + 1) & _mask; _slots[next].Transport != Transport.None; next = (next + 1) & _mask)
        {
            var home = HashOf(_slots + next) & _mask;
            if (((next - home) & _mask) >= ((next - hole) & _mask))
            {
                _slots[hole] = _slots[next];
                hole = next;
            }
        }

        _slots[hole] = default;
    }

    /// <summary>Empty and small again.</summary>
    public void Reset()
    {
        if (_memory.Count > SmallSlots)
        {
            _memory.Dispose();
            Adopt(new NativeSlots(SmallSlots));
        }
        else if (Count > 0)
        {
            _memory.Clear();
        }

        Count = 0;
    }

    public void Dispose() => _memory.Dispose();

    public static ulong HashOf(FlowSlot* slot) =>
        PacketRecord.HashOf(slot->LowUpper, slot->LowLower, slot->HighUpper, slot->HighLower, slot->Tail & FlowSlot.TailKey);

    private FlowSlot* FreeSlot(ulong hash)
    {
        var index = hash & _mask;
        while (_slots[index].Transport != Transport.None)
        {
            index = (index + 1) & _mask;
        }

        return _slots + index;
    }

    private void Grow(int slots)
    {
        var old = _memory;
        Adopt(new NativeSlots(slots));
        for (var index = 0; index < old.Count; index++)
        {
            if (index % NativeSlots.SlotsReleased == 0)
            {
                // Slots keep their order, so the new table fills as the old one goes, and both together never take more than the new one alone.
                old.ReleaseBefore(index);
            }

            var slot = old.Slots + index;
            if (slot->Transport != Transport.None)
            {
                *FreeSlot(HashOf(slot)) = *slot;
            }
        }

        old.Dispose();
    }

    private void Adopt(NativeSlots memory)
    {
        _memory = memory;
        _slots = memory.Slots;
        _mask = (ulong)memory.Count - 1;

        // Half full, every second look-up goes on to a line that was not asked for ahead: measured 1.1 times slower on imix than a quarter full.
        _limit = memory.Count == _largest ? (int)(memory.Count * 6L / 10) : memory.Count / 4;
    }
}
