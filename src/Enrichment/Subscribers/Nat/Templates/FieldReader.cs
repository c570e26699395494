using System.Text;

namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>Reads the value of one field where it stands.</summary>
internal static class FieldReader
{
    private static readonly (byte[] Name, byte Number)[] Protocols =
        [.. new (string Name, byte Number)[] { ("tcp", 6), ("udp", 17), ("icmp", 1), ("icmpv6", 58), ("sctp", 132), ("gre", 47), ("any", 0), ("all", 0) }
            .Select(protocol => (Encoding.ASCII.GetBytes(protocol.Name), protocol.Number))];

    public static LineRejection Read(TemplateStep step, ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values)
    {
        if (position >= line.Length && step.Field is not (NatField.Pairs or NatField.Anything))
        {
            return LineRejection.Cut;
        }

        switch (step.Field)
        {
            case NatField.Anything:
                var end = line[position..].IndexOf(step.Text);
                if (end < 0)
                {
                    return LineRejection.OtherText;
                }

                position += end;
                return LineRejection.None;
            case NatField.Pairs:
                return ReadPairs(step.Pairs!, line, ref position, context, ref values);
            case NatField.Time or NatField.Start when !IsNil(step, line, position):
                return ReadTime(step, line, ref position, context, ref values);
        }

        var token = Token(step, line[position..]);
        if (token.IsEmpty)
        {
            return step.Field.IsNumber() ? LineRejection.BadNumber : step.Field.IsAddress() ? LineRejection.BadAddress : LineRejection.OtherText;
        }

        var reason = Take(step, token, context, ref values);
        if (reason == LineRejection.None)
        {
            position += token.Length;
        }

        return reason;
    }

    private static bool IsNil(TemplateStep step, ReadOnlySpan<byte> line, int position) =>
        step.MayBeNil && line[position] == '-' && (position + 1 == line.Length || line[position + 1] is (byte)' ' or (byte)'\t' || line[position + 1] == step.Stop);

    /// <summary>The bytes of the field: numbers and addresses end where their letters do, words at a blank or at the text that follows.</summary>
    private static ReadOnlySpan<byte> Token(TemplateStep step, ReadOnlySpan<byte> rest)
    {
        var length = 0;
        if (step.Field.IsAddress() && rest[0] != '-')
        {
            while (length < rest.Length && IsOfAddress(rest[length]) && !(step.Stop == ':' && rest[length] == ':'))
            {
                length++;
            }

            return rest[..length];
        }

        if (step.Field.IsNumber() && rest[0] != '-')
        {
            while (length < rest.Length && char.IsAsciiDigit((char)rest[length]))
            {
                length++;
            }

            return rest[..length];
        }

        while (length < rest.Length && rest[length] is not ((byte)' ' or (byte)'\t') && (step.Stop == 0 || rest[length] != step.Stop || (length == 0 && step.MayBeNil)))
        {
            length++;
        }

        return rest[..length];
    }

    private static bool IsOfAddress(byte c) => char.IsAsciiHexDigit((char)c) || c is (byte)'.' or (byte)':';

    /// <summary>Gives a value its meaning.</summary>
    private static LineRejection Take(TemplateStep step, ReadOnlySpan<byte> token, in LineContext context, ref LineValues values)
    {
        if (step.Field == NatField.FirstPort)
        {
            values.AsksForPort = true;
        }

        if (token is [(byte)'-'] && step.MayBeNil)
        {
            return LineRejection.None;
        }

        switch (step.Field)
        {
            case NatField.Event:
                values.Kind = context.Events.Find(token);
                return values.Kind is null ? LineRejection.UnknownEvent : LineRejection.None;
            case NatField.Device:
                // A nil of RFC 5424, also where the pattern does not ask for one: the sender then names the device.
                values.Device = token is [(byte)'-'] ? default : token;
                return LineRejection.None;
            case NatField.Vrf:
                values.Vrf = token;
                return LineRejection.None;
            case NatField.Account:
                values.Account = token;
                return LineRejection.None;
            case NatField.Protocol:
                return ReadProtocol(token, out values.Protocol) ? LineRejection.None : LineRejection.BadNumber;
            case NatField.Inner or NatField.Outer or NatField.Destination:
                return ReadAddress(step, token, ref values);
            case NatField.FirstPort or NatField.LastPort or NatField.PortCount or NatField.InnerPort or NatField.DestinationPort:
                return ReadNumber(step.Field, token, ref values);
            default:
                return LineRejection.None;
        }
    }

    private static LineRejection ReadAddress(TemplateStep step, ReadOnlySpan<byte> token, ref LineValues values)
    {
        if (!ByteText.TryParseAddress(token, out var address) || (step.Version != 0 && address.IsIPv4 != (step.Version == 4)))
        {
            return LineRejection.BadAddress;
        }

        switch (step.Field)
        {
            case NatField.Inner:
                (values.Inner, values.HasInner) = (address, true);
                break;
            case NatField.Outer:
                (values.Outer, values.HasOuter) = (address, true);
                break;
            default:
                values.Destination = address;
                break;
        }

        return LineRejection.None;
    }

    private static LineRejection ReadNumber(NatField field, ReadOnlySpan<byte> token, ref LineValues values)
    {
        if (!ByteText.TryParseNumber(token, out var number))
        {
            return LineRejection.BadNumber;
        }

        if (number > (field == NatField.PortCount ? ushort.MaxValue + 1 : ushort.MaxValue))
        {
            return LineRejection.PortTooLarge;
        }

        switch (field)
        {
            case NatField.FirstPort:
                values.FirstPort = (int)number;
                break;
            case NatField.LastPort:
                values.LastPort = (int)number;
                break;
            case NatField.PortCount:
                values.PortCount = (int)number;
                break;
            case NatField.InnerPort:
                values.InnerPort = (int)number;
                break;
            default:
                values.DestinationPort = (int)number;
                break;
        }

        return LineRejection.None;
    }

    private static bool ReadProtocol(ReadOnlySpan<byte> token, out byte protocol)
    {
        protocol = 0;
        if (ByteText.TryParseNumber(token, out var number))
        {
            protocol = (byte)number;
            return number <= byte.MaxValue;
        }

        foreach (var (name, value) in Protocols)
        {
            if (Ascii.EqualsIgnoreCase(token, name))
            {
                protocol = value;
                return true;
            }
        }

        return false;
    }

    private static LineRejection ReadTime(TemplateStep step, ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values)
    {
        if (!step.Time!.TryRead(line, ref position, context.Zone, context.Reference, out var time, out var precision))
        {
            return LineRejection.BadTime;
        }

        if (step.Field == NatField.Time)
        {
            (values.Time, values.Precision) = (time, precision);
        }
        else
        {
            values.Start = time;
        }

        return LineRejection.None;
    }

    /// <summary>
    /// <c>name=value name="value with blanks"</c>, between them blanks or semicolons: structured data of RFC 5424, ArcSight CEF, FortiOS, Comware. Words without a sign belong to the value before
    /// them and are passed over, as are names that the profile does not mention.
    /// </summary>
    private static LineRejection ReadPairs(PairNames names, ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values)
    {
        while (true)
        {
            var skipped = line[position..].IndexOfAnyExcept(" ;\t"u8);
            if (skipped < 0)
            {
                position = line.Length;
                return LineRejection.None;
            }

            position += skipped;
            var rest = line[position..];
            var length = rest.IndexOfAny(" =];\t"u8);
            if (length < 0 || rest[length] == ']')
            {
                position = length < 0 ? line.Length : position + length;
                return LineRejection.None;
            }

            position += length + 1;
            if (rest[length] != '=')
            {
                continue;
            }

            var value = PairValue(line, ref position);
            if (names.Find(rest[..length]) is { } step && !value.IsEmpty && TakePair(step, value, context, ref values) is var reason and not LineRejection.None)
            {
                return reason;
            }
        }
    }

    private static LineRejection TakePair(TemplateStep step, ReadOnlySpan<byte> value, in LineContext context, ref LineValues values)
    {
        if (!step.Field.IsTime())
        {
            return Take(step, value, context, ref values);
        }

        var at = 0;
        return ReadTime(step, value, ref at, context, ref values);
    }

    private static ReadOnlySpan<byte> PairValue(ReadOnlySpan<byte> line, scoped ref int position)
    {
        var rest = line[position..];
        if (rest is [(byte)'"', ..])
        {
            var end = rest[1..].IndexOf((byte)'"');
            var quoted = end < 0 ? rest[1..] : rest.Slice(1, end);
            position += end < 0 ? rest.Length : end + 2;
            return quoted;
        }

        var length = rest.IndexOfAny(" \t];"u8);
        length = length < 0 ? rest.Length : length;
        position += length;
        return rest[..length];
    }
}
