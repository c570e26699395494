using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>
/// The templates of all exporters. Exporters send them every some minutes only, so they are kept over a restart; a line of text each, for people to look at.
/// </summary>
internal sealed class FlowTemplateCache(int most)
{
    private readonly Dictionary<FlowTemplateKey, FlowTemplate> _templates = [];

    public int Count => _templates.Count;

    /// <summary>Something changed since the last save.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Templates that found the cache full.</summary>
    public long Refused { get; private set; }

    public FlowTemplate? Find(in FlowTemplateKey key) => _templates.GetValueOrDefault(key);

    /// <summary>Takes a template, also in place of an older one of its number.</summary>
    public bool Put(in FlowTemplateKey key, FlowTemplate template)
    {
        var known = _templates.GetValueOrDefault(key);
        if (known is null && _templates.Count >= most)
        {
            Refused++;
            return false;
        }

        if (known is null || !known.IsSameAs(template))
        {
            _templates[key] = template;
            IsChanged = true;
        }

        return true;
    }

    /// <summary>Forgets a template that its exporter withdrew, or all of a domain when the number is that of a template set (RFC 7011 section 8.1).</summary>
    public void Withdraw(in FlowTemplateKey key)
    {
        if (key.Template > 255)
        {
            IsChanged |= _templates.Remove(key);
            return;
        }

        foreach (var (other, template) in _templates)
        {
            if (other.Exporter == key.Exporter && other.Domain == key.Domain && other.Version == key.Version && template.IsOptions == (key.Template == 3))
            {
                _templates.Remove(other);
                IsChanged = true;
            }
        }
    }

    /// <summary>Writes all templates beside the file and moves them there when they are whole.</summary>
    public void Save(string path)
    {
        var text = new StringBuilder();
        foreach (var (key, template) in _templates.OrderBy(pair => pair.Key.Exporter, StringComparer.Ordinal).ThenBy(pair => pair.Key.Domain).ThenBy(pair => pair.Key.Version).ThenBy(pair => pair.Key.Template))
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Exporter} {key.Domain} {key.Version} {key.Template} {(template.IsOptions ? "options" : "data")}");
            foreach (var field in template.Fields)
            {
                text.Append(CultureInfo.InvariantCulture, $" {field.Enterprise}.{field.Element}:{field.Length}");
            }

            text.Append('\n');
        }

        var part = path + ".part";
        File.WriteAllText(part, text.ToString());
        File.Move(part, path, overwrite: true);
        IsChanged = false;
    }

    /// <summary>Reads what <see cref="Save"/> wrote; a line that is none is named and left out: its exporter will send the template again.</summary>
    public void Load(string path, ICollection<Problem> problems)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (TryParse(text, out var key, out var template))
            {
                Put(key, template);
            }
            else
            {
                problems.Add(new Problem(path, line, 0, "This is no template; delete the line, its exporter sends it again."));
            }
        }

        IsChanged = false;
    }

    private static bool TryParse(string text, out FlowTemplateKey key, out FlowTemplate template)
    {
        key = default;
        template = new FlowTemplate([], isOptions: false);
        var words = text.Split(' ');
        if (words.Length < 6
            || !uint.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var domain)
            || !byte.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            || !ushort.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || words[4] is not ("data" or "options"))
        {
            return false;
        }

        var fields = new List<FlowField>();
        foreach (var word in words.Skip(5))
        {
            var parts = word.Split('.', ':');
            if (parts.Length != 3
                || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var enterprise)
                || !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var element)
                || !ushort.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                return false;
            }

            fields.Add(new FlowField(enterprise, element, length));
        }

        key = new FlowTemplateKey(words[0], domain, version, number);
        template = new FlowTemplate([.. fields], words[4] == "options");
        return template.LeastBytes > 0;
    }
}
