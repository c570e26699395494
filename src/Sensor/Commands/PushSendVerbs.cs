using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The verbs of <c>minerflow push</c> that speak with recipients.</summary>
internal sealed class PushSendVerbs(DeskTexts desk, PushTexts texts)
{
    private static readonly string[] SentColumns = ["package", "destination", "sequence", "outcome", "detail"];
    private static readonly string[] ReceiptColumns = ["destination", "package", "accepted", "text", "received_at", "source", "id"];

    /// <summary>New packages are looked for at least this often while something waits for its time.</summary>
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(10);

    public IReadOnlyList<DeskVerb> All => [Send(), Receipts()];

    private DeskVerb Send() => new("send", texts.Send, "", desk, command =>
    {
        var (to, once) = (command.Valued("--to", "NAME", texts.OnlyTo), command.Flag("--once", texts.Once));
        var folder = command.Valued("--destinations", "DIR", texts.Destinations);
        return call =>
        {
            var (name, isOnce, path) = (call.Reader.One(to), call.Reader.Flag(once), call.Reader.One(folder) ?? PushTestCommand.DefaultFolder);
            return (open, output) => Use(path, name, call, destinations =>
            {
                var rows = new List<object?[]>();
                var isDone = DrainAll(open, destinations, output, rows, isOnce, call.Cancellation).GetAwaiter().GetResult();
                output.Write(DeskColumn.Of(SentColumns, texts.SentColumns), rows, desk.Word);
                return isDone ? ExitCode.Done : ExitCode.NeedsPerson;
            });
        };
    });

    private DeskVerb Receipts() => new("receipts", texts.Receipts, "", desk, command =>
    {
        var (to, all) = (command.Valued("--to", "NAME", texts.OnlyTo), command.Flag("--all", texts.AllReceipts));
        var folder = command.Valued("--destinations", "DIR", texts.Destinations);
        return call =>
        {
            var (name, isAll, path) = (call.Reader.One(to), call.Reader.Flag(all), call.Reader.One(folder) ?? PushTestCommand.DefaultFolder);
            return (open, output) => Use(path, name, call, destinations =>
            {
                var (added, isWhole) = (new List<RecipientReceipt>(), true);
                foreach (var destination in destinations)
                {
                    try
                    {
                        added.AddRange(Sender(open, destination).PickUp(call.Cancellation).GetAwaiter().GetResult());
                    }
                    catch (ChannelException problem)
                    {
                        isWhole = false;
                        output.Note(texts.NoReceipts, destination.Name, problem.Message);
                    }
                }

                var shown = isAll ? new DeliveryDesk(open).Receipts().Where(receipt => name is null || receipt.Destination == name) : added;
                output.Write(
                    DeskColumn.Of(ReceiptColumns, texts.ReceiptColumns),
                    shown.Select(receipt => new object?[] { receipt.Destination, receipt.Delivery, receipt.IsAccepted, receipt.Text, receipt.ReceivedAt, receipt.Source, receipt.Package }),
                    desk.Word);
                return isWhole && added.TrueForAll(receipt => receipt is { IsAccepted: true, Delivery: not null }) ? ExitCode.Done : ExitCode.NeedsPerson;
            });
        };
    });

    /// <returns>Everything has gone.</returns>
    private async Task<bool> DrainAll(LedgerDesk open, IReadOnlyList<Destination> destinations, DeskOutput output, List<object?[]> rows, bool isOnce, CancellationToken cancellation)
    {
        var senders = destinations.Select(destination => Sender(open, destination, Told)).ToList();
        try
        {
            while (true)
            {
                var isDone = true;
                DateTimeOffset? next = null;
                foreach (var (destination, sender) in destinations.Zip(senders))
                {
                    var result = await sender.Drain(cancellation).ConfigureAwait(false);
                    isDone &= result is { ComeBackAt: null, Blocking: null, IsHeld: false, Stopped: 0 };
                    next = next is null || result.ComeBackAt < next ? result.ComeBackAt ?? next : next;
                    if (result.Blocking is { } blocking)
                    {
                        output.Note(texts.Blocked, destination.Name, blocking.Number, blocking.Problem ?? "");
                    }

                    if (result.Stopped > 0)
                    {
                        output.Note(texts.Stopped, destination.Name, result.Stopped);
                    }
                }

                if (isOnce || next is not { } moment)
                {
                    return isDone;
                }

                var wait = moment - open.Time.GetUtcNow();
                await Task.Delay(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestNap ? wait : LongestNap, open.Time, cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            senders.ForEach(sender => sender.Leave());
        }

        void Told(Delivery delivery, DeliveryOutcome outcome)
        {
            rows.Add([delivery.Number, delivery.Destination, delivery.Sequence, outcome.Kind, outcome.Detail]);
            if (outcome.Kind != DeliveryOutcomeKind.Delivered)
            {
                output.Note(texts.NotDelivered, delivery.Number, delivery.Destination, outcome.Detail);
            }
        }
    }

    private static PackageSender Sender(LedgerDesk open, Destination destination, Action<Delivery, DeliveryOutcome>? told = null) =>
        new(open, destination, SenderName.OfThisProcess, SenderName.IsGone) { Told = told };

    private int Use(string folder, string? only, DeskCall call, Func<IReadOnlyList<Destination>, int> work)
    {
        if (PushCommand.Load(folder, only, call.Terminal, texts) is not { } destinations)
        {
            return ExitCode.Usage;
        }

        try
        {
            return work(destinations);
        }
        finally
        {
            Destination.Close(destinations);
        }
    }
}
