using System.Text;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// The names this process has met, once each, as UTF-8 in large blocks: about 35 bytes for an account, a third of what strings in a dictionary take,
/// so that the accounts and access ports of two million subscribers are 150 megabytes. For several threads at once.
/// </summary>
internal sealed class NameBytes
{
    private const int BlockLength = 1 << 20;
    private readonly Lock _gate = new();
    private readonly List<byte[]> _blocks = [];
    private (int Block, int At, int Length)[] _names = new (int, int, int)[1024];
    private int[] _next = new int[1024];
    private int[] _buckets = new int[1024];
    private int _used = BlockLength;

    /// <summary>Zero is no name.</summary>
    private int _count = 1;

    public NameId Intern(ReadOnlySpan<char> name)
    {
        Span<byte> bytes = stackalloc byte[1024];
        return Intern(name.Length <= 340 ? bytes[..Encoding.UTF8.GetBytes(name, bytes)] : Encoding.UTF8.GetBytes(name.ToArray()));
    }

    public NameId Intern(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return default;
        }

        var hash = new HashCode();
        hash.AddBytes(name);
        var code = hash.ToHashCode();
        lock (_gate)
        {
            for (var i = _buckets[code & (_buckets.Length - 1)]; i != 0; i = _next[i])
            {
                if (Bytes(i).SequenceEqual(name))
                {
                    return new NameId(i);
                }
            }

            return Add(name, code);
        }
    }

    public string this[NameId id] => id.IsNone ? "" : Encoding.UTF8.GetString(BytesOf(id).Span);

    public ReadOnlyMemory<byte> BytesOf(NameId id)
    {
        if (id.IsNone)
        {
            return default;
        }

        lock (_gate)
        {
            var (block, at, length) = _names[id.Value];
            return _blocks[block].AsMemory(at, length);
        }
    }

    private ReadOnlySpan<byte> Bytes(int id) => _blocks[_names[id].Block].AsSpan(_names[id].At, _names[id].Length);

    private NameId Add(ReadOnlySpan<byte> name, int code)
    {
        if (_used + name.Length > BlockLength)
        {
            _blocks.Add(new byte[Math.Max(BlockLength, name.Length)]);
            _used = 0;
        }

        if (_count == _names.Length)
        {
            Grow();
        }

        name.CopyTo(_blocks[^1].AsSpan(_used));
        _names[_count] = (_blocks.Count - 1, _used, name.Length);
        _used += name.Length;
        ref var bucket = ref _buckets[code & (_buckets.Length - 1)];
        (_next[_count], bucket) = (bucket, _count);
        return new NameId(_count++);
    }

    private void Grow()
    {
        Array.Resize(ref _names, _count * 2);
        Array.Resize(ref _next, _count * 2);
        _buckets = new int[_count * 2];
        for (var i = 1; i < _count; i++)
        {
            var hash = new HashCode();
            hash.AddBytes(Bytes(i));
            ref var bucket = ref _buckets[hash.ToHashCode() & (_buckets.Length - 1)];
            (_next[i], bucket) = (bucket, i);
        }
    }
}
