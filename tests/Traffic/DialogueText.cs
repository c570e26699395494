using System.Globalization;
using System.Text;

namespace MinerFlow.Traffic;

/// <summary>
/// Fills the placeholders of a dialogue's line. All are <c>${kind arguments}</c>:
/// <list type="bullet">
/// <item><c>hex N [name]</c>, <c>base58 N [name]</c>, <c>bech32 N [name]</c>, <c>capitals N [name]</c>, <c>number LOW HIGH [name]</c>: random text; a name keeps the value for
/// the next use, <c>name!</c> makes a new one and keeps that.</item>
/// <item><c>next NAME</c>, <c>last NAME</c>: a counter moved on by one, and where it stands.</item>
/// <item><c>time</c>, <c>ms</c>: the dialogue's clock as 8 hexadecimal digits of seconds, and as milliseconds.</item>
/// <item><c>length</c>: left for the writer, which puts the length of the HTTP body there.</item>
/// </list>
/// </summary>
internal sealed class DialogueText(SeededRandom random)
{
    public const string Length = "${length}";

    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, long> _counters = [];

    public string Fill(string line, DateTimeOffset now)
    {
        var filled = new StringBuilder();
        var at = 0;
        while (line.IndexOf("${", at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = line.IndexOf('}', open);
            if (close < 0)
            {
                throw new FormatException($"'${{' without '}}' in: {line}");
            }

            filled.Append(line, at, open - at).Append(Value(line[(open + 2)..close], now));
            at = close + 1;
        }

        return filled.Append(line, at, line.Length - at).ToString();
    }

    private string Value(string placeholder, DateTimeOffset now)
    {
        var words = placeholder.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["length"] => Length,
            ["time"] => now.ToUnixTimeSeconds().ToString("x8", CultureInfo.InvariantCulture),
            ["ms"] => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["next", var name] => (_counters[name] = _counters.GetValueOrDefault(name) + 1).ToString(CultureInfo.InvariantCulture),
            ["last", var name] => _counters.GetValueOrDefault(name).ToString(CultureInfo.InvariantCulture),
            ["hex", var count, .. var name] => Named(name, () => random.Text(int.Parse(count), "0123456789abcdef")),
            ["base58", var count, .. var name] => Named(name, () => random.Text(int.Parse(count), Base58)),
            ["bech32", var count, .. var name] => Named(name, () => random.Text(int.Parse(count), Bech32)),
            ["capitals", var count, .. var name] => Named(name, () => random.Text(int.Parse(count), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
            ["number", var low, var high, .. var name] => Named(name, () => Number(long.Parse(low), long.Parse(high))),
            _ => throw new FormatException($"unknown placeholder '{placeholder}'"),
        };
    }

    private string Number(long low, long high) =>
        (low + (long)(random.Next() % (ulong)(high - low + 1))).ToString(CultureInfo.InvariantCulture);

    private string Named(string[] name, Func<string> make)
    {
        if (name.Length == 0)
        {
            return make();
        }

        var key = name[0].TrimEnd('!');
        return !name[0].EndsWith('!') && _names.TryGetValue(key, out var value) ? value : _names[key] = make();
    }
}
