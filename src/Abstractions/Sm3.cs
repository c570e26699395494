using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MinerFlow.Abstractions;

/// <summary>
/// The SM3 digest (GB/T 32905-2016), which Chinese authorities ask for beside SHA-256. Written here because the framework has none and neither have
/// the packages that this is built from; libcrypto has it only from version 1.1.1 on and under names that change with the version.
/// </summary>
/// <remarks>An instance takes data in pieces, for one thread; it allocates nothing after it was made.</remarks>
public sealed class Sm3
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private const int BlockLength = 64;

    /// <summary>Section 4.2: the constant of each round, turned by the number of the round.</summary>
    internal static readonly uint[] Constants =
        [.. Enumerable.Range(0, 64).Select(round => BitOperations.RotateLeft(round < 16 ? 0x79CC4519u : 0x7A879D8Au, round))];

    /// <summary>Section 4.1.</summary>
    internal static ReadOnlySpan<uint> InitialValue => [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E];

    private readonly byte[] _rest = new byte[BlockLength];
    private State _state = State.Initial;
    private int _restLength;
    private long _length;

    public static byte[] HashData(ReadOnlySpan<byte> data)
    {
        var digest = new byte[Length];
        HashData(data, digest);
        return digest;
    }

    /// <param name="data">All of it.</param>
    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    public static void HashData(ReadOnlySpan<byte> data, Span<byte> digest)
    {
        var state = State.Initial;
        var rest = data;
        for (; rest.Length >= BlockLength; rest = rest[BlockLength..])
        {
            Compress(ref state, rest);
        }

        Finish(ref state, rest, data.Length, digest);
    }

    public void AppendData(ReadOnlySpan<byte> data)
    {
        _length += data.Length;
        if (_restLength > 0)
        {
            var taken = Math.Min(BlockLength - _restLength, data.Length);
            data[..taken].CopyTo(_rest.AsSpan(_restLength));
            _restLength += taken;
            data = data[taken..];
            if (_restLength < BlockLength)
            {
                return;
            }

            Compress(ref _state, _rest);
        }

        for (; data.Length >= BlockLength; data = data[BlockLength..])
        {
            Compress(ref _state, data);
        }

        data.CopyTo(_rest);
        _restLength = data.Length;
    }

    /// <summary>The digest of all that was appended; what is appended next begins another.</summary>
    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    public void GetHashAndReset(Span<byte> digest)
    {
        Finish(ref _state, _rest.AsSpan(0, _restLength), _length, digest);
        (_state, _restLength, _length) = (State.Initial, 0, 0);
    }

    /// <summary>Section 5.2: one bit, zeros, and the length in bits as 64 bits at the end of a block.</summary>
    private static void Finish(ref State state, ReadOnlySpan<byte> rest, long length, Span<byte> digest)
    {
        Span<byte> tail = stackalloc byte[2 * BlockLength];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        var tailLength = rest.Length < BlockLength - 8 ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(tailLength - 8)..], (ulong)length * 8);
        for (var at = 0; at < tailLength; at += BlockLength)
        {
            Compress(ref state, tail[at..]);
        }

        for (var i = 0; i < Length / 4; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
        }
    }

    /// <summary>Section 5.3. Four rounds at a time: after four each register is back in its place, so that none is moved.</summary>
    /// <remarks>Optimized at once: what the runtime first makes of it in tiers, and then of its profile, was six times slower (.NET 10.0.12).</remarks>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(ref State state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[68];
        for (var i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        }

        // A window of fixed length is checked once, and not at each of its words.
        for (var i = 0; i < 52; i++)
        {
            var window = words.Slice(i, 17);
            var mixed = window[0] ^ window[7] ^ BitOperations.RotateLeft(window[13], 15);
            window[16] = mixed ^ BitOperations.RotateLeft(mixed, 15) ^ BitOperations.RotateLeft(mixed, 23) ^ BitOperations.RotateLeft(window[3], 7) ^ window[10];
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < 16; i += 4)
        {
            var window = words.Slice(i, 8);
            var constants = Constants.AsSpan(i, 4);
            Round(a ^ b ^ c, e ^ f ^ g, a, ref b, ref d, e, ref f, ref h, constants[0], window[0], window[4]);
            Round(d ^ a ^ b, h ^ e ^ f, d, ref a, ref c, h, ref e, ref g, constants[1], window[1], window[5]);
            Round(c ^ d ^ a, g ^ h ^ e, c, ref d, ref b, g, ref h, ref f, constants[2], window[2], window[6]);
            Round(b ^ c ^ d, f ^ g ^ h, b, ref c, ref a, f, ref g, ref e, constants[3], window[3], window[7]);
        }

        for (var i = 16; i < 64; i += 4)
        {
            var window = words.Slice(i, 8);
            var constants = Constants.AsSpan(i, 4);
            Round((a & b) | ((a | b) & c), g ^ (e & (f ^ g)), a, ref b, ref d, e, ref f, ref h, constants[0], window[0], window[4]);
            Round((d & a) | ((d | a) & b), f ^ (h & (e ^ f)), d, ref a, ref c, h, ref e, ref g, constants[1], window[1], window[5]);
            Round((c & d) | ((c | d) & a), e ^ (g & (h ^ e)), c, ref d, ref b, g, ref h, ref f, constants[2], window[2], window[6]);
            Round((b & c) | ((b | c) & d), h ^ (f & (g ^ h)), b, ref c, ref a, f, ref g, ref e, constants[3], window[3], window[7]);
        }

        state[0] ^= a;
        state[1] ^= b;
        state[2] ^= c;
        state[3] ^= d;
        state[4] ^= e;
        state[5] ^= f;
        state[6] ^= g;
        state[7] ^= h;
    }

    /// <summary>One round; <paramref name="ff"/> and <paramref name="gg"/> are its Boolean functions of the registers, <paramref name="ahead"/> is the word of four rounds later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint ff, uint gg, uint a, ref uint b, ref uint d, uint e, ref uint f, ref uint h, uint constant, uint word, uint ahead)
    {
        var turned = BitOperations.RotateLeft(a, 12);
        var one = BitOperations.RotateLeft(turned + e + constant, 7);
        var left = ff + d + (one ^ turned) + (word ^ ahead);
        var right = gg + h + one + word;
        b = BitOperations.RotateLeft(b, 9);
        d = left;
        f = BitOperations.RotateLeft(f, 19);
        h = right ^ BitOperations.RotateLeft(right, 9) ^ BitOperations.RotateLeft(right, 17);
    }

    /// <summary>The eight registers.</summary>
    [InlineArray(8)]
    private struct State
    {
        private uint _first;

        public static State Initial
        {
            get
            {
                var state = default(State);
                InitialValue.CopyTo(state);
                return state;
            }
        }
    }
}
