using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Unit.Architecture;

/// <summary>The pattern of every sentence that an assembly makes, read from its instructions (ECMA-335, III): none can be forgotten.</summary>
internal sealed class SentencePatterns
{
    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private readonly List<string> _putTogether = [];

    private SentencePatterns()
    {
    }

    public IReadOnlyCollection<string> Found => _found;

    /// <summary>Methods that make a sentence of a text they put together themselves: no translation can be found by that.</summary>
    public IReadOnlyList<string> PutTogether => _putTogether;

    public static SentencePatterns Of(params IEnumerable<Assembly> assemblies)
    {
        const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        var patterns = new SentencePatterns();
        foreach (var type in assemblies.SelectMany(assembly => assembly.GetTypes()))
        {
            foreach (var method in type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own)))
            {
                patterns.Read(method);
            }
        }

        return patterns;
    }

    private void Read(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } bytes)
        {
            return;
        }

        var instructions = Decode(bytes);
        StringBuilder? pattern = null;
        var places = 0;
        foreach (var (index, (offset, code, operand)) in instructions.Index())
        {
            if (code.OperandType != OperandType.InlineMethod || Called(method, operand) is not { } called)
            {
                continue;
            }

            if (called.DeclaringType != typeof(Sentence))
            {
                continue;
            }

            switch (called.Name)
            {
                case ".ctor":
                    Keep(pattern);
                    (pattern, places) = (new StringBuilder(), 0);
                    break;
                case nameof(Sentence.AppendLiteral):
                    pattern!.Append(Escaped(method.Module.ResolveString(instructions[index - 1].Operand)));
                    break;
                case nameof(Sentence.AppendFormatted):
                    pattern!.Append(CultureInfo.InvariantCulture, $"{{{places++}}}");
                    break;
                case "op_Implicit":
                    foreach (var constant in Constants(instructions, offset))
                    {
                        _found.Add(Escaped(method.Module.ResolveString(constant)));
                    }

                    if (instructions[index - 1] is { Code.OperandType: OperandType.InlineMethod } before
                        && Called(method, before.Operand) is { Name: "ToStringAndClear" or "Concat" or "Format" or "Create" } maker)
                    {
                        _putTogether.Add($"{method.DeclaringType}.{method.Name}: {maker.Name}");
                    }

                    break;
            }
        }

        Keep(pattern);
    }

    private void Keep(StringBuilder? pattern)
    {
        if (pattern is not null)
        {
            _found.Add(pattern.ToString());
        }
    }

    /// <summary>Texts that are on the stack at a place: loaded right before it, or before a jump there, as in the branches of a condition.</summary>
    private static IEnumerable<int> Constants(List<(int Offset, OpCode Code, int Operand)> instructions, int place)
    {
        for (var i = 0; i + 1 < instructions.Count; i++)
        {
            if (instructions[i].Code != OpCodes.Ldstr)
            {
                continue;
            }

            var next = i + 1;
            while (instructions[next].Code == OpCodes.Nop || instructions[next].Code.FlowControl == FlowControl.Branch)
            {
                next = instructions[next].Code == OpCodes.Nop ? next + 1 : instructions.FindIndex(instruction => instruction.Offset == instructions[next].Operand);
            }

            if (instructions[next].Offset == place)
            {
                yield return instructions[i].Operand;
            }
        }
    }

    private static MethodBase? Called(MethodBase method, int token) => method.Module.ResolveMethod(
        token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    /// <summary>Operands are tokens; of a jump they are the place it leads to.</summary>
    private static List<(int Offset, OpCode Code, int Operand)> Decode(byte[] bytes)
    {
        var instructions = new List<(int, OpCode, int)>();
        for (var at = 0; at < bytes.Length;)
        {
            var offset = at;
            var code = bytes[at] == 0xFE ? Codes[unchecked((short)(0xFE00 | bytes[at + 1]))] : Codes[bytes[at]];
            at += code.Size;
            var length = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
                _ => 4,
            };
            var operand = length == 4 ? BitConverter.ToInt32(bytes, at) : length == 1 ? (sbyte)bytes[at] : 0;
            at += length;
            instructions.Add((offset, code, code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget ? at + operand : operand));
        }

        return instructions;
    }

    private static string Escaped(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
