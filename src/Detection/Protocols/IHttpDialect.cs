namespace MinerFlow.Detection.Protocols;

/// <summary>What header fields say about who speaks HTTP here.</summary>
[Flags]
internal enum HttpSigns : byte
{
    None = 0,

    /// <summary><c>X-Mining-Extensions</c> or <c>X-Mining-Hashrate</c>: only miners send them, while other trades have fields that begin alike.</summary>
    MiningExtensions = 1,

    /// <summary>The user agent is mining software.</summary>
    MinerAgent = 2,

    /// <summary><c>X-Long-Polling</c>, <c>X-Stratum</c> or <c>X-Roll-NTime</c>: only servers of work send it.</summary>
    WorkServer = 4,

    /// <summary><c>X-Reject-Reason</c> says that the share came too late.</summary>
    LateShare = 8,

    /// <summary>The target of the request names a wallet of Ethereum's form.</summary>
    Wallet = 16,
}

internal static class HttpSignsExtensions
{
    public static bool Has(this HttpSigns signs, HttpSigns sign) => (signs & sign) == sign;
}

/// <summary>What one request asks for; the answer to it is read accordingly.</summary>
internal enum HttpCall : byte
{
    /// <summary>Nothing of mining.</summary>
    None,

    /// <summary>Work or a template.</summary>
    Work,

    /// <summary>A finished share or block.</summary>
    Submission,

    /// <summary>Something else that belongs to mining, such as a hash rate.</summary>
    Notice,
}

/// <summary>A way to mine over HTTP: JSON-RPC requests of the miner and answers of the server.</summary>
internal interface IHttpDialect : IMiningProtocol
{
    /// <summary>Judges the head of a request or of an answer, before its body.</summary>
    Recognition RecogniseHead(in HttpHead head, HttpSigns signs);

    /// <summary>Copies what a head says that was recognised.</summary>
    void ReadHead(in HttpHead head, MiningSession session);

    /// <summary>Judges one request by its body.</summary>
    HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition);

    /// <summary>Judges an answer whose request was not seen.</summary>
    Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs);

    void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session);

    void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session);
}
