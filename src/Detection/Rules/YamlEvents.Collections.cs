using YamlDotNet.Core.Tokens;
using ValueMark = YamlDotNet.Core.Tokens.Value;

namespace MinerFlow.Detection.Rules;

/// <content>Items of lists and keys of mappings, in block and in flow style.</content>
internal sealed partial class YamlEvents
{
    private void ReadBlockKey()
    {
        if (SkipIf<Key>())
        {
            ReadNode(State.BlockValue, Token is Key or ValueMark or BlockEnd, indentless: true);
        }
        else if (Token is ValueMark)
        {
            ReadNode(State.BlockValue, isMissing: true);
        }
        else
        {
            Close<BlockEnd>(YamlEvent.MappingEnd, "a key of the mapping is missing here");
        }
    }

    private void ReadBlockItem()
    {
        if (SkipIf<BlockEntry>())
        {
            ReadNode(State.BlockItem, Token is BlockEntry or BlockEnd);
        }
        else
        {
            Close<BlockEnd>(YamlEvent.SequenceEnd, "an item of the list, which begins with '-', is missing here");
        }
    }

    /// <summary>A list whose items stand no deeper than the key it belongs to: nothing but the next key ends it.</summary>
    private void ReadIndentlessItem()
    {
        if (SkipIf<BlockEntry>())
        {
            ReadNode(State.IndentlessItem, Token is BlockEntry or Key or ValueMark or BlockEnd);
        }
        else
        {
            _depth--;
            Set(YamlEvent.SequenceEnd, Token.Start);
        }
    }

    private void ReadFlowItem(bool isFirst)
    {
        const string missing = "',' or ']' is missing here";
        if ((!isFirst && !SkipIf<FlowEntry>()) || Token is FlowSequenceEnd)
        {
            Close<FlowSequenceEnd>(YamlEvent.SequenceEnd, missing);
        }
        else if (Token is Key key)
        {
            _states[_depth] = State.FlowItem;
            Skip();
            Push(State.PairKey, YamlEvent.MappingStart, key.Start);
        }
        else
        {
            ReadNode(State.FlowItem);
        }
    }

    private void ReadFlowKey(bool isFirst)
    {
        const string missing = "',' or '}' is missing here";
        if ((!isFirst && !SkipIf<FlowEntry>()) || Token is FlowMappingEnd)
        {
            Close<FlowMappingEnd>(YamlEvent.MappingEnd, missing);
        }
        else if (SkipIf<Key>())
        {
            ReadNode(State.FlowValue, Token is ValueMark or FlowEntry or FlowMappingEnd);
        }
        else
        {
            ReadNode(Token is ValueMark ? State.FlowValue : State.FlowNoValue, Token is ValueMark);
        }
    }
}
