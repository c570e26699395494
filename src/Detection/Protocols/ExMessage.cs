using System.Buffers;
using System.Buffers.Binary;

namespace MinerFlow.Detection.Protocols;

/// <summary>Types of <c>ExMessage.go</c>; the last digit of a share's type says which fields follow.</summary>
internal enum ExMessageType : byte
{
    Register = 0x01,
    SubmitShare = 0x02,
    SubmitShareWithTime = 0x03,
    Unregister = 0x04,
    SetDifficulty = 0x05,
    SubmitResponse = 0x10,
    SubmitShareWithVersion = 0x12,
    SubmitShareWithTimeAndVersion = 0x13,
    SubmitShareWithMixHash = 0x14,
    GetNoncePrefix = 0x21,
    SetNoncePrefix = 0x22,
}

/// <summary>One binary message of an agent: its type and whole length, checked against each other.</summary>
internal readonly record struct ExMessage(ExMessageType Type, int Length)
{
    public const byte Magic = 0x7F;

    public const int HeaderLength = 4;

    /// <summary>Session, nonce and job of an Ethereum share; the Bitcoin one is 15.</summary>
    private const int EthereumShare = HeaderLength + 2 + 8 + 32;

    public bool IsFromAgent => Type is not (ExMessageType.SetDifficulty or ExMessageType.SubmitResponse or ExMessageType.SetNoncePrefix);

    /// <summary>Bitcoin shares begin with the job's byte, Ethereum's with the session.</summary>
    public int SessionOffset => Length >= EthereumShare ? 0 : 1;

    /// <summary>The header alone: a known type with a length it can have.</summary>
    public static OperationStatus TryReadHeader(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length > 0 && bytes[0] != Magic)
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length > 1 && !Enum.IsDefined((ExMessageType)bytes[1]))
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length < HeaderLength)
        {
            return OperationStatus.NeedMoreData;
        }

        length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        return HasLength((ExMessageType)bytes[1], length) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out ExMessage message)
    {
        message = default;
        var status = TryReadHeader(bytes, out var length);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        if (bytes.Length < length)
        {
            return OperationStatus.NeedMoreData;
        }

        message = new ExMessage((ExMessageType)bytes[1], length);
        return message.Fits(bytes[HeaderLength..length]) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Status of <c>StratumStatus.go</c>: four numbers far from each other mean accepted, 21 and 37 stale.</summary>
    public static ShareOutcome OutcomeOf(uint status) => status switch
    {
        1_798_084_231 or 950_395_421 or 1_422_486_894 or 1_713_984_938 or 1_835_617_709 => ShareOutcome.Accepted,
        21 or 36 or 37 => ShareOutcome.Stale,
        _ => ShareOutcome.Rejected,
    };

    private static bool HasLength(ExMessageType type, int length) => type switch
    {
        ExMessageType.Register => length is >= HeaderLength + 4 and <= HeaderLength + 2 + 512,
        ExMessageType.SubmitShare => length is 15 or EthereumShare,
        ExMessageType.SubmitShareWithTime or ExMessageType.SubmitShareWithVersion => length == 19,
        ExMessageType.SubmitShareWithTimeAndVersion => length == 23,
        ExMessageType.SubmitShareWithMixHash => length == EthereumShare + 32,
        ExMessageType.SetDifficulty => length >= 7 && (length - 7) % 2 == 0,
        ExMessageType.Unregister or ExMessageType.GetNoncePrefix => length == 6,
        _ => length == 10,
    };

    private bool Fits(ReadOnlySpan<byte> body) => Type switch
    {
        ExMessageType.Register => IsRegister(body),
        ExMessageType.SetDifficulty => body[0] < 64 && BinaryPrimitives.ReadUInt16LittleEndian(body[1..]) * 2 == body.Length - 3,
        _ => true,
    };

    /// <summary>session[2] agent 00 worker 00.</summary>
    private static bool IsRegister(ReadOnlySpan<byte> body)
    {
        var texts = body[2..];
        var first = texts.IndexOf((byte)0);
        return first >= 0 && texts[(first + 1)..].IndexOf((byte)0) == texts.Length - first - 2;
    }
}
