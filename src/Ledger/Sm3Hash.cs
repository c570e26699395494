using System.Buffers.Binary;

namespace MinerFlow.Ledger;

/// <summary>The SM3 digest of bytes that come in parts (GB/T 32905-2016).</summary>
public sealed class Sm3Hash
{
    private readonly uint[] _state = [.. Sm3.InitialValue];
    private readonly byte[] _pending = new byte[Sm3.BlockLength];
    private int _pendingLength;
    private ulong _length;

    public void Append(ReadOnlySpan<byte> data)
    {
        _length += (ulong)data.Length;
        if (_pendingLength > 0)
        {
            var taken = Math.Min(data.Length, _pending.Length - _pendingLength);
            data[..taken].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += taken;
            data = data[taken..];
            if (_pendingLength < _pending.Length)
            {
                return;
            }

            Sm3.Compress(_state, _pending);
            _pendingLength = 0;
        }

        for (; data.Length >= Sm3.BlockLength; data = data[Sm3.BlockLength..])
        {
            Sm3.Compress(_state, data);
        }

        data.CopyTo(_pending);
        _pendingLength = data.Length;
    }

    /// <summary>The digest of all that was appended; nothing may be appended afterwards.</summary>
    public byte[] Finish()
    {
        // Section 5.2: one bit, zeros, and the length in bits as 64 bits at the end of a block.
        Span<byte> tail = stackalloc byte[2 * Sm3.BlockLength];
        tail.Clear();
        _pending.AsSpan(0, _pendingLength).CopyTo(tail);
        tail[_pendingLength] = 0x80;
        var length = _pendingLength < Sm3.BlockLength - 8 ? Sm3.BlockLength : 2 * Sm3.BlockLength;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(length - 8)..], _length * 8);
        for (var at = 0; at < length; at += Sm3.BlockLength)
        {
            Sm3.Compress(_state, tail[at..]);
        }

        var digest = new byte[Sm3.Length];
        for (var i = 0; i < _state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(4 * i), _state[i]);
        }

        return digest;
    }
}
