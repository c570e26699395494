using System.Text;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>The words of a declaration of ISC DHCP: names and values, quoted texts without their quotes, and the signs <c>{ } ;</c>.</summary>
internal static class IscWords
{
    public static List<string> Of(string text)
    {
        var words = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '#')
            {
                var end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end;
            }
            else if (c is '{' or '}' or ';')
            {
                words.Add(c.ToString());
                i++;
            }
            else if (c == '"')
            {
                words.Add(Quoted(text, ref i));
            }
            else
            {
                var start = i;
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('{' or '}' or ';' or '"'))
                {
                    i++;
                }

                words.Add(text[start..i]);
            }
        }

        return words;
    }

    /// <summary>Bytes that are no letters are written as a backslash and three octal digits.</summary>
    private static string Quoted(string text, ref int at)
    {
        var word = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                word.Append(text[at]);
            }
            else if (at + 3 < text.Length && IsOctal(text[at + 1]) && IsOctal(text[at + 2]) && IsOctal(text[at + 3]))
            {
                word.Append((char)((((text[at + 1] - '0') << 6) | ((text[at + 2] - '0') << 3) | (text[at + 3] - '0')) & 0xFF));
                at += 3;
            }
            else
            {
                word.Append(text[++at]);
            }
        }

        at++;
        return word.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
