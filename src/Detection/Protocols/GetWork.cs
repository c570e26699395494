namespace MinerFlow.Detection.Protocols;

/// <summary>
/// getwork over HTTP (Bitcoin wiki "Getwork"): <c>{"method":"getwork","params":[]}</c> asks, with one parameter of 256 hexadecimal digits it hands in.
/// The answer is <c>{"data":256 hex,"target":64 hex, little endian}</c>, or true or false for what was handed in, the reason in <c>X-Reject-Reason</c>.
/// </summary>
internal sealed class GetWork : IHttpDialect
{
    private const int HeaderDigits = 256;

    /// <summary>Where the hash of the previous block stands in the header, in digits: it names the job.</summary>
    private const int PreviousHash = 8;

    private const int HashDigits = 64;

    public string Name => "getwork";

    /// <summary>A request with mining extensions is certain before its body. An answer that names its Stratum server is a server's of work; others poll long too.</summary>
    public Recognition RecogniseHead(in HttpHead head, HttpSigns signs) => signs switch
    {
        _ when signs.Has(HttpSigns.MiningExtensions) => Recognition.Certain,
        _ when signs.Has(HttpSigns.WorkServer) => head["x-stratum"u8].IsEmpty && head["x-roll-ntime"u8].IsEmpty ? Recognition.Possible : Recognition.Likely,
        _ => Recognition.None,
    };

    public void ReadHead(in HttpHead head, MiningSession session) =>
        session.Saw(head.IsResponse ? "answer of a server of work" : "X-Mining header fields of a miner");

    public HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition)
    {
        recognition = Recognition.None;
        if (!request.Method.SequenceEqual("getwork"u8))
        {
            return HttpCall.None;
        }

        var isSubmission = request.Params[0].IsHexAtLeast(HeaderDigits);

        // Queues of other trades hand out work by the same name: without a miner's header fields the answer decides.
        recognition = isSubmission || signs != HttpSigns.None ? Recognition.Certain : Recognition.Possible;
        return isSubmission ? HttpCall.Submission : HttpCall.Work;
    }

    public Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs) =>
        answer.Result["data"u8].IsHex(HeaderDigits) && answer.Result["target"u8].IsHex(HashDigits) ? Recognition.Certain : Recognition.None;

    public void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session)
    {
        if (call == HttpCall.Submission && request.Params[0].TryGetHex(out var header))
        {
            session.Saw("getwork hands in a block header");
            session.ShareSubmitted(request.Id.Raw, header.Slice(PreviousHash, HashDigits), session.Moment);
        }
        else
        {
            session.Saw("getwork asks for work");
        }
    }

    public void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session)
    {
        if (call == HttpCall.Submission)
        {
            var refusal = signs.Has(HttpSigns.LateShare) ? ShareOutcome.Stale : ShareRefusal.OutcomeOf(in answer);
            session.ShareAnswered(answer.Id.Raw, answer.Result.Kind == JsonKind.True ? ShareOutcome.Accepted : refusal, session.Moment);
            return;
        }

        if (answer.Result["data"u8].TryGetHex(out var header) && header.Length >= PreviousHash + HashDigits && ShareTarget.TryReadLittleEndianWork(answer.Result["target"u8], out var work))
        {
            session.AddJob(header.Slice(PreviousHash, HashDigits), work / MiningSession.HashesOfDifficultyOne, work);
            session.Accepted();
            session.Saw("a block header to work on");
        }
        else if (answer.HasError)
        {
            session.Rejected();
            session.Saw("the server refuses to give work");
        }
    }
}
