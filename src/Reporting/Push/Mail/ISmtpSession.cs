namespace MinerFlow.Reporting.Push.Mail;

/// <summary>
/// A session with a mail server that is as safe as was asked for. Ours, because MailKit cannot be had and <c>System.Net.Mail.SmtpClient</c> knows no implicit TLS and goes on
/// when authentication is refused.
/// </summary>
/// <exception cref="DeliveryStepException">Thrown by each member when the server refuses or does not answer.</exception>
internal interface ISmtpSession : IAsyncDisposable
{
    /// <summary>Bytes that a message has at most, as the server says; null when it does not.</summary>
    long? LargestMessage { get; }

    /// <summary>Hands a message over to all recipients, or to none.</summary>
    /// <param name="message">Lines end with CR LF, the last one too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What the server said when it took it.</returns>
    Task<string> Send(ReadOnlyMemory<byte> message, CancellationToken cancellation);

    /// <summary>Asks whether the recipients would be taken, and sends nothing.</summary>
    Task TryRecipients(CancellationToken cancellation);
}

/// <summary>Opens sessions.</summary>
internal interface ISmtpConnector
{
    /// <summary>Connects, encrypts and authenticates, each as the settings ask.</summary>
    /// <param name="settings">Where and as whom.</param>
    /// <param name="steps">Takes each step that went well.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DeliveryStepException">A step failed; nothing of the package was said.</exception>
    Task<ISmtpSession> Connect(MailSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation);
}
