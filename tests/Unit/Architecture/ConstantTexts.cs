using System.Reflection;
using System.Reflection.Emit;

namespace MinerFlow.Unit.Architecture;

/// <summary>Follows constant texts through the instructions of an assembly: over the stack, local variables, and methods that return them.</summary>
internal sealed class ConstantTexts
{
    private readonly Dictionary<MethodBase, Texts> _returned = [];
    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);
    private readonly Assembly _assembly;
    private readonly string _parameter;

    private ConstantTexts(Assembly assembly, string parameter)
    {
        _assembly = assembly;
        _parameter = parameter;
    }

    /// <summary>Every constant that some call may hand to a text parameter of this name.</summary>
    public static IReadOnlyCollection<string> ReachingParameter(Assembly assembly, string name)
    {
        var texts = new ConstantTexts(assembly, name);
        foreach (var method in Instruction.MethodsOf(assembly))
        {
            texts.ReturnedBy(method);
        }

        return texts._found;
    }

    /// <summary>Follows a method once; while it is followed, a call of itself returns nothing new.</summary>
    private Texts ReturnedBy(MethodBase method)
    {
        if (!_returned.TryGetValue(method, out var returned))
        {
            _returned[method] = returned = new Texts();
            Follow(method, returned);
        }

        return returned;
    }

    private void Follow(MethodBase method, Texts returned)
    {
        var locals = new Dictionary<int, Texts>();
        var jumps = new Dictionary<int, List<Texts>>();
        var stack = new List<Texts>();
        foreach (var instruction in Instruction.Of(method))
        {
            if (jumps.TryGetValue(instruction.Offset, out var there))
            {
                Merge(there, stack);
            }

            if (instruction.Code == OpCodes.Ldstr)
            {
                stack.Add([method.Module.ResolveString(instruction.Operand)]);
            }
            else if (Local(instruction, "ldloc") is { } read)
            {
                stack.Add(locals.GetValueOrDefault(read, []));
            }
            else if (Local(instruction, "stloc") is { } written)
            {
                locals.TryAdd(written, []);
                locals[written].UnionWith(Pop(stack));
            }
            else if (instruction.CalledBy(method) is { } called && instruction.Code.FlowControl == FlowControl.Call)
            {
                Call(called, instruction.Code == OpCodes.Newobj, stack);
            }
            else if (instruction.Code == OpCodes.Ret)
            {
                returned.UnionWith(Pop(stack));
            }
            else
            {
                for (var i = Popped(instruction.Code.StackBehaviourPop); i > 0; i--)
                {
                    Pop(stack);
                }

                for (var i = Pushed(instruction.Code.StackBehaviourPush); i > 0; i--)
                {
                    stack.Add([]);
                }
            }

            if (instruction.IsJump)
            {
                jumps.TryAdd(instruction.Operand, []);
                Merge(stack, jumps[instruction.Operand]);
            }

            if (instruction.Code.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
            {
                stack.Clear();
            }
        }
    }

    private void Call(MethodBase called, bool isNew, List<Texts> stack)
    {
        foreach (var parameter in called.GetParameters().Reverse())
        {
            var handed = Pop(stack);
            if (parameter.Name == _parameter && parameter.ParameterType == typeof(string))
            {
                _found.UnionWith(handed);
            }
        }

        if (!isNew && !called.IsStatic)
        {
            Pop(stack);
        }

        if (isNew || called is MethodInfo method && method.ReturnType != typeof(void))
        {
            stack.Add(called is MethodInfo own && own.ReturnType == typeof(string) && own.Module.Assembly == _assembly ? ReturnedBy(own) : []);
        }
    }

    /// <summary>Adds what one stack holds to another, from the top down, for where two ways meet.</summary>
    private static void Merge(List<Texts> from, List<Texts> into)
    {
        while (into.Count < from.Count)
        {
            into.Insert(0, []);
        }

        for (var i = 1; i <= from.Count; i++)
        {
            into[^i] = [.. into[^i], .. from[^i]];
        }
    }

    /// <summary>The top; nothing is known of what lies below a place that only a switch leads to.</summary>
    private static Texts Pop(List<Texts> stack)
    {
        if (stack.Count == 0)
        {
            return [];
        }

        var top = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    /// <summary>The number of the local variable that an instruction of this family means.</summary>
    private static int? Local(Instruction instruction, string family) =>
        instruction.Code.Name is { } name && name.StartsWith(family, StringComparison.Ordinal) && !name.StartsWith("ldloca", StringComparison.Ordinal)
            ? name[^1] is >= '0' and <= '3' and var digit ? digit - '0' : instruction.Operand
            : null;

    private static int Popped(StackBehaviour behaviour) => behaviour switch
    {
        StackBehaviour.Pop0 or StackBehaviour.Varpop => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8 or StackBehaviour.Popref_popi_popr4
            or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref or StackBehaviour.Popref_popi_pop1 => 3,
        _ => 2,
    };

    private static int Pushed(StackBehaviour behaviour) => behaviour switch
    {
        StackBehaviour.Push0 or StackBehaviour.Varpush => 0,
        StackBehaviour.Push1_push1 => 2,
        _ => 1,
    };

    private sealed class Texts() : HashSet<string>(StringComparer.Ordinal);
}
