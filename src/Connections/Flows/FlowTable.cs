using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
    /// <summary>Entries that are compared at once, half a cache line: a walk over single entries ends at another one for each flow, which no branch predictor knows.</summary>
    private const int GroupEntries = 8;
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

    /// <summary>Of the number of a group.</summary>
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

    /// <summary>Asks for the directory's group of a flow that <see cref="FetchSlot"/> will be asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchEntry(ulong hash) => MemoryHints.Fetch(Group(hash & _mask));

    /// <summary>Asks for the slot that <see cref="Find"/> will most likely return, and says where it is; null when the directory has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FlowSlot* FetchSlot(ulong hash)
    {
        var tag = Tag(hash);
        for (var at = hash & _mask; ; at = (at + 1) & _mask)
        {
            var group = Group(at);
            var entries = Vector256.Load(group);
            var matches = Matches(entries, tag);
            if (matches != 0)
            {
                var slot = _slots + (group[BitOperations.TrailingZeroCount(matches)] & _highestIndex);
                MemoryHints.Fetch(slot);
                return slot;
            }

            if (HasRoom(entries))
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
            var group = Group(at);
            var entries = Vector256.Load(group);
            for (var matches = Matches(entries, tag); matches != 0; matches &= matches - 1)
            {
                var slot = _slots + (group[BitOperations.TrailingZeroCount(matches)] & _highestIndex);
                if (slot->IsOf(in record))
                {
                    return slot;
                }
            }

            if (HasRoom(entries))
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

    /// <summary>Frees a slot, and moves entries out of later groups that would no longer be reached.</summary>
    public void Remove(int index)
    {
        var hash = HashOf(_slots + index);
        var entry = Tag(hash) | (uint)index;
        var group = hash & _mask;
        var hole = Seek(ref group, entry);

        // While groups are full, entries of theirs or of earlier ones may have gone on to the next.
        for (var at = group; !HasRoom(Vector256.Load(Group(at)));)
        {
            at = (at + 1) & _mask;
            var moved = FirstThatMayMove(at, group);
            if (moved is not null)
            {
                *hole = *moved;
                hole = moved;
                group = at;
            }
        }

        *hole = 0;
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

    private uint* Group(ulong at) => _entries + (at * GroupEntries);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Matches(Vector256<uint> entries, uint tag) =>
        Vector256.Equals(entries & Vector256.Create(~_highestIndex), Vector256.Create(tag)).ExtractMostSignificantBits();

    /// <summary>Then no flow has gone on to the next group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasRoom(Vector256<uint> entries) => Vector256.EqualsAny(entries, Vector256<uint>.Zero);

    /// <summary>Goes on from a group to the first that has the entry, which one must; 0 is a free place.</summary>
    private uint* Seek(ref ulong at, uint entry)
    {
        for (; ; at = (at + 1) & _mask)
        {
            var group = Group(at);
            var places = Vector256.Equals(Vector256.Load(group), Vector256.Create(entry)).ExtractMostSignificantBits();
            if (places != 0)
            {
                return group + BitOperations.TrailingZeroCount(places);
            }
        }
    }

    /// <returns>An entry of a group that belongs into <paramref name="hole"/> or before it; null when all belong behind.</returns>
    private uint* FirstThatMayMove(ulong at, ulong hole)
    {
        var group = Group(at);
        for (var place = group; place < group + GroupEntries; place++)
        {
            if (*place != 0 && ((at - (HashOf(_slots + (*place & _highestIndex)) & _mask)) & _mask) >= ((at - hole) & _mask))
            {
                return place;
            }
        }

        return null;
    }

    private void Enter(ulong hash, int index)
    {
        var at = hash & _mask;
        *Seek(ref at, 0) = Tag(hash) | (uint)index;
    }

    private void GrowDirectory()
    {
        _directory.Dispose();
        _directory = MakeDirectory((_mask + 1) * GroupEntries * Growth);
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
        _mask = (entries / GroupEntries) - 1;
        _limit = (int)(entries / 2);
        return region;
    }
}
