using System.CommandLine;
using System.Globalization;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow capture</c>: its options, and what they mean once checked.</summary>
internal sealed class CaptureCommand
{
    private readonly CommandTexts _common;
    private readonly CaptureTexts _texts;
    private readonly FindingOptions _findings;
    private readonly Option<string[]> _interface;
    private readonly Option<string[]> _filter;
    private readonly Option<string[]> _seconds;
    private readonly Option<string[]> _write;
    private readonly Option<string[]> _backend;
    private readonly Option<string[]> _workers;
    private readonly Option<string[]> _ring;
    private readonly Option<string[]> _snapLength;
    private readonly Option<string[]> _sample;
    private readonly Option<string[]> _shed;
    private readonly Option<string[]> _notPromiscuous;

    public CaptureCommand(CommandTexts common, CaptureTexts texts)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("capture", texts.Capture);
        _interface = Symbol.Valued("--interface", "IF", texts.Interface);
        _filter = Symbol.Valued("--filter", "EXPR", texts.Filter);
        _seconds = Symbol.Valued("--seconds", "N", texts.Seconds);
        _write = Symbol.Valued("--write", "FILE", texts.Write);
        _findings = new FindingOptions(Symbol, common);
        _backend = Symbol.Valued("--backend", "ring|libpcap", texts.Backend);
        _workers = Symbol.Valued("--workers", "N", texts.Workers);
        _ring = Symbol.Valued("--ring", "MIB", texts.RingMegabytes);
        _snapLength = Symbol.Valued("--snap-length", "BYTES", texts.SnapLength);
        _sample = Symbol.Valued("--sample", "1:N", texts.Sample);
        _shed = Symbol.Valued("--shed", "newest|oldest|flows", texts.Shed);
        _notPromiscuous = Symbol.Flag("--no-promiscuous", texts.NotPromiscuous);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public CaptureOptions Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal, ReportLanguage language)
    {
        foreach (var surplus in plain)
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var names = reader.Many(_interface);
        var seconds = reader.Whole(_seconds, 0, 1, 31_536_000);
        var options = new CaptureOptions
        {
            Live = Live(names, reader),
            Flows = new FlowOptions { SampleOneFlowIn = Sample(reader) },
            Duration = seconds > 0 ? TimeSpan.FromSeconds(seconds) : null,
            Write = reader.One(_write),
            // A link is like a file that grows: each record is shown as soon as it is known.
            Findings = _findings.Read(names, reader, terminal, language) with { Input = new CaptureInputOptions { Follow = true } },
        };
        CheckTogether(options, reader);
        return options;
    }

    private LiveCaptureOptions Live(IReadOnlyList<string> names, OptionReader reader)
    {
        var defaults = new LiveInterfaceOptions();
        var workers = (int)reader.Within<LiveInterfaceOptions>(_workers, nameof(LiveInterfaceOptions.Workers), defaults.Workers);
        var ring = (int)reader.Within<LiveInterfaceOptions>(_ring, nameof(LiveInterfaceOptions.RingMegabytes), defaults.RingMegabytes);
        return new LiveCaptureOptions
        {
            Interfaces =
            [
                .. names.Select(name => new LiveInterfaceOptions { Name = name, Workers = workers, RingMegabytes = ring, Promiscuous = !reader.Flag(_notPromiscuous) }),
            ],
            Filter = reader.One(_filter),
            Backend = (LiveBackend)reader.Choice(_backend, (int)LiveBackend.Ring, "ring", "libpcap"),
            SnapLength = (int)reader.Whole(_snapLength, new LiveCaptureOptions().SnapLength, 96, 262_144),
            Shed = (ShedPolicy)reader.Choice(_shed, (int)ShedPolicy.Newest, "newest", "oldest", "flows"),
        };
    }

    private int Sample(OptionReader reader)
    {
        const int Most = 65_536;
        if (reader.One(_sample) is not { } text)
        {
            return 1;
        }

        if (text.StartsWith("1:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most)
        {
            return number;
        }

        reader.Problem(_texts.BadSample, _sample.Name, text, Most);
        return 1;
    }

    private void CheckTogether(CaptureOptions options, OptionReader reader)
    {
        if (options.Live.Interfaces.Count == 0)
        {
            reader.Problem(_texts.NoInterface);
        }
        else
        {
            foreach (var problem in Problems(options.Live))
            {
                reader.Problem("{0}", problem);
            }
        }

        if (options.Write is not null && options.Findings.Output is not null && Path.GetFullPath(options.Write) == Path.GetFullPath(options.Findings.Output))
        {
            reader.Problem(_common.SameTarget, _findings.Output.Name, _write.Name, options.Write);
        }
    }

    private static IEnumerable<string> Problems(LiveCaptureOptions options) =>
        (new LiveCaptureOptionsValidator().Validate(null, options).Failures ?? []).Concat(new LiveCaptureRules().Validate(null, options).Failures ?? []);
}
