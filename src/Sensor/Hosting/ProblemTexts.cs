using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Says in one language what other rooms found wrong: they speak in sentences of English patterns, which are translated here.</summary>
internal sealed partial class ProblemTexts
{
    private ProblemTexts(IReadOnlyDictionary<string, string> patterns) => Patterns = patterns;

    public static ProblemTexts English { get; } = new(new Dictionary<string, string>());

    public static ProblemTexts Chinese { get; } = new(ChinesePatterns());

    /// <summary>By English pattern; empty for English.</summary>
    public IReadOnlyDictionary<string, string> Patterns { get; }

    public static ProblemTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;

    public string Of(Problem problem) => problem.In(Patterns);

    public string Of(Sentence sentence) => sentence.In(Patterns);

    public string Of(Exception problem) => problem is CaptureException refused ? Of(refused.Sentence) : problem.Message;
}
