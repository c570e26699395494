using System.Buffers.Binary;

namespace MinerFlow.Detection.Protocols;

/// <summary>Message types of sv2-spec section 8 that a miner and a pool exchange.</summary>
internal enum Sv2MessageType : byte
{
    SetupConnection = 0x00,
    SetupConnectionSuccess = 0x01,
    SetupConnectionError = 0x02,
    ChannelEndpointChanged = 0x03,
    Reconnect = 0x04,
    OpenStandardMiningChannel = 0x10,
    OpenStandardMiningChannelSuccess = 0x11,
    OpenMiningChannelError = 0x12,
    OpenExtendedMiningChannel = 0x13,
    OpenExtendedMiningChannelSuccess = 0x14,
    NewMiningJob = 0x15,
    UpdateChannel = 0x16,
    UpdateChannelError = 0x17,
    CloseChannel = 0x18,
    SetExtranoncePrefix = 0x19,
    SubmitSharesStandard = 0x1A,
    SubmitSharesExtended = 0x1B,
    SubmitSharesSuccess = 0x1C,
    SubmitSharesError = 0x1D,
    NewExtendedMiningJob = 0x1F,
    SetNewPrevHash = 0x20,
    SetTarget = 0x21,
    SetCustomMiningJob = 0x22,
    SetCustomMiningJobSuccess = 0x23,
    SetCustomMiningJobError = 0x24,
    SetGroupChannel = 0x25,
}

/// <summary>The six bytes before a payload.</summary>
internal readonly record struct Sv2Header(bool IsForChannel, Sv2MessageType Type, int Length)
{
    /// <summary>A length that belongs to this type alone and a channel bit that agrees: enough by itself.</summary>
    public bool IsStrong => IsForChannel && Type is Sv2MessageType.NewMiningJob or Sv2MessageType.SetNewPrevHash or Sv2MessageType.SetTarget
        or Sv2MessageType.SubmitSharesStandard or Sv2MessageType.SubmitSharesSuccess;
}

/// <summary>Frames of Stratum V2 in clear.</summary>
internal static class Sv2Frame
{
    public const int HeaderLength = 6;

    /// <summary>A coinbase of an extended job is far below this; template distribution can be longer and is not read.</summary>
    private const int LongestPayload = 60_000;

    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out Sv2Header header)
    {
        header = default;
        if (bytes.Length < HeaderLength || bytes[0] != 0 || (bytes[1] & 0x7F) != 0)
        {
            return false;
        }

        var length = bytes[3] | (bytes[4] << 8) | (bytes[5] << 16);
        header = new Sv2Header(bytes[1] != 0, (Sv2MessageType)bytes[2], length);
        var known = Enum.IsDefined(header.Type) || IsOfOtherProtocol(header.Type);
        return known && length <= LongestPayload && header.IsForChannel == IsChannelMessage(header.Type);
    }

    /// <summary>Job declaration (0x50 to 0x60) and template distribution (0x70 to 0x76).</summary>
    private static bool IsOfOtherProtocol(Sv2MessageType type) => (byte)type is (>= 0x50 and <= 0x60) or (>= 0x70 and <= 0x76);

    private static bool IsChannelMessage(Sv2MessageType type) => type is Sv2MessageType.NewMiningJob
        or (>= Sv2MessageType.UpdateChannel and <= Sv2MessageType.SetTarget)
        or Sv2MessageType.ChannelEndpointChanged;

    public static bool IsFromClient(Sv2MessageType type) => type is Sv2MessageType.SetupConnection or Sv2MessageType.OpenStandardMiningChannel
        or Sv2MessageType.OpenExtendedMiningChannel or Sv2MessageType.UpdateChannel or Sv2MessageType.SubmitSharesStandard
        or Sv2MessageType.SubmitSharesExtended or Sv2MessageType.SetCustomMiningJob
        or (Sv2MessageType)0x50 or (Sv2MessageType)0x57 or (Sv2MessageType)0x60 or (Sv2MessageType)0x70 or (Sv2MessageType)0x73 or (Sv2MessageType)0x76;

    /// <summary>
    /// True when <see cref="Fits"/> looks at the payload. The other types (custom jobs, groups, job declaration, template distribution) are passed over in a
    /// conversation and prove none: a slide show of 2018 has such a header, and other documents full of small numbers will.
    /// </summary>
    public static bool IsProof(Sv2MessageType type) => type < Sv2MessageType.SetCustomMiningJob;

    /// <summary>True when the payload has exactly the fields of its type.</summary>
    public static bool Fits(in Sv2Header header, ReadOnlySpan<byte> payload) => header.Type switch
    {
        Sv2MessageType.SetupConnection => IsSetup(payload),
        Sv2MessageType.SetupConnectionSuccess => payload.Length == 6 && payload[0] == 2 && payload[1] == 0,
        Sv2MessageType.SetupConnectionError => HasTextAt(payload, 4),
        Sv2MessageType.ChannelEndpointChanged => payload.Length == 4,
        Sv2MessageType.Reconnect => payload.Length >= 3 && payload.Length == payload[0] + 3 && IsText(payload.Slice(1, payload[0])),
        Sv2MessageType.OpenStandardMiningChannel => IsOpen(payload, 36),
        Sv2MessageType.OpenExtendedMiningChannel => IsOpen(payload, 38),
        Sv2MessageType.OpenStandardMiningChannelSuccess => payload.Length is >= 45 and <= 77 && payload.Length == 45 + payload[40],
        Sv2MessageType.OpenExtendedMiningChannelSuccess => payload.Length is >= 43 and <= 79 && payload.Length - payload[42] is 43 or 47,
        Sv2MessageType.OpenMiningChannelError or Sv2MessageType.UpdateChannelError or Sv2MessageType.CloseChannel => HasTextAt(payload, 4),
        Sv2MessageType.NewMiningJob => payload.Length is 45 or 49 && payload[8] == (payload.Length == 49 ? 1 : 0),
        Sv2MessageType.UpdateChannel => payload.Length == 40,
        Sv2MessageType.SetExtranoncePrefix => payload.Length is >= 5 and <= 37 && payload.Length == 5 + payload[4],
        Sv2MessageType.SubmitSharesStandard => payload.Length == 24,
        Sv2MessageType.SubmitSharesExtended => payload.Length is >= 25 and <= 57 && payload.Length == 25 + payload[24],
        Sv2MessageType.SubmitSharesSuccess => payload.Length == 20,
        Sv2MessageType.SubmitSharesError => HasTextAt(payload, 8),
        Sv2MessageType.NewExtendedMiningJob => IsExtendedJob(payload),
        Sv2MessageType.SetNewPrevHash => payload.Length == 48,
        Sv2MessageType.SetTarget => payload.Length == 36,
        _ => true,
    };

    public static string Describe(Sv2MessageType type) => type switch
    {
        Sv2MessageType.SetupConnection => "SetupConnection",
        Sv2MessageType.SetupConnectionSuccess => "SetupConnection.Success",
        Sv2MessageType.OpenStandardMiningChannel => "OpenStandardMiningChannel",
        Sv2MessageType.OpenExtendedMiningChannel => "OpenExtendedMiningChannel",
        Sv2MessageType.NewMiningJob => "NewMiningJob",
        Sv2MessageType.NewExtendedMiningJob => "NewExtendedMiningJob",
        Sv2MessageType.SubmitSharesStandard => "SubmitSharesStandard",
        Sv2MessageType.SubmitSharesExtended => "SubmitSharesExtended",
        Sv2MessageType.SubmitSharesSuccess => "SubmitShares.Success",
        _ => "Stratum V2 frame",
    };

    /// <summary>The first nine bytes of a SetupConnection: a known protocol and version 2 at least.</summary>
    public static bool MayBeginSetup(ReadOnlySpan<byte> payload) =>
        payload.Length < 5 || (payload[0] <= 2 && payload[1] == 2 && payload[2] == 0 && payload[3] is >= 2 and < 16 && payload[4] == 0);

    /// <summary>Takes length and text from the front.</summary>
    public static ReadOnlySpan<byte> TakeText(ref ReadOnlySpan<byte> rest)
    {
        var text = rest.Slice(1, rest[0]);
        rest = rest[(1 + text.Length)..];
        return text;
    }

    private static bool IsSetup(ReadOnlySpan<byte> payload)
    {
        const int FixedStart = 9;
        if (payload.Length < FixedStart + 7 || !MayBeginSetup(payload))
        {
            return false;
        }

        var position = FixedStart;
        for (var text = 0; text < 5; text++)
        {
            if (position >= payload.Length || position + 1 + payload[position] > payload.Length || !IsText(payload.Slice(position + 1, payload[position])))
            {
                return false;
            }

            position += 1 + payload[position] + (text == 0 ? sizeof(ushort) : 0);
        }

        return position == payload.Length;
    }

    private static bool IsOpen(ReadOnlySpan<byte> payload, int fixedEnd) =>
        payload.Length > 4 && payload.Length == 5 + payload[4] + fixedEnd && IsText(payload.Slice(5, payload[4]));

    private static bool HasTextAt(ReadOnlySpan<byte> payload, int offset) =>
        payload.Length > offset && payload.Length == offset + 1 + payload[offset] && IsText(payload[(offset + 1)..]);

    /// <summary>channel[4] job[4] min_ntime[1 or 5] version[4] rolling[1] path[1 + 32 n] prefix[2 + n] suffix[2 + n].</summary>
    private static bool IsExtendedJob(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 19 || payload[8] > 1)
        {
            return false;
        }

        var position = payload[8] == 1 ? 13 : 9;
        position += 4;
        if (payload.Length < position + 2 || payload[position] > 1)
        {
            return false;
        }

        position += 2 + (payload[position + 1] * 32);
        for (var part = 0; part < 2; part++)
        {
            if (position + 2 > payload.Length)
            {
                return false;
            }

            position += 2 + BinaryPrimitives.ReadUInt16LittleEndian(payload[position..]);
        }

        return position == payload.Length;
    }

    private static bool IsText(ReadOnlySpan<byte> text) => !text.ContainsAnyInRange((byte)0x00, (byte)0x1F) && !text.Contains((byte)0x7F);
}

/// <summary>Work per share of the channels of one connection.</summary>
internal sealed class Sv2Channels
{
    /// <summary>A proxy opens one channel for each miner behind it; beyond this many the target last set stands for the rest.</summary>
    private const int Most = 1_024;

    private readonly Dictionary<uint, double> _work = [];
    private double _last;

    public int Count => _work.Count;

    public void Set(uint channel, double workPerShare)
    {
        _last = workPerShare;
        if (_work.Count < Most || _work.ContainsKey(channel))
        {
            _work[channel] = workPerShare;
        }
    }

    public double Get(uint channel) => _work.TryGetValue(channel, out var work) ? work : _last;

    /// <summary>Expected hashes behind one share: 2^256 / (target + 1), the target as 32 bytes, little endian.</summary>
    public static double WorkPerShare(ReadOnlySpan<byte> target)
    {
        var value = 0.0;
        for (var index = target.Length - 1; index >= 0; index--)
        {
            value = (value * 256) + target[index];
        }

        return Math.ScaleB(1, 256) / (value + 1);
    }

    /// <summary>Difficulty 1 is the target 0x00000000FFFF0000…: 2^32 · 65536 / 65535 hashes.</summary>
    public static double Difficulty(double workPerShare) => workPerShare / (4_294_967_296.0 * 65_536 / 65_535);
}
