namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>
/// A drop on the recipient's SFTP server, laid out by <see cref="DropLayout"/>. Keys: <c>host</c>, <c>port</c>, <c>user</c>, <c>host-key</c>, <c>key</c> with
/// <c>passphrase</c> or <c>password</c>, <c>folder</c>, <c>receipts</c>, <c>connect-timeout-seconds</c>, <c>timeout-seconds</c>.
/// </summary>
public sealed class SftpChannel : IDeliveryChannel
{
    private readonly SftpSettings _settings;
    private readonly ISftpConnector _connector;

    internal SftpChannel(SftpSettings settings, ISftpConnector connector)
    {
        _settings = settings;
        _connector = connector;
    }

    /// <returns>Null when the settings are not sound; they have the problems.</returns>
    public static IDeliveryChannel? Create(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!LibsshCalls.IsPresent)
        {
            settings.Report("channel", "SFTP needs libssh2.so.1, and there is none here, or one that cannot be loaded: install the package libssh2-1 (Debian) or libssh2 (RHEL, openEuler).");
        }

        return SftpSettings.From(settings) is { } sound ? new SftpChannel(sound, new LibsshHandshake()) : null;
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
            return await Within(drop => drop.Lay(package), [], cancellation);
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
            await Within(
                drop =>
                {
                    var write = drop.TryToWrite();
                    steps.Add(write);
                    if (write.Succeeded)
                    {
                        steps.Add(drop.LookForReceipts());
                    }

                    return write.Succeeded;
                },
                steps,
                cancellation);
        }
        catch (DeliveryStepException failure)
        {
            steps.Add(new ChannelStep(failure.Step, false, failure.Message));
        }

        return steps;
    }

    public async Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation)
    {
        try
        {
            return _settings.Receipts is null ? [] : await Within(drop => drop.Receipts(), [], cancellation);
        }
        catch (DeliveryStepException failure)
        {
            throw new ChannelException(failure.Message, failure);
        }
    }

    public async Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        if (_settings.Receipts is null || receipts.Count == 0)
        {
            return;
        }

        try
        {
            await Within(
                drop =>
                {
                    drop.Keep(receipts);
                    return true;
                },
                [],
                cancellation);
        }
        catch (DeliveryStepException failure)
        {
            throw new ChannelException(failure.Message, failure);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Does something within a session, on a thread of its own: libssh2 waits.</summary>
    private Task<T> Within<T>(Func<SftpDrop, T> action, ICollection<ChannelStep> steps, CancellationToken cancellation) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                using var session = _connector.Connect(_settings, steps, cancellation);
                return action(new SftpDrop(session, _settings));
            }
            catch (DeliveryStepException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
        },
        cancellation,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
