using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Sensor.Hosting;

/// <summary>The interval store of the service and the logs that are read into it.</summary>
internal sealed class SubscriberLogs : IDisposable
{
    private SubscriberLogs(IntervalStore store, LiveLogs logs) => (Store, Logs) = (store, logs);

    public IntervalStore Store { get; }

    public LiveLogs Logs { get; }

    /// <summary>False while the store cannot be written: what comes waits within bounds, and what finds no room is counted.</summary>
    public bool IsUp => Logs.IsUp;

    /// <summary>Opens the store and begins to listen and to follow; null when no store is named.</summary>
    /// <exception cref="IntervalStoreException">The store is damaged, in use, or its keys are not there.</exception>
    /// <exception cref="IOException">A folder cannot be made, or a port cannot be listened to.</exception>
    public static SubscriberLogs? Start(ServiceSettings settings, ServiceSurroundings surroundings)
    {
        if (settings.Store is null || settings.LiveLogs is null)
        {
            return null;
        }

        var (log, texts) = (surroundings.Log, surroundings.Texts);
        var store = IntervalStore.Open(settings.Store);
        try
        {
            var logs = LiveLogs.Start(settings.LiveLogs, store, new List<Problem>(), surroundings.Time, Tell);
            log.Say(texts.SubscribersRead, logs.States().Count, settings.Store.Folder);
            return new SubscriberLogs(store, logs);
        }
        catch (SocketException problem)
        {
            store.Dispose();
            throw new IOException(problem.Message, problem);
        }
        catch
        {
            store.Dispose();
            throw;
        }

        void Tell(Exception? failure)
        {
            if (failure is null)
            {
                log.Say(texts.SubscribersBack);
            }
            else
            {
                log.Fail(texts.SubscribersFail, failure.Message);
            }
        }
    }

    public void Dispose()
    {
        Logs.Dispose();
        Store.Dispose();
    }
}
