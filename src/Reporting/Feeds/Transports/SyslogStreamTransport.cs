using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>
/// Syslog over TCP with octet counting (RFC 6587 section 3.4.1), or over TLS (RFC 5425, which frames the same way). The receiver acknowledges nothing: what it had not read
/// when it went away is lost, as section 3 of RFC 6587 says of the protocol.
/// </summary>
/// <param name="host">Name or address of the receiver.</param>
/// <param name="port">Its port.</param>
/// <param name="tls">Null for no TLS.</param>
/// <param name="patience">How long the far side may take to accept a connection, or a batch.</param>
public sealed class SyslogStreamTransport(string host, int port, TlsPeerOptions? tls, TimeSpan patience) : IFeedTransport
{
    /// <summary>
    /// In TLS 1.3 the far side judges our certificate when the handshake is over here (RFC 8446 section 2): what it has against it comes within this time, and
    /// before the first message, which would be lost.
    /// </summary>
    private static readonly TimeSpan TimeToObject = TimeSpan.FromMilliseconds(500);

    private Socket? _socket;
    private Stream? _stream;

    /// <summary>Ends when the far side ends: it has nothing else to say.</summary>
    private Task _farEnd = Task.CompletedTask;

    public string Target => $"{(tls is null ? "tcp" : "tls")}://{host}:{port}";

    public async Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        if (await Open(limit.Token, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var done = 0;
        try
        {
            for (; done < messages.Count; done++)
            {
                var message = messages[done].Bytes;
                byte[] frame = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{message.Length} ")), .. message.Span];
                await _stream!.WriteAsync(frame, limit.Token).ConfigureAwait(false);
            }

            await _stream!.FlushAsync(limit.Token).ConfigureAwait(false);
            return new FeedOutcome(done);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            Close();
            return FeedOutcome.Stopped(done, FeedProblem.Write, problem.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Close();
            return FeedOutcome.Stopped(done, FeedProblem.Write, Late());
        }
    }

    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        var refusal = await Open(limit.Token, cancellation).ConfigureAwait(false);
        Close();
        var name = tls is null || refusal is { Problem: FeedProblem.Connect } ? "connect" : "tls";
        return [new ChannelStep(name, refusal is null, refusal?.Detail ?? Target)];
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    /// <returns>Null once there is a connection; else why there is none.</returns>
    private async Task<FeedOutcome?> Open(CancellationToken limit, CancellationToken cancellation)
    {
        // Without this look the first messages behind the end of a connection would be lost. What can be read is the end, or what TLS says beside it.
        if (_socket?.Poll(0, SelectMode.SelectRead) == true)
        {
            await Task.WhenAny(_farEnd, Task.Delay(TimeToObject, limit)).ConfigureAwait(false);
        }

        if (_farEnd.IsCompleted)
        {
            Close();
        }

        if (_stream is not null)
        {
            return null;
        }

        var peer = tls is null ? null : new TlsPeer(tls);
        try
        {
            _socket = await TcpPeer.Connect(host, port, SocketType.Stream, limit).ConfigureAwait(false);
            var stream = new NetworkStream(_socket, ownsSocket: true);
            _stream = peer is null ? stream : await Protect(stream, peer, limit).ConfigureAwait(false);
            _farEnd = ReadToEnd(_stream);
            return _stream is SslStream { SslProtocol: SslProtocols.Tls13 } ? await Objection(limit).ConfigureAwait(false) : null;
        }
        catch (SocketException problem)
        {
            Close();
            return FeedOutcome.Stopped(0, FeedProblem.Connect, problem.Message);
        }
        catch (Exception problem) when (problem is AuthenticationException or IOException)
        {
            Close();
            return FeedOutcome.Stopped(0, FeedProblem.Tls, peer?.Refusal is { Length: > 0 } refusal ? refusal : problem.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Close();
            return FeedOutcome.Stopped(0, FeedProblem.Connect, Late());
        }
    }

    private async Task<FeedOutcome?> Objection(CancellationToken limit)
    {
        await Task.WhenAny(_farEnd, Task.Delay(TimeToObject, limit)).ConfigureAwait(false);
        if (!_farEnd.IsCompleted)
        {
            return null;
        }

        var detail = _farEnd.Exception?.GetBaseException().Message ?? "the far side ended the connection behind the handshake";
        Close();
        return FeedOutcome.Stopped(0, FeedProblem.Tls, detail);
    }

    private static async Task ReadToEnd(Stream stream)
    {
        var nothing = new byte[256];
        while (await stream.ReadAsync(nothing).ConfigureAwait(false) > 0)
        {
        }
    }

    private static async Task<Stream> Protect(Stream stream, TlsPeer peer, CancellationToken limit)
    {
        var protectedStream = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await protectedStream.AuthenticateAsClientAsync(peer.Settings(), limit).ConfigureAwait(false);
            return protectedStream;
        }
        catch
        {
            await protectedStream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private string Late() => string.Create(CultureInfo.InvariantCulture, $"the far side took longer than {patience.TotalSeconds:0} s");

    private void Close()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        (_stream, _socket) = (null, null);
        _ = _farEnd.ContinueWith(end => end.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _farEnd = Task.CompletedTask;
    }
}
