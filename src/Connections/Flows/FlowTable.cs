using System.Numerics;
using System.Runtime.CompilerServices;
using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// Flows in slots of 64 bytes, one behind the other as they come, found through a directory of four bytes an entry with open addressing. Only the directory grows,
/// and only it is scattered by hash: an eighth to a half of it is in use, so a flow costs 72 to 96 bytes, and those that came together lie together.
/// A pointer to a slot is good until the flow is removed.
/// </summary>
internal sealed unsafe class FlowTable : IDisposable
{
    private const int SmallDirectory = 1 << 12;

    /// <summary>Times as many entries at each step, so that a third of the flows are entered again on the way.</summary>
    private const int Growth = 4;

    /// <summary>Slots looked at for the oldest when the table is full.</summary>
    private const int Neighbourhood = 16;

    private readonly NativeRegion _memory;
    private readonly FlowSlot* _slots;
    private readonly int _capacity;

    /// <summary>Low bits of an entry are the index of a slot, the others a part of the hash that few other flows share. Slot 0 is never used, so that 0 is no entry.</summary>
    private readonly int _indexBits;
    private readonly uint _highestIndex;
    private NativeRegion _directory;
    private uint* _entries;
    private ulong _mask;
    private int _limit;
    private int _free;

    public FlowTable(int slots)
    {
        _capacity = (int)BitOperations.RoundUpToPowerOf2((uint)slots);
        _indexBits = BitOperations.Log2((uint)_capacity);
        _highestIndex = (uint)_capacity - 1;
        _memory = new NativeRegion((nuint)_capacity * (nuint)sizeof(FlowSlot));
        _slots = (FlowSlot*)_memory.Start;
        _directory = MakeDirectory(SmallDirectory);
    }

    public int Count { get; private set; }

    /// <summary>Slots from <see cref="First"/> to before this one were ever used; those that are free have no <see cref="FlowSlot.Transport"/>.</summary>
    public int End { get; private set; } = First;

    public const int First = 1;

    public bool IsFull => _free == 0 && End == _capacity;

    public FlowSlot* this[int index] => _slots + index;

    public int IndexOf(FlowSlot* slot) => (int)(slot - _slots);

    /// <summary>Asks for the directory's line of a flow that <see cref="FetchSlot"/> will be asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchEntry(ulong hash) => MemoryHints.Fetch(_entries + (hash & _mask));

    /// <summary>Asks for the slot that <see cref="Find"/> will most likely return, and says where it is; null when the directory has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FlowSlot* FetchSlot(ulong hash)
    {
        var tag = Tag(hash);
        for (var at = hash & _mask; ; at = (at + 1) & _mask)
        {
            var index = _entries[at] ^ tag;
            if (index <= _highestIndex)
            {
                var slot = _slots + index;
                MemoryHints.Fetch(slot);
                return slot;
            }

            if (index == tag)
            {
                return null;
            }
        }
    }

    /// <returns>Null when the flow is not in the table.</returns>
    public FlowSlot* Find(in PacketRecord record)
    {
        var tag = Tag(record.Hash);
        for (var at = record.Hash & _mask; ; at = (at + 1) & _mask)
        {
            var entry = _entries[at];
            var index = entry ^ tag;
            if (index <= _highestIndex && _slots[index].IsOf(in record))
            {
                return _slots + index;
            }

            if (entry == 0)
            {
                return null;
            }
        }
    }

    /// <summary>Takes a slot for a flow that <see cref="Find"/> does not have; not when <see cref="IsFull"/>. All but the key is left as it was.</summary>
    public FlowSlot* Insert(in PacketRecord record)
    {
        if (Count >= _limit)
        {
            GrowDirectory();
        }

        var index = _free;
        if (index != 0)
        {
            _free = (int)_slots[index].FirstFrameOrConnection;
        }
        else
        {
            index = End++;
        }

        Enter(record.Hash, index);
        var slot = _slots + index;
        slot->LowUpper = record.LowUpper;
        slot->LowLower = record.LowLower;
        slot->HighUpper = record.HighUpper;
        slot->HighLower = record.HighLower;
        slot->Tail = record.Tail;
        Count++;
        return slot;
    }

    /// <returns>Index of the flow that was silent for longest among some that lie together, which of a full table are those that <paramref name="hash"/> picks.</returns>
    public int OldestOfSome(ulong hash)
    {
        var oldest = -1;
        var time = long.MaxValue;
        for (var step = 0; step < Neighbourhood; step++)
        {
            var index = (int)((hash + (uint)step) & _highestIndex);
            if (_slots[index].Transport != Transport.None && _slots[index].LastUnixNanoseconds < time)
            {
                time = _slots[index].LastUnixNanoseconds;
                oldest = index;
            }
        }

        return oldest;
    }

    /// <summary>Frees a slot, and moves the entries behind its own that linear probing would no longer reach.</summary>
    public void Remove(int index)
    {
        var hash = HashOf(_slots + index);
        var hole = hash & _mask;
        for (var entry = Tag(hash) | (uint)index; _entries[hole] != entry; hole = (hole + 1) & _mask)
        {
        }

        for (var next = (hole + 1) & _mask; _entries[next] != 0; next = (next + 1) & _mask)
        {
            var home = HashOf(_slots + (_entries[next] & _highestIndex)) & _mask;
            if (((next - home) & _mask) >= ((next - hole) & _mask))
            {
                _entries[hole] = _entries[next];
                hole = next;
            }
        }

        _entries[hole] = 0;
        _slots[index] = default;
        _slots[index].FirstFrameOrConnection = (uint)_free;
        _free = index;
        Count--;
    }

    /// <summary>Empty and small again.</summary>
    public void Reset()
    {
        if ((long)End * sizeof(FlowSlot) > NativeRegion.SmallBytes)
        {
            _memory.Clear();
        }

        _directory.Dispose();
        _directory = MakeDirectory(SmallDirectory);
        End = First;
        _free = 0;
        Count = 0;
    }

    public void Dispose()
    {
        _directory.Dispose();
        _memory.Dispose();
    }

    public static ulong HashOf(FlowSlot* slot) =>
        PacketRecord.HashOf(slot->LowUpper, slot->LowLower, slot->HighUpper, slot->HighLower, slot->Tail & FlowSlot.TailKey);

    /// <summary>The lower half of the hash says where to look, and the highest bits who is sampled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Tag(ulong hash) => (uint)(hash >> 32) << _indexBits;

    private void Enter(ulong hash, int index)
    {
        var at = hash & _mask;
        while (_entries[at] != 0)
        {
            at = (at + 1) & _mask;
        }

        _entries[at] = Tag(hash) | (uint)index;
    }

    private void GrowDirectory()
    {
        _directory.Dispose();
        _directory = MakeDirectory((_mask + 1) * Growth);
        for (var index = First; index < End; index++)
        {
            if (_slots[index].Transport != Transport.None)
            {
                Enter(HashOf(_slots + index), index);
            }
        }
    }

    private NativeRegion MakeDirectory(ulong entries)
    {
        var region = new NativeRegion((nuint)entries * sizeof(uint));
        _entries = (uint*)region.Start;
        _mask = entries - 1;
        _limit = (int)(entries / 2);
        return region;
    }
}
