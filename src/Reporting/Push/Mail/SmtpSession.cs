using System.Buffers;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>Hands messages over, one after the other.</summary>
internal sealed class SmtpSession(SmtpConnection connection, Stream stream, MailSettings settings, SmtpExtensions extensions) : ISmtpSession
{
    private const string RecipientStep = "recipients";
    private const string MessageStep = "message";

    private const int StartInput = 354;

    // RFC 5321, 4.5.3.2.6: a server may take as long over the final dot as five commands take.
    private const int PatienceForTheLastReply = 5;

    private static readonly SearchValues<byte> LineEnd = SearchValues.Create("\n"u8);

    public long? LargestMessage => extensions.LargestMessage;

    public async Task<string> Send(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        await Envelope(extensions.HasSize ? $" SIZE={message.Length}" : "", cancellation);
        var reply = await connection.Ask(MessageStep, "DATA", cancellation);
        if (reply.Code != StartInput)
        {
            throw Refusal(reply, MessageStep, "refuses the message");
        }

        await connection.Say(MessageStep, Stuffed(message.Span), cancellation);
        reply = await connection.Hear(MessageStep, PatienceForTheLastReply * settings.Timeout, cancellation);
        return reply.IsGood ? $"{reply}" : throw Refusal(reply, MessageStep, "refuses the message");
    }

    public async Task TryRecipients(CancellationToken cancellation)
    {
        await Envelope("", cancellation);
        await connection.Ask(RecipientStep, "RSET", cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(settings.ConnectTimeout);
            await connection.Ask(MessageStep, "QUIT", limit.Token);
        }
        catch (Exception error) when (error is DeliveryStepException or OperationCanceledException)
        {
            // What was taken is taken: a farewell changes nothing.
        }

        await stream.DisposeAsync();
    }

    /// <summary>From whom and to whom. All recipients or none: who is left out would get what was sent twice, or never.</summary>
    private async Task Envelope(string parameters, CancellationToken cancellation)
    {
        if (settings.NeedsUtf8 && !extensions.HasUtf8)
        {
            throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused, RecipientStep, $"an address has letters beyond ASCII, and {settings.Server} offers no SMTPUTF8: take an address without them.");
        }

        var reply = await connection.Ask(RecipientStep, $"MAIL FROM:<{settings.Sender}>{parameters}{(settings.NeedsUtf8 ? " SMTPUTF8" : "")}", cancellation);
        if (!reply.IsGood)
        {
            throw Refusal(reply, RecipientStep, "refuses our address");
        }

        for (var i = 0; i < settings.To.Count; i++)
        {
            reply = await connection.Ask(RecipientStep, $"RCPT TO:<{settings.To[i]}>", cancellation);
            if (!reply.IsGood)
            {
                throw Refusal(reply, RecipientStep, $"refuses recipient {i + 1} of {settings.To.Count}");
            }
        }
    }

    private DeliveryStepException Refusal(SmtpReply reply, string step, string what)
    {
        // Servers repeat addresses, and the log names nobody.
        var text = settings.To.Append(settings.Sender).Aggregate($"{reply}", (text, address) => text.Replace(address, "…", StringComparison.OrdinalIgnoreCase));
        return new DeliveryStepException(reply.Code is >= 500 ? DeliveryOutcomeKind.Refused : DeliveryOutcomeKind.TryLater, step, $"{settings.Server} {what}: {text}");
    }

    /// <summary>The message with a dot before each line that begins with one, and the dot that ends it (RFC 5321, 4.5.2).</summary>
    private static ReadOnlyMemory<byte> Stuffed(ReadOnlySpan<byte> message)
    {
        var stuffed = new ArrayBufferWriter<byte>(message.Length + 64);
        while (!message.IsEmpty)
        {
            if (message[0] == '.')
            {
                stuffed.Write("."u8);
            }

            var end = message.IndexOfAny(LineEnd);
            var line = end < 0 ? message : message[..(end + 1)];
            stuffed.Write(line);
            message = message[line.Length..];
        }

        stuffed.Write(".\r\n"u8);
        return stuffed.WrittenMemory;
    }
}
