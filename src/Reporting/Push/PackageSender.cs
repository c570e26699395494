using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;

namespace MinerFlow.Reporting.Push;

/// <summary>What a sender did until there was nothing more to do.</summary>
public sealed record DrainResult
{
    public int Delivered { get; init; }

    /// <summary>Attempts after which a package did not arrive.</summary>
    public int Failed { get; init; }

    /// <summary>Packages that were found to be allowed no longer.</summary>
    public int Stopped { get; init; }

    /// <summary>When there is something to do again: an attempt, or a window; null when nothing waits.</summary>
    public DateTimeOffset? ComeBackAt { get; init; }

    /// <summary>The package that a person has to answer for before others go.</summary>
    public Delivery? Blocking { get; init; }

    /// <summary>Another sender is at work here.</summary>
    public bool IsHeld { get; init; }
}

/// <summary>Takes packages of one destination out of the outbox, in their order, and writes down what became of each.</summary>
/// <param name="desk">Of this sender alone.</param>
/// <param name="destination">Where to.</param>
/// <param name="holder">Name of this sender; no two are alike.</param>
/// <param name="isGone">Whether a sender of another name is known to have ended.</param>
public sealed class PackageSender(LedgerDesk desk, Destination destination, string holder, Func<string, bool> isGone)
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(1);

    // Three may fail before the hold is over.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    private readonly DeliveryLine _line = new(desk, destination.Name, holder, new DeliveryLimits
    {
        MostAttempts = destination.MostAttempts,
        MostHangUps = destination.MostHangUps,
        Hold = Hold,
        IsGone = isGone,
    });

    private readonly ReceiptBook _receipts = new(desk, destination.Name);

    /// <summary>Called after each attempt.</summary>
    public Action<Delivery, DeliveryOutcome>? Told { get; init; }

    /// <summary>Sends until all has gone, the far side does not take more now, or a person is needed.</summary>
    public async Task<DrainResult> Drain(CancellationToken cancellation)
    {
        _line.Forget(desk.Time.GetUtcNow() - destination.Kept);
        var result = new DrainResult();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!destination.Windows.IsOpenAt(desk.Time.GetUtcNow()))
            {
                return result with { ComeBackAt = destination.Windows.OpenFrom(desk.Time.GetUtcNow()) };
            }

            var turn = _line.Next();
            result = result with { Stopped = result.Stopped + turn.Stopped.Count };
            switch (turn.Kind)
            {
                case DeliveryTurnKind.Send:
                    var outcome = await Send(turn, cancellation).ConfigureAwait(false);
                    Settle(turn.Delivery!, outcome);
                    Told?.Invoke(turn.Delivery!, outcome);
                    result = outcome.Kind == DeliveryOutcomeKind.Delivered ? result with { Delivered = result.Delivered + 1 } : result with { Failed = result.Failed + 1 };
                    break;
                case DeliveryTurnKind.Blocked:
                    return result with { Blocking = turn.Delivery };
                case DeliveryTurnKind.Held:
                    return result with { IsHeld = true, ComeBackAt = turn.At };
                default:
                    return result with { ComeBackAt = turn.At };
            }
        }
    }

    /// <summary>Takes receipts into the ledger.</summary>
    /// <returns>Those that are new.</returns>
    /// <exception cref="ChannelException">They could not be picked up.</exception>
    public async Task<IReadOnlyList<RecipientReceipt>> PickUp(CancellationToken cancellation)
    {
        var receipts = await destination.Channel.Receipts(cancellation).ConfigureAwait(false);
        if (receipts.Count == 0)
        {
            return [];
        }

        var added = _receipts.Record(receipts.Select(Recorded));
        await destination.Channel.Keep(receipts, cancellation).ConfigureAwait(false);
        return added;
    }

    /// <summary>Leaves the destination to other senders.</summary>
    public void Leave() => _line.Leave();

    private static (string Package, string Source, bool IsAccepted, string Text) Recorded(DeliveryReceipt receipt) => (receipt.PackageId, receipt.Source, receipt.Accepted, receipt.Text);

    private async Task<DeliveryOutcome> Send(DeliveryTurn turn, CancellationToken cancellation)
    {
        using var ours = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var ended = new CancellationTokenSource();
        var sending = destination.Channel.Send(PackageOf(turn), ours.Token);
        try
        {
            while (await Task.WhenAny(sending, Task.Delay(Renewal, desk.Time, ended.Token)).ConfigureAwait(false) != sending)
            {
                if (!StillHolds())
                {
                    await ours.CancelAsync().ConfigureAwait(false);
                }
            }

            return await sending.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new DeliveryOutcome(DeliveryOutcomeKind.TryLater, "another sender took over.");
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A ledger that is away is so for all senders: nobody can take over, and what is under way goes on.</summary>
    private bool StillHolds()
    {
        try
        {
            return _line.Renew();
        }
        catch (LedgerException)
        {
            return true;
        }
    }

    private void Settle(Delivery delivery, DeliveryOutcome outcome)
    {
        var next = destination.Windows.OpenFrom(desk.Time.GetUtcNow() + destination.WaitAfter(delivery.Attempts, outcome.RetryAfter));
        switch (outcome.Kind)
        {
            case DeliveryOutcomeKind.Delivered:
                _line.Delivered(delivery, outcome.Detail);
                break;
            case DeliveryOutcomeKind.TryLater:
                _line.TryLater(delivery, outcome.Detail, next);
                break;
            case DeliveryOutcomeKind.HungUp:
                _line.HungUp(delivery, outcome.Detail, next);
                break;
            case DeliveryOutcomeKind.EarlierMissing:
                _line.EarlierMissing(delivery, outcome.Detail, outcome.Missing, next);
                break;
            default:
                _line.Refused(delivery, outcome.Detail);
                break;
        }

        if (outcome.Receipt is { } receipt)
        {
            _receipts.Record([Recorded(receipt)]);
        }
    }

    private static DeliveryPackage PackageOf(DeliveryTurn turn)
    {
        var (delivery, seal) = (turn.Delivery!, turn.Seal!);
        return new DeliveryPackage(
            turn.IsWithdrawal ? delivery.WithdrawalId : delivery.Id,
            delivery.Destination,
            delivery.Recipient,
            delivery.Sequence,
            delivery.MadeAt,
            delivery.IsMasked || turn.IsWithdrawal,
            [.. turn.Documents.Select(document => new DeliveryFile(document.Name, document.Content, document.Sha256, document.Sm3))],
            seal.Manifest,
            seal.Signature);
    }
}
