using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Unit.Architecture;

/// <summary>The pattern of every sentence that an assembly makes, read from its instructions (ECMA-335, III): none can be forgotten.</summary>
internal sealed class SentencePatterns
{
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
        var patterns = new SentencePatterns();
        foreach (var method in assemblies.SelectMany(Instruction.MethodsOf).Where(method => method.DeclaringType != typeof(Sentence)))
        {
            patterns.Read(method);
        }

        return patterns;
    }

    private void Read(MethodBase method)
    {
        var instructions = Instruction.Of(method);
        StringBuilder? pattern = null;
        var places = 0;
        foreach (var (index, instruction) in instructions.Index())
        {
            if (instruction.CalledBy(method) is not { } called || called.DeclaringType != typeof(Sentence))
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
                    foreach (var constant in Constants(instructions, instruction.Offset))
                    {
                        _found.Add(Escaped(method.Module.ResolveString(constant)));
                    }

                    if (instructions[index - 1].CalledBy(method) is { Name: "ToStringAndClear" or "Concat" or "Format" or "Create" } maker)
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
    private static IEnumerable<int> Constants(List<Instruction> instructions, int place)
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

    private static string Escaped(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}
