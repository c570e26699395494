using System.Reflection;
using System.Reflection.Emit;

namespace MinerFlow.Unit.Architecture;

/// <summary>An instruction of a method (ECMA-335, III).</summary>
/// <param name="Offset">Its place in the method.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">A token or number; of a jump the place it leads to.</param>
internal readonly record struct Instruction(int Offset, OpCode Code, int Operand)
{
    private static readonly Dictionary<short, OpCode> Codes =
        typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public bool IsJump => Code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget;

    /// <summary>Everything with a body that an assembly declares, also what the compiler made of lambdas and iterators.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly)
    {
        const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        return assembly.GetTypes().SelectMany(type => type.GetMethods(Own).Cast<MethodBase>().Concat(type.GetConstructors(Own))).Where(method => method.GetMethodBody() is not null);
    }

    /// <summary>The instructions of a method; none when it has no body.</summary>
    public static List<Instruction> Of(MethodBase method)
    {
        var instructions = new List<Instruction>();
        var bytes = method.GetMethodBody()?.GetILAsByteArray() ?? [];
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
            var operand = length == 4 ? BitConverter.ToInt32(bytes, at) : length == 2 ? BitConverter.ToInt16(bytes, at) : length == 1 ? (sbyte)bytes[at] : 0;
            at += length;
            var instruction = new Instruction(offset, code, operand);
            instructions.Add(instruction.IsJump ? instruction with { Operand = at + operand } : instruction);
        }

        return instructions;
    }

    /// <summary>The method that a method calls or makes an object by; null when this does neither.</summary>
    public MethodBase? CalledBy(MethodBase method) => Code.OperandType != OperandType.InlineMethod ? null : method.Module.ResolveMethod(
        Operand, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
}
