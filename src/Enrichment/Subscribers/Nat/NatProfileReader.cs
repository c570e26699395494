using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Reads one profile and names everything that is wrong in it.</summary>
internal sealed class NatProfileReader(string file, ICollection<Problem> problems)
{
    private static readonly (string Word, NatEventKind Kind)[] Kinds =
    [
        ("block-allocated", NatEventKind.BlockAllocated),
        ("block-released", NatEventKind.BlockReleased),
        ("block-alive", NatEventKind.BlockAlive),
        ("session-created", NatEventKind.SessionCreated),
        ("session-deleted", NatEventKind.SessionDeleted),
        ("session-alive", NatEventKind.SessionAlive),
        ("device-restarted", NatEventKind.DeviceRestarted),
        ("ignored", NatEventKind.Ignored),
    ];

    private readonly List<LineTemplate> _heads = [];
    private readonly List<LineTemplate> _bodies = [];
    private readonly List<(byte[] Name, NatEventKind Kind)> _events = [];
    private readonly List<(byte[] Name, TemplateStep Value)> _pairs = [];
    private bool _isBad;

    private sealed class Body
    {
        public string? Match;
        public (int Line, int Column) At;
        public NatEventKind? Kind;
        public readonly List<(byte[] Name, TemplateStep Value)> Pairs = [];
    }

    /// <summary>Null when something is wrong: half a profile would drop lines that it should read.</summary>
    public NatProfile? Read(TextReader text)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var profile = new NatProfile(name);
        var references = new List<string>();
        var bodies = new List<Body>();
        var title = new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["zh"] = y => profile = profile with { TitleChinese = y.ReadText() ?? name },
            ["en"] = y => profile = profile with { TitleEnglish = y.ReadText() ?? name },
        };
        var before = problems.Count;
        YamlFile.Read(file, text, problems, new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["name"] = y => CheckName(y, name),
            ["title"] = y => y.ReadMapping(title),
            ["references"] = y => y.ReadList(item => references.AddRange(item.ReadText() is { } reference ? [reference] : [])),
            ["time_zone"] = y => profile = profile with { TimeZone = ReadZone(y) ?? profile.TimeZone },
            ["heads"] = y => y.ReadList(ReadHead),
            ["events"] = y => y.ReadNamed((word, item) => AddEvent(word, item)),
            ["pairs"] = y => y.ReadNamed((word, item) => AddPair(_pairs, word, item)),
            ["bodies"] = y => y.ReadList(item => bodies.Add(ReadBody(item))),
        });
        foreach (var body in bodies)
        {
            AddBody(body);
        }

        if (bodies.Count == 0 && problems.Count == before)
        {
            problems.Add(new Problem(file, 0, 0, "The profile has no 'bodies': without a pattern it reads no line."));
        }

        _isBad |= problems.Count > before;
        return _isBad ? null : profile with { References = references, Heads = [.. _heads], Bodies = [.. _bodies], Events = new EventNames(_events) };
    }

    private static void CheckName(YamlFile yaml, string name)
    {
        if (yaml.ReadMarkedText() is { } given && given != name)
        {
            yaml.ReportLast(given, $"is not the name of the file; it must be '{name}'");
        }
    }

    private static TimeSpan? ReadZone(YamlFile yaml)
    {
        if (yaml.ReadMarkedText() is not { } text)
        {
            return null;
        }

        if (text.Length > 1
            && text[0] is '+' or '-'
            && TimeSpan.TryParseExact(text.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var magnitude)
            && magnitude <= TimeSpan.FromHours(14))
        {
            return text[0] == '-' ? -magnitude : magnitude;
        }

        yaml.ReportLast(text, "is no offset from UTC; write it in quotes as \"+08:00\"");
        return null;
    }

    private void ReadHead(YamlFile yaml)
    {
        if (yaml.ReadMarkedText() is not { } text)
        {
            return;
        }

        if (TemplateCompiler.Compile(text, null, null, out var wrong) is not { } head)
        {
            yaml.ReportLast(text, $"is no head: {wrong}");
        }
        else if (head.Repeats || !head.Steps.Any(step => step.Field == NatField.Time))
        {
            yaml.ReportLast(text, "is no head: it needs a {time:FORM} and must not repeat");
        }
        else
        {
            _heads.Add(head);
        }
    }

    private void AddEvent(string word, YamlFile yaml)
    {
        if (ReadKind(yaml) is { } kind)
        {
            _events.Add((Encoding.UTF8.GetBytes(word), kind));
        }
    }

    private static NatEventKind? ReadKind(YamlFile yaml)
    {
        if (yaml.ReadMarkedText() is not { } text)
        {
            return null;
        }

        foreach (var (word, kind) in Kinds)
        {
            if (word == text)
            {
                return kind;
            }
        }

        yaml.ReportLast(text, $"is no event; events are {string.Join(", ", Kinds.Select(kind => kind.Word))}");
        return null;
    }

    private static void AddPair(List<(byte[] Name, TemplateStep Value)> pairs, string word, YamlFile yaml)
    {
        if (yaml.ReadMarkedText() is not { } text)
        {
            return;
        }

        if (TemplateCompiler.CompileField(text, null, out var wrong) is not { } step || step.Field is NatField.Pairs or NatField.Anything)
        {
            yaml.ReportLast(text, wrong.Length > 0 ? (Sentence)$"is no field: {wrong}" : "is no field that one value can have");
            return;
        }

        pairs.Add((Encoding.UTF8.GetBytes(word), step));
    }

    private static Body ReadBody(YamlFile yaml)
    {
        var body = new Body();
        yaml.ReadMapping(new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["match"] = y =>
            {
                body.Match = y.ReadMarkedText();
                body.At = y.Mark;
            },
            ["event"] = y => body.Kind = ReadKind(y),
            ["pairs"] = y => y.ReadNamed((word, item) => AddPair(body.Pairs, word, item)),
        });
        return body;
    }

    private void AddBody(Body body)
    {
        if (body.Match is not { } text)
        {
            problems.Add(new Problem(file, 0, 0, "A body has no 'match'."));
            return;
        }

        // What a body says of a name comes before what the profile says.
        List<(byte[] Name, TemplateStep Value)> pairs = [.. body.Pairs, .. _pairs];
        if (TemplateCompiler.Compile(text, pairs.Count > 0 ? new PairNames(pairs) : null, body.Kind, out var wrong) is not { } template)
        {
            Report(body, wrong);
            return;
        }

        if (Missing(template, body, pairs) is { } missing)
        {
            Report(body, missing);
            return;
        }

        _bodies.Add(template);
    }

    private string? Missing(LineTemplate template, Body body, List<(byte[] Name, TemplateStep Value)> pairs)
    {
        if (template.Steps[0].Kind != StepKind.Text || template.Anchor.Length < 2)
        {
            return "a body must begin with a text, two or more characters of it without a blank: it is looked for by it";
        }

        List<NatField> fields = [.. template.Steps.Where(step => step.Kind == StepKind.Field).Select(step => step.Field)];
        if (fields.Contains(NatField.Pairs))
        {
            fields.AddRange(pairs.Select(pair => pair.Value.Field));
        }

        if (body.Kind is null && !fields.Contains(NatField.Event))
        {
            return "neither {event} nor 'event' says what it tells";
        }

        if (fields.Contains(NatField.Event) && _events.Count == 0)
        {
            return "{event} needs a mapping 'events' that says what the words mean";
        }

        if (body.Kind is NatEventKind.Ignored or NatEventKind.DeviceRestarted)
        {
            return null;
        }

        return !fields.Contains(NatField.Outer) ? "it takes no {outer}: the public address"
            : !fields.Contains(NatField.Inner) && !fields.Contains(NatField.Account) ? "it takes neither {inner} nor {account}: who holds the ports"
            : fields.Contains(NatField.LastPort) && !fields.Contains(NatField.FirstPort) ? "it takes {last-port} without {first-port}"
            : null;
    }

    private void Report(Body body, string message) =>
        problems.Add(new Problem(file, body.At.Line, body.At.Column, $"'{body.Match}' is no pattern: {message}."));
}
