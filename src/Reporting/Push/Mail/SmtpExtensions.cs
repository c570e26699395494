using System.Globalization;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>What a server says it can do, in its answer to EHLO (RFC 5321, 4.1.1.1): keywords with their parameters, letters of either case alike.</summary>
internal sealed class SmtpExtensions
{
    private readonly Dictionary<string, string[]> _offered = new(StringComparer.OrdinalIgnoreCase);

    public SmtpExtensions(SmtpReply greeting)
    {
        foreach (var line in greeting.Lines.Skip(1))
        {
            // Old servers write AUTH=LOGIN, for clients older still.
            var words = line.Replace("AUTH=", "AUTH ", StringComparison.OrdinalIgnoreCase).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                _offered[words[0]] = [.. _offered.GetValueOrDefault(words[0]) ?? [], .. words[1..]];
            }
        }
    }

    public bool HasStartTls => _offered.ContainsKey("STARTTLS");

    /// <summary>RFC 6531.</summary>
    public bool HasUtf8 => _offered.ContainsKey("SMTPUTF8");

    public bool HasSize => _offered.ContainsKey("SIZE");

    /// <summary>Bytes that a message has at most (RFC 1870); null when the server does not say, or says 0.</summary>
    public long? LargestMessage =>
        _offered.GetValueOrDefault("SIZE") is [var text, ..] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;

    /// <summary>Mechanisms of SASL (RFC 4954).</summary>
    public IReadOnlyList<string> Authentication => _offered.GetValueOrDefault("AUTH") ?? [];
}
