using System.Globalization;
using System.Net;
using System.Text;

namespace MinerFlow.Traffic;

/// <summary>
/// Reads a dialogue file. Lines, <c>C</c> being the client and <c>S</c> the server:
/// <code>
/// # comment                                          seed 17
/// start 2026-03-02T08:00:00Z                         segment 536
/// flow [udp] [open] 192.0.2.10:41234 203.0.113.7:3333     a new connection; open: no FIN at the end
/// C: text        the text and a line feed            C| text   the text with \r \n \0 \" \xHH replaced
/// C# words       bytes, see <see cref="HexLine"/>    C@ text   a WebSocket text frame
/// C+ text        joined to the write before it, escapes as in C|
/// +2s  +150ms    time passes                         middle    a mid-stream capture starts here
/// repeat 5 ... end                                   placeholders: see <see cref="DialogueText"/>
/// </code>
/// </summary>
internal sealed class DialogueReader
{
    // Time between two writes when the file says nothing: a short round trip when the speaker changes.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan SameSpeaker = TimeSpan.FromMilliseconds(2);

    private readonly List<DialogueFlow> _flows = [];
    private readonly List<DialogueWrite> _writes = [];
    private SeededRandom _random = new(1);
    private DialogueText _text = new(new SeededRandom(1));
    private DateTimeOffset _start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private TimeSpan _now;
    private int _middle;
    private int _segment = 1_460;

    public Dialogue Read(string[] lines, string path)
    {
        Run(lines, path, 0, lines.Length);
        if (_writes.Count == 0 || _flows.Count == 0)
        {
            throw new FormatException($"{path}: a dialogue needs a flow and something said in it");
        }

        var writes = _writes.ConvertAll(write => write with { Bytes = SetLength(write.Bytes) });
        return new Dialogue(_start, _flows, writes, _middle) { SegmentSize = _segment };
    }

    private void Run(string[] lines, string path, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var line = lines[i];
            try
            {
                if (line.StartsWith("repeat ", StringComparison.Ordinal))
                {
                    var end = Array.IndexOf(lines, "end", i);
                    for (var round = int.Parse(line.AsSpan(7)); round > 0; round--)
                    {
                        Run(lines, path, i + 1, end);
                    }

                    i = end;
                }
                else
                {
                    Line(line);
                }
            }
            catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
            {
                throw new FormatException($"{path}:{i + 1}: {e.Message}", e);
            }
        }
    }

    private void Line(string line)
    {
        switch (line.Split(' ', 2))
        {
            case [""] or ["#", ..]:
                break;
            case ["seed", var seed]:
                _random = new SeededRandom(ulong.Parse(seed));
                _text = new DialogueText(_random);
                break;
            case ["start", var start]:
                _start = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture);
                break;
            case ["segment", var size]:
                _segment = int.Parse(size);
                break;
            case ["flow", var flow]:
                OpenFlow(flow.Split(' '));
                break;
            case ["middle"]:
                _middle = _writes.Count;
                break;
            case [['+', .. var time]]:
                _now += time.EndsWith("ms", StringComparison.Ordinal)
                    ? TimeSpan.FromMilliseconds(double.Parse(time[..^2]))
                    : TimeSpan.FromSeconds(double.Parse(time.TrimEnd('s')));
                break;
            case [[('C' or 'S') and var side, var kind], var text]:
                Say(side == 'C', kind, text);
                break;
            default:
                throw new FormatException($"cannot read '{line}'");
        }
    }

    private void OpenFlow(string[] words)
    {
        _flows.Add(new DialogueFlow(IPEndPoint.Parse(words[^2]), IPEndPoint.Parse(words[^1]), words.Contains("udp"), !words.Contains("open")));
        _now += Turn;
    }

    private void Say(bool fromClient, char kind, string text)
    {
        text = _text.Fill(text, _start + _now);
        if (kind == '+')
        {
            var last = _writes[^1];
            _writes[^1] = last with { Bytes = [.. last.Bytes, .. Escaped(text)] };
            return;
        }

        byte[] bytes = kind switch
        {
            ':' => [.. Encoding.UTF8.GetBytes(text), (byte)'\n'],
            '|' => Escaped(text),
            '#' => HexLine.Parse(text, _random),
            '@' => WebSocketFrame(Escaped(text), fromClient),
            _ => throw new FormatException($"unknown kind of line '{(fromClient ? 'C' : 'S')}{kind}'"),
        };
        _now += _writes.Count > 0 && _writes[^1].FromClient == fromClient ? SameSpeaker : Turn;
        _writes.Add(new DialogueWrite(_flows.Count - 1, fromClient, _now, bytes));
    }

    private static byte[] Escaped(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'r': bytes.Add((byte)'\r'); break;
                case 'n': bytes.Add((byte)'\n'); break;
                case '0': bytes.Add(0); break;
                case 'x':
                    bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                    i += 2;
                    break;
                default: bytes.Add((byte)text[i]); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>RFC 6455 section 5.2: FIN and opcode 1; the client's frames are masked.</summary>
    private byte[] WebSocketFrame(byte[] text, bool fromClient)
    {
        var frame = new List<byte> { 0x81 };
        var mask = fromClient ? (byte)0x80 : (byte)0;
        if (text.Length < 126)
        {
            frame.Add((byte)(mask | text.Length));
        }
        else
        {
            frame.AddRange([(byte)(mask | 126), (byte)(text.Length >> 8), (byte)text.Length]);
        }

        if (fromClient)
        {
            var key = _random.Bytes(4);
            frame.AddRange(key);
            frame.AddRange(text.Select((value, index) => (byte)(value ^ key[index % 4])));
        }
        else
        {
            frame.AddRange(text);
        }

        return [.. frame];
    }

    private static byte[] SetLength(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (!text.Contains(DialogueText.Length, StringComparison.Ordinal))
        {
            return bytes;
        }

        var body = text.Length - text.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4;
        return Encoding.Latin1.GetBytes(text.Replace(DialogueText.Length, body.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
