using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Push;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Sends what waits in the ledger's outbox, each destination by a loop of its own, so that one far side that is away holds up no other. The ledger is opened for each
/// round: one that is away, or was put in another's place, is nothing special.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private readonly ServiceSettings _settings;
    private readonly IReadOnlyList<Destination> _destinations;
    private readonly string _keys;
    private readonly Terminal _terminal;
    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly CancellationTokenSource _stop = new();
    private List<Task> _loops = [];
    private IReadOnlyList<DeliveryFigures> _figures = [];

    private Outbox(ServiceSettings settings, IReadOnlyList<Destination> destinations, string keys, Terminal terminal, ServiceLog log, ServiceTexts texts)
    {
        _settings = settings;
        _destinations = destinations;
        _keys = keys;
        _terminal = terminal;
        _log = log;
        _texts = texts;
    }

    /// <summary>How the destinations stood after the last round.</summary>
    public IReadOnlyList<DeliveryFigures> Figures => Volatile.Read(ref _figures);

    /// <summary>The outbox of the settings; null when none is configured, or when something is wrong, which <paramref name="problems"/> say.</summary>
    public static Outbox? Load(ServiceSettings settings, Terminal terminal, ServiceLog log, ServiceTexts texts, List<string> problems)
    {
        var push = settings.Push;
        if (push.Destinations.Length == 0)
        {
            return null;
        }

        var before = problems.Count;
        var found = new List<Problem>();
        var destinations = Destination.LoadAll(push.Destinations, found);
        var keys = push.Keys.Length > 0 ? push.Keys : settings.Ledger.File + ".keys";
        if (push.Keys.Length == 0 && !LedgerPlace.IsFileName(settings.Ledger.File))
        {
            problems.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, texts.PushNoKeys, $"{PushOptions.Section}:{nameof(PushOptions.Keys)}", ""));
        }

        if (Sender(push.Actors, terminal.User, found) is null && found.Count == 0)
        {
            problems.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, texts.PushNobody, terminal.User, push.Actors));
        }

        problems.AddRange(found.Select(texts.Problems.Of));
        if (problems.Count == before)
        {
            return new Outbox(settings, destinations, keys, terminal, log, texts);
        }

        Destination.Close(destinations);
        return null;
    }

    public void Start() => _loops = [.. _destinations.Select(destination => Task.Run(() => Loop(destination)))];

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll([.. _loops], TimeSpan.FromSeconds(_settings.Sensor.StopSeconds));
        Destination.Close(_destinations);
        _stop.Dispose();
    }

    /// <summary>Whom the table names for the user; null when nobody who sends.</summary>
    private static Actor? Sender(string actors, string user, List<Problem> problems) =>
        ActorTable.Load(actors, problems).OfUser(user) is { } actor && actor.Duties.Contains(Duty.Sender) ? actor : null;

    private async Task Loop(Destination destination)
    {
        var round = new Round(this, destination);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await Task.Delay(await round.Run().ConfigureAwait(false), _terminal.Time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops; what was under way is sent again, under the same identity.
        }
    }

    /// <summary>What one loop remembers from round to round.</summary>
    private sealed class Round(Outbox outbox, Destination destination)
    {
        private readonly TimeSpan _poll = TimeSpan.FromSeconds(outbox._settings.Push.PollSeconds);
        private DateTimeOffset _receiptsAt = DateTimeOffset.MinValue;
        private string _told = "";
        private DeliveryOutcomeKind? _failing;

        /// <returns>How long to rest.</returns>
        public async Task<TimeSpan> Run()
        {
            // Keys are made with the first list that is taken in: before that nothing can wait here.
            if (!Directory.Exists(outbox._keys))
            {
                return _poll;
            }

            try
            {
                using var database = LedgerDatabase.Open(LedgerPlace.Parse(outbox._settings.Ledger.File), LedgerAccess.Write);
                using var vault = LedgerDesk.OpenVault(database, outbox._keys);
                if (Sender(outbox._settings.Push.Actors, outbox._terminal.User, []) is not { } actor)
                {
                    Tell(outbox._texts.PushNobody, outbox._terminal.User, outbox._settings.Push.Actors);
                    return _poll;
                }

                return await Run(new LedgerDesk(database, vault, actor, outbox._terminal.Time)).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // Whatever it is, it must not end the loop: nobody would send any more.
                var isKnown = problem is LedgerException or RefusedException or ChannelException or IOException or UnauthorizedAccessException;
                Tell(outbox._texts.PushProblem, destination.Name, isKnown ? problem.Message : problem);
                return _poll;
            }
        }

        private async Task<TimeSpan> Run(LedgerDesk desk)
        {
            var sender = new PackageSender(desk, destination, SenderName.OfThisProcess, SenderName.IsGone) { Told = Told };
            try
            {
                var result = await sender.Drain(outbox._stop.Token).ConfigureAwait(false);
                await PickUp(sender, desk.Time.GetUtcNow()).ConfigureAwait(false);
                Volatile.Write(ref outbox._figures, new DeliveryDesk(desk).Figures());
                if (result.Stopped > 0)
                {
                    outbox._log.Warn(outbox._texts.PushStopped, destination.Name, result.Stopped);
                }

                if (result.Blocking is { } blocking)
                {
                    Tell(outbox._texts.PushBlocked, destination.Name, blocking.Number, blocking.Problem);
                }
                else
                {
                    _told = "";
                }

                var wait = result.ComeBackAt - desk.Time.GetUtcNow() ?? _poll;
                return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < _poll ? wait : _poll;
            }
            finally
            {
                sender.Leave();
            }
        }

        private async Task PickUp(PackageSender sender, DateTimeOffset now)
        {
            if (now < _receiptsAt)
            {
                return;
            }

            _receiptsAt = now + TimeSpan.FromSeconds(outbox._settings.Push.ReceiptSeconds);
            foreach (var receipt in await sender.PickUp(outbox._stop.Token).ConfigureAwait(false))
            {
                if (receipt.Delivery is null)
                {
                    outbox._log.Warn(outbox._texts.PushUnknownReceipt, destination.Name, receipt.Package);
                }
                else if (!receipt.IsAccepted)
                {
                    outbox._log.Warn(outbox._texts.PushReceipt, destination.Name, receipt.Package, receipt.Text);
                }
            }
        }

        /// <summary>The first attempt that fails in one way is told, and the first that succeeds again.</summary>
        private void Told(Delivery delivery, DeliveryOutcome outcome)
        {
            if (outcome.Kind == DeliveryOutcomeKind.Delivered)
            {
                if (_failing is not null)
                {
                    outbox._log.Say(outbox._texts.PushWorks, destination.Name);
                }

                _failing = null;
            }
            else if (outcome.Kind is DeliveryOutcomeKind.TryLater or DeliveryOutcomeKind.HungUp && outcome.Kind != _failing)
            {
                outbox._log.Warn(outbox._texts.PushFails, destination.Name, delivery.Number, outcome.Detail);
                _failing = outcome.Kind;
            }
        }

        /// <summary>Says it once, until it is over.</summary>
        private void Tell(string text, params object?[] values)
        {
            var message = string.Format(System.Globalization.CultureInfo.InvariantCulture, text, values);
            if (message != _told)
            {
                outbox._log.Fail("{0}", message);
                _told = message;
            }
        }
    }
}
