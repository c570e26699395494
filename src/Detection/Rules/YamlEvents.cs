using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;
using ValueMark = YamlDotNet.Core.Tokens.Value;

namespace MinerFlow.Detection.Rules;

/// <summary>What stands at one place of a YAML document.</summary>
internal enum YamlEvent
{
    Scalar,
    MappingStart,
    MappingEnd,
    SequenceStart,
    SequenceEnd,

    /// <summary>An alias: rule files repeat what they mean.</summary>
    Alias,

    /// <summary>Behind the document.</summary>
    End,
}

/// <summary>
/// The first document of a YAML stream, event by event, out of the tokens of YamlDotNet's scanner (YAML 1.2.2 chapters 7 and 8).
/// Anchors and tags are passed over.
/// </summary>
/// <remarks>YamlDotNet's own parser compiles two regular expressions before it reads its first byte, which costs more than reading all rules.</remarks>
internal sealed partial class YamlEvents(TextReader text)
{
    /// <summary>Rule files nest three deep; more than this is a mistake or worse.</summary>
    private const int DeepestNesting = 64;

    private readonly Scanner _scanner = new(text);
    private readonly State[] _states = new State[DeepestNesting];
    private Token? _token;
    private Mark _end = Mark.Empty;
    private int _depth;

    private enum State : byte
    {
        Document,
        End,
        BlockKey,
        BlockValue,
        BlockItem,
        IndentlessItem,
        FlowFirstItem,
        FlowItem,
        PairKey,
        PairValue,
        PairEnd,
        FlowFirstKey,
        FlowKey,
        FlowValue,
        FlowNoValue,
    }

    public YamlEvent Current { get; private set; }

    /// <summary>Text of a scalar; empty where a value is missing.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Where the current event starts.</summary>
    public Mark Start { get; private set; } = Mark.Empty;

    /// <summary>Goes to the first event of the document; false when the stream holds none.</summary>
    public bool Open()
    {
        while (Token is StreamStart or VersionDirective or TagDirective)
        {
            Skip();
        }

        if (Token is StreamEnd)
        {
            return false;
        }

        if (Token is DocumentStart)
        {
            Skip();
        }

        Advance();
        return true;
    }

    /// <exception cref="YamlException">What follows is not YAML.</exception>
    public void Advance()
    {
        switch (_states[_depth])
        {
            case State.Document:
                ReadNode(State.End, Token is StreamEnd or DocumentEnd or DocumentStart);
                break;
            case State.End:
                Set(YamlEvent.End, Token.Start);
                break;
            case State.BlockKey:
                ReadBlockKey();
                break;
            case State.BlockValue:
                ReadNode(State.BlockKey, !SkipIf<ValueMark>() || Token is Key or ValueMark or BlockEnd, indentless: true);
                break;
            case State.BlockItem:
                ReadBlockItem();
                break;
            case State.IndentlessItem:
                ReadIndentlessItem();
                break;
            case State.FlowFirstItem or State.FlowItem:
                ReadFlowItem(_states[_depth] == State.FlowFirstItem);
                break;
            case State.PairKey:
                ReadNode(State.PairValue, Token is ValueMark or FlowEntry or FlowSequenceEnd);
                break;
            case State.PairValue:
                ReadNode(State.PairEnd, !SkipIf<ValueMark>() || Token is FlowEntry or FlowSequenceEnd);
                break;
            case State.PairEnd:
                _depth--;
                Set(YamlEvent.MappingEnd, Token.Start);
                break;
            case State.FlowFirstKey or State.FlowKey:
                ReadFlowKey(_states[_depth] == State.FlowFirstKey);
                break;
            case State.FlowValue:
                ReadNode(State.FlowKey, !SkipIf<ValueMark>() || Token is FlowEntry or FlowMappingEnd);
                break;
            default:
                ReadNode(State.FlowKey, isMissing: true);
                break;
        }
    }

    /// <summary>Passes the current event and, when it starts something, all up to its end.</summary>
    public void SkipWhole()
    {
        var open = 0;
        do
        {
            open += Current switch
            {
                YamlEvent.MappingStart or YamlEvent.SequenceStart => 1,
                YamlEvent.MappingEnd or YamlEvent.SequenceEnd => -1,
                _ => 0,
            };
            Advance();
        }
        while (open > 0);
    }

    private Token Token
    {
        get
        {
            if (_token is null)
            {
                _token = _scanner.MoveNextWithoutConsuming() ? _scanner.Current : null;
            }

            return _token switch
            {
                null => throw new YamlException(_scanner.CurrentPosition, _scanner.CurrentPosition, "the file ends here too early"),
                Error error => throw new YamlException(error.Start, error.End, error.Value),
                _ => _token,
            };
        }
    }

    private void Skip()
    {
        _end = Token.End;
        _token = null;
        _scanner.ConsumeCurrent();
    }

    private bool SkipIf<T>()
        where T : Token
    {
        if (Token is not T)
        {
            return false;
        }

        Skip();
        return true;
    }

    /// <summary>Reads a value, or the start of one; what holds it goes on with <paramref name="next"/>.</summary>
    private void ReadNode(State next, bool isMissing = false, bool indentless = false)
    {
        _states[_depth] = next;
        var isMarked = false;
        while (!isMissing && Token is Anchor or Tag)
        {
            isMarked = true;
            Skip();
        }

        switch (isMissing ? null : Token)
        {
            case Scalar scalar:
                Set(YamlEvent.Scalar, scalar.Start, scalar.Value);
                Skip();
                break;
            case AnchorAlias alias:
                Set(YamlEvent.Alias, alias.Start);
                Skip();
                break;
            case BlockEntry when indentless:
                Push(State.IndentlessItem, YamlEvent.SequenceStart, Token.Start);
                break;
            case BlockSequenceStart or FlowSequenceStart:
                var list = Token;
                Skip();
                Push(list is BlockSequenceStart ? State.BlockItem : State.FlowFirstItem, YamlEvent.SequenceStart, list.Start);
                break;
            case BlockMappingStart or FlowMappingStart:
                var mapping = Token;
                Skip();
                Push(mapping is BlockMappingStart ? State.BlockKey : State.FlowFirstKey, YamlEvent.MappingStart, mapping.Start);
                break;
            case null:
                Set(YamlEvent.Scalar, _end);
                break;
            default:
                if (!isMarked)
                {
                    throw new YamlException(Token.Start, Token.End, "a value is missing here");
                }

                Set(YamlEvent.Scalar, Token.Start);
                break;
        }
    }

    private void Close<T>(YamlEvent end, string missing)
        where T : Token
    {
        if (Token is not T token)
        {
            throw new YamlException(Token.Start, Token.End, missing);
        }

        Skip();
        _depth--;
        Set(end, token.Start);
    }

    private void Push(State state, YamlEvent start, Mark at)
    {
        if (_depth + 1 == DeepestNesting)
        {
            throw new YamlException(at, at, $"values are nested more than {DeepestNesting} deep");
        }

        _states[++_depth] = state;
        Set(start, at);
    }

    private void Set(YamlEvent what, Mark at, string value = "")
    {
        Current = what;
        Start = at;
        Value = value;
    }
}
