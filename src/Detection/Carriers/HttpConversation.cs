using System.Buffers;
using System.Buffers.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>Joins the requests and answers of one HTTP connection and lets the dialects of mining over HTTP read them.</summary>
internal sealed class HttpConversation(MiningSession session)
{
    /// <summary>Requests on the way at a time; miners pipeline one or two, and a long poll waits beside them on its own connection.</summary>
    private const int CallsKept = 16;

    /// <summary>Bodies and heads without a word of mining after which the connection is something else.</summary>
    private const int Patience = 3;

    /// <summary>Mining programs that do not have the word "miner" in their name.</summary>
    private static readonly SearchValues<string> MinerNames = SearchValues.Create(
        ["xmrig", "xmr-stak", "poclbm", "phatk", "bfgm", "nheqm", "t-rex/", "srbm", "minerd", "minergate"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Newspapers, statistics and grammar.</summary>
    private static readonly string[] OtherMiners = ["examiner", "dataminer", "rapidminer", "textminer", "determiner"];

    private static ReadOnlySpan<byte> White => " \t\r\n"u8;

    private readonly IHttpDialect[] _dialects = session.Context.HttpDialects;
    private readonly Call[] _calls = new Call[CallsKept];
    private uint _asked;
    private uint _answered;
    private FlowSide? _client;
    private HttpSigns _requestSigns;
    private HttpSigns _answerSigns;
    private Call _current;
    private int _strange;

    /// <summary>Nothing so far spoke of mining, and there was enough.</summary>
    public bool IsHopeless => _strange >= Patience;

    /// <summary>The next answer belongs to a CONNECT.</summary>
    public bool IsConnectNext => _answered < _asked && _calls[_answered % CallsKept].IsConnect;

    public bool IsServer(FlowSide sender) => _client is { } client && client != sender;

    public static bool IsMinerAgent(ReadOnlySpan<byte> agent)
    {
        Span<char> text = stackalloc char[64];
        var length = Math.Min(agent.Length, text.Length);
        System.Text.Ascii.ToUtf16(agent[..length], text, out var written);
        return text[..written].ContainsAny(MinerNames) || NamesMiner(text[..written]);
    }

    /// <summary>Names end in "miner" (cgminer, lolMiner 1.88, "some miner/2"): Minerva and minerals do not.</summary>
    private static bool NamesMiner(ReadOnlySpan<char> agent)
    {
        const string Word = "miner";
        for (; agent.IndexOf(Word, StringComparison.OrdinalIgnoreCase) is >= 0 and var start; agent = agent[(start + Word.Length)..])
        {
            var end = start + Word.Length;
            var name = agent[..end];
            if ((end == agent.Length || !char.IsAsciiLetter(agent[end])) && !EndsInOther(name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsInOther(ReadOnlySpan<char> name)
    {
        foreach (var other in OtherMiners)
        {
            if (name.EndsWith(other, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public void OnHead(FlowSide sender, in HttpHead head)
    {
        _client ??= head.IsResponse ? sender.Opposite() : sender;
        if (head.IsResponse)
        {
            OnAnswerHead(in head);
        }
        else
        {
            OnRequestHead(in head);
        }
    }

    /// <summary>
    /// A body, whole or cut: one JSON object, or an array of them (JSON-RPC 2.0 section 6). Objects one after the other are somebody's log.
    /// </summary>
    public void OnBody(FlowSide sender, ReadOnlySpan<byte> body, bool isAnswer)
    {
        var known = false;
        body = body.TrimStart(White);
        var isBatch = body is [(byte)'[', ..];
        body = isBatch || body is [(byte)'{', ..] ? body : default;
        while (body.IndexOf((byte)'{') is >= 0 and var start)
        {
            body = body[start..];
            var status = JsonMessage.TryRead(body, session.Context.Walk, out var message, out var used);
            var rest = body[(status == OperationStatus.Done ? used : body.Length)..].TrimStart(White);
            if (status == OperationStatus.InvalidData || !(isBatch || rest.IsEmpty))
            {
                break;
            }

            known |= isAnswer ? OnAnswer(in message, sender) : OnRequest(in message, sender);
            body = rest;
        }

        CountStrange(known);
        if (!known && !isAnswer && _asked > 0)
        {
            _calls[(_asked - 1) % CallsKept].IsOther = true;
        }
    }

    /// <summary>JSON lines where an answer should be: the server speaks Stratum and found the request wanting.</summary>
    public void OnBareJson(in JsonMessage message, FlowSide sender)
    {
        if (message.HasError)
        {
            session.Rejected();
            session.Heard(Speaker.Pool);
            session.Saw("JSON lines with errors in answer to an HTTP request, as a Stratum server gives");
        }
        else
        {
            session.Json.Read(in message, sender);
        }
    }

    private void OnRequestHead(in HttpHead head)
    {
        _requestSigns |= SignsOfRequest(in head);
        _calls[_asked++ % CallsKept] = new Call { IsConnect = head.Method.SequenceEqual("CONNECT"u8) };
        if (_calls[(_asked - 1) % CallsKept].IsConnect)
        {
            SetHost(head.Target);
            return;
        }

        SetHost(head["host"u8]);
        SetRequester(in head);
        var known = false;
        foreach (var dialect in _dialects)
        {
            var recognition = dialect.RecogniseHead(in head, _requestSigns);
            if (recognition != Recognition.None)
            {
                known = true;
                Take(dialect, recognition, Speaker.Miner);
                dialect.ReadHead(in head, session);
            }
        }

        var isFetch = head.Method.SequenceEqual("GET"u8) && !head.IsWebSocketUpgrade;
        CountStrange(known || !isFetch);

        // Whoever fetches a document may fetch one about mining. Long polls have a miner's fields or a login, or come after work.
        _calls[(_asked - 1) % CallsKept].IsOther = isFetch && !known && _requestSigns == HttpSigns.None && head["authorization"u8].IsEmpty && !session.IsReported;
    }

    private void CountStrange(bool isKnown)
    {
        _strange += isKnown ? 0 : 1;

        // What this reader does not take any more is read as lines, wherever a packet begins with one: a body of another trade too.
        session.BeganOtherwise |= IsHopeless && !session.IsReported;
    }

    private void OnAnswerHead(in HttpHead head)
    {
        if (head.Status < 200 && head.Status != 101)
        {
            return;
        }

        _current = _answered < _asked ? _calls[_answered++ % CallsKept] : default;
        _answerSigns = SignsOfAnswer(in head);
        if (_answerSigns.Has(HttpSigns.WorkServer))
        {
            session.Saw("header fields of a server of work (X-Long-Polling, X-Stratum, X-Roll-NTime)");
            SetStratumHost(head["x-stratum"u8]);
            foreach (var dialect in _dialects)
            {
                var recognition = session.IsReported ? Recognition.None : dialect.RecogniseHead(in head, _answerSigns);
                if (recognition != Recognition.None)
                {
                    Take(dialect, recognition, Speaker.Pool);
                }
            }
        }

        if (head.Status >= 400 && session.IsReported)
        {
            session.Rejected();
            session.Heard(Speaker.Pool);
            session.Saw("an HTTP error in answer to the request for work");
        }
    }

    private bool OnRequest(in JsonMessage message, FlowSide sender)
    {
        if (_client != sender)
        {
            return false;
        }

        if (session.Protocol is IHttpDialect former && TryRead(former, in message))
        {
            return true;
        }

        foreach (var dialect in _dialects)
        {
            if (TryRead(dialect, in message))
            {
                return true;
            }
        }

        return session.Protocol is IHttpDialect || session.Json.Read(in message, sender) != Recognition.None;
    }

    private bool TryRead(IHttpDialect dialect, in JsonMessage request)
    {
        var kind = dialect.Recognise(in request, _requestSigns, out var recognition);
        if (kind == HttpCall.None)
        {
            return false;
        }

        Take(dialect, recognition, Speaker.Miner);
        _calls[(_asked - 1) % CallsKept] = new Call(kind, dialect, IsConnect: false);
        dialect.ReadRequest(in request, kind, _requestSigns, session);
        return true;
    }

    private bool OnAnswer(in JsonMessage message, FlowSide sender)
    {
        if (_current.Dialect is { } asked)
        {
            session.Heard(Speaker.Pool);
            session.Recognised(asked.RecogniseAnswer(in message, _answerSigns));
            asked.ReadAnswer(in message, _current.Kind, _answerSigns, session);
            return true;
        }

        if (_current.IsOther)
        {
            return false;
        }

        foreach (var dialect in _dialects)
        {
            var recognition = dialect.RecogniseAnswer(in message, _answerSigns);
            if (recognition != Recognition.None)
            {
                Take(dialect, recognition, Speaker.Pool);
                dialect.ReadAnswer(in message, HttpCall.Work, _answerSigns, session);
                return true;
            }
        }

        if (session.Protocol is not IHttpDialect former)
        {
            return session.Json.Read(in message, sender) != Recognition.None;
        }

        if (former is GetWork || message.HasError)
        {
            // Without its request, true or false of getwork is the verdict on a share (of eth_submitHashrate it is not), and an error refuses work.
            former.ReadAnswer(in message, message.Result.Kind is JsonKind.True or JsonKind.False ? HttpCall.Submission : HttpCall.Work, _answerSigns, session);
        }

        return true;
    }

    private void Take(IHttpDialect dialect, Recognition recognition, Speaker speaker)
    {
        session.Protocol = dialect;
        session.Orient(_client!.Value);
        session.Heard(speaker);
        session.Recognised(recognition);
    }

    private static HttpSigns SignsOfRequest(in HttpHead head)
    {
        var signs = HttpSigns.None;
        signs |= head.HasFieldStarting("x-mining-extensions:"u8) || head.HasFieldStarting("x-mining-hashrate:"u8) ? HttpSigns.MiningExtensions : HttpSigns.None;
        signs |= IsMinerAgent(head["user-agent"u8]) ? HttpSigns.MinerAgent : HttpSigns.None;
        signs |= EthereumGetWork.TryFindWallet(head.Target, out _, out _) ? HttpSigns.Wallet : HttpSigns.None;
        return signs;
    }

    private static HttpSigns SignsOfAnswer(in HttpHead head)
    {
        var signs = HttpSigns.None;
        signs |= head.HasFieldStarting("x-long-polling:"u8) || head.HasFieldStarting("x-stratum:"u8) || head.HasFieldStarting("x-roll-ntime:"u8) ? HttpSigns.WorkServer : HttpSigns.None;
        signs |= ShareRefusal.OutcomeOf(head["x-reject-reason"u8]) == ShareOutcome.Stale ? HttpSigns.LateShare : HttpSigns.None;
        return signs;
    }

    /// <summary>Agent, stated rate and the user of basic authentication (RFC 7617); the password is never looked at.</summary>
    private void SetRequester(in HttpHead head)
    {
        if (head["user-agent"u8] is { IsEmpty: false } agent)
        {
            session.SetAgent(agent);
        }

        if (Utf8Parser.TryParse(head["x-mining-hashrate"u8], out double rate, out _))
        {
            session.SetStatedHashrate(rate);
        }

        var credentials = head["authorization"u8];
        Span<byte> clear = stackalloc byte[512];
        if (credentials.StartsWith("Basic "u8)
            && credentials.Length < clear.Length
            && Base64.DecodeFromUtf8(credentials[6..], clear, out _, out var length) == OperationStatus.Done
            && clear[..length].IndexOf((byte)':') is > 0 and var colon)
        {
            LoginName.Split(clear[..colon], out var account, out var worker);
            session.SetLogin(account, worker);
        }
    }

    /// <summary>A name, without its port; an address says nothing that the packet does not.</summary>
    private void SetHost(ReadOnlySpan<byte> host)
    {
        var colon = host.LastIndexOf((byte)':');
        var name = colon < 0 ? host : host[..colon];
        if (!name.IsEmpty && name[0] != (byte)'[' && name.ContainsAnyExceptInRange((byte)'.', (byte)'9'))
        {
            session.SetPoolHost(name);
        }
    }

    /// <summary><c>stratum+tcp://host:port</c></summary>
    private void SetStratumHost(ReadOnlySpan<byte> address)
    {
        var scheme = address.IndexOf("://"u8);
        if (scheme > 0)
        {
            SetHost(address[(scheme + 3)..]);
        }
    }

    /// <summary>One request and what it asked for; with <paramref name="IsOther"/> something that is not of mining, whatever its answer looks like.</summary>
    private record struct Call(HttpCall Kind, IHttpDialect? Dialect, bool IsConnect, bool IsOther = false);
}
