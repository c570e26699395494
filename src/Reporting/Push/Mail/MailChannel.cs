namespace MinerFlow.Reporting.Push.Mail;

/// <summary>
/// Messages to mailboxes of the recipient, by one mail server. Keys: <c>host</c>, <c>port</c>, <c>tls</c> (implicit, starttls, none), <c>ca-file</c>, <c>pins</c>, <c>pin-only</c>,
/// <c>user</c> and <c>password</c>, <c>from</c>, <c>to</c>, <c>subject</c>, <c>largest-message-bytes</c>, <c>workbook-password</c> or <c>password-folder</c>,
/// <c>connect-timeout-seconds</c>, <c>timeout-seconds</c>.
/// </summary>
public sealed class MailChannel : IDeliveryChannel
{
    private readonly MailSettings _settings;
    private readonly ISmtpConnector _connector;

    internal MailChannel(MailSettings settings, ISmtpConnector connector)
    {
        _settings = settings;
        _connector = connector;
    }

    /// <returns>Null when the settings are not sound; they have the problems.</returns>
    public static IDeliveryChannel? Create(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return MailSettings.From(settings) is { } sound ? new MailChannel(sound, new SmtpConnector(TimeProvider.System)) : null;
    }

    public async Task<DeliveryOutcome> Send(DeliveryPackage package, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(package);
        if (DropLayout.NameProblem(package) is { } problem)
        {
            return new DeliveryOutcome(DeliveryOutcomeKind.Refused, problem);
        }

        try
        {
            var attachments = _settings.Lock.Attachments(package).Append(new MailAttachment(DropLayout.ManifestName, package.Manifest));
            if (package.Signature is { } signature)
            {
                attachments = attachments.Append(new MailAttachment(DropLayout.SignatureName, signature));
            }

            await using var session = await _connector.Connect(_settings, [], cancellation);
            var parts = MailPart.Split(attachments, Math.Min(_settings.LargestMessage, session.LargestMessage ?? long.MaxValue));
            var answer = "";
            foreach (var part in parts)
            {
                answer = await session.Send(new MailMessage(_settings, package, part).Bytes(), cancellation);
            }

            return new DeliveryOutcome(
                DeliveryOutcomeKind.Delivered, $"{_settings.Server} took {(parts.Count == 1 ? "the message" : $"{parts.Count} messages")}: {answer}.{_settings.Lock.Hint(package)}");
        }
        catch (DeliveryStepException failure)
        {
            return new DeliveryOutcome(failure.Kind, failure.Message);
        }
    }

    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        var steps = new List<ChannelStep>();
        try
        {
            await using var session = await _connector.Connect(_settings, steps, cancellation);
            await session.TryRecipients(cancellation);
            steps.Add(new ChannelStep("recipients", true, $"{_settings.To.Count} would be taken, messages up to {session.LargestMessage ?? _settings.LargestMessage} bytes"));
        }
        catch (DeliveryStepException failure)
        {
            steps.Add(new ChannelStep(failure.Step, false, failure.Message));
        }

        return steps;
    }

    /// <summary>A mail server says that it took a message; what the recipient says comes as letters to people.</summary>
    public Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DeliveryReceipt>>([]);

    public Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
