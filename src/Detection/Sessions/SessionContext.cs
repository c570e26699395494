using MinerFlow.Detection.Rules;

namespace MinerFlow.Detection.Protocols;

/// <summary>What all sessions of one worker share. Used on that worker's thread only.</summary>
internal sealed class SessionContext
{
    /// <summary>Longest message that spans segments of a stream. 65,536: the bound on a line of protocols.md section 2.</summary>
    public const int LongestMessage = 65_536;

    private byte[] _scratch = [];

    public SessionContext(RuleSet rules, ProtocolCatalog catalog, DetectionOptions options)
    {
        Rules = rules;
        Options = options;
        Identities = new IdentityKey(options.IdentityKey);
        Dialects = [.. catalog.Dialects.Where(rules.IsEnabled)];
        Table = new DialectTable(Dialects);
        Streams = [.. catalog.Streams.Where(rules.IsEnabled)];
        Datagrams = [.. catalog.Datagrams.Where(rules.IsEnabled)];
        HttpDialects = [.. catalog.All.OfType<IHttpDialect>().Where(rules.IsEnabled)];
    }

    public RuleSet Rules { get; }

    public DetectionOptions Options { get; }

    public IdentityKey Identities { get; }

    public SessionTexts Texts { get; } = new();

    public IJsonDialect[] Dialects { get; }

    /// <summary>Which of the <see cref="Dialects"/> to ask about a message.</summary>
    public DialectTable Table { get; }

    public IStreamProtocol[] Streams { get; }

    public IDatagramProtocol[] Datagrams { get; }

    public IHttpDialect[] HttpDialects { get; }

    /// <summary>For the message that is being read.</summary>
    public JsonWalk Walk { get; } = new();

    public EarlyAnswers EarlyAnswers { get; } = new();

    /// <summary>For bytes that lie in more than one segment; overwritten by the next use.</summary>
    public byte[] Scratch => _scratch.Length > 0 ? _scratch : _scratch = new byte[LongestMessage];

    public double ConfidenceOf(IMiningProtocol? protocol, Recognition recognition) =>
        protocol is null ? 0 : Rules.ConfidenceOf(protocol.Name, recognition);

    /// <summary>True when some dialect knows the message.</summary>
    public bool IsKnown(in JsonMessage message)
    {
        foreach (var i in Table.For(in message))
        {
            if (Dialects[i].Recognise(in message).Recognition != Recognition.None)
            {
                return true;
            }
        }

        return false;
    }
}
