using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Attributions;

/// <summary>The answer in sentences that an engineer can read to the regulator: what was asked, what follows, on which logs, and what is missing.</summary>
public static class AttributionExplanation
{
    /// <summary>The word of its kind in answers.</summary>
    private const string DataCentre = "idc";

    public static string Chinese(AttributionQuestion question, Attribution answer, AttributionContext context)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(context);
        var port = question.Port is { } given ? $" 端口 {given}" : "";
        var time = $"{Moments.Words(question.From, context.Offset)} 至 {Moments.Words(Moments.EndOf(question), context.Offset)}（{Moments.Zone(context.Offset)}）";
        var asked = $"{question.Address}{port}，{time}：";
        var text = answer.Outcome switch
        {
            AttributionOutcome.Unique => $"由唯一账号 {Reference(answer, context)} 使用。{ChainZh(answer.Candidates[0], context)}{GradeZh(answer)}{DataCentreZh(answer)}",
            AttributionOutcome.Ambiguous when answer.Candidates.Count == 0 => $"该公网地址由多个用户共用，本时段该公网IP下有 {answer.CandidateCount} 个端口块，没有源端口不能确定是哪一个用户，不列出任何用户。",
            AttributionOutcome.Ambiguous => $"本时段有 {answer.CandidateCount} 个账号可能使用，不能确定是哪一个。",
            AttributionOutcome.None => "属本网地址，现有日志在该时段没有缺口，其中没有任何用户使用该地址的记录。",
            AttributionOutcome.NotOurs => "不是本网地址。",
            AttributionOutcome.Invalid => "不是用户可以使用的地址，或时间前后颠倒，无法核查。",
            _ => "信息不足，不能确定用户。",
        };
        return asked + text + OwnZh(answer) + MissingZh(answer, context);
    }

    public static string English(AttributionQuestion question, Attribution answer, AttributionContext context)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(context);
        var port = question.Port is { } given ? $" port {given}" : "";
        var time = $"from {Moments.Words(question.From, context.Offset)} to {Moments.Words(Moments.EndOf(question), context.Offset)} ({Moments.Zone(context.Offset)})";
        var asked = $"{question.Address}{port} {time}: ";
        var text = answer.Outcome switch
        {
            AttributionOutcome.Unique => $"one account only, {Reference(answer, context)}, had it. {ChainEn(answer.Candidates[0], context)}{GradeEn(answer)}{DataCentreEn(answer)}",
            AttributionOutcome.Ambiguous when answer.Candidates.Count == 0 => $"the public address is shared; {answer.CandidateCount} holders of ports had it in this time. Without the source port nobody can be told apart, so nobody is listed.",
            AttributionOutcome.Ambiguous => $"{answer.CandidateCount} accounts fit this time; which one it was cannot be said.",
            AttributionOutcome.None => "an address of ours; the logs speak over this time without a gap, and no line of them says that anybody had it.",
            AttributionOutcome.NotOurs => "not an address of ours.",
            AttributionOutcome.Invalid => "no address that a subscriber can have, or a time that ends before it begins.",
            _ => "not enough is known to name anyone.",
        };
        return asked + text + OwnEn(answer) + MissingEn(answer, context);
    }

    private static string Reference(Attribution answer, AttributionContext context) => AttributionJson.PseudonymOf(answer.Candidates[0].Account, context.PseudonymKey);

    private static string ChainZh(AttributionCandidate candidate, AttributionContext context)
    {
        var links = string.Join("；", candidate.Chain.Select(link => link.Line.Length > 0 ? $"{link.Source}（日志行摘要 {link.Line[..8]}…）" : link.Source));
        var margin = candidate.MarginSeconds is { } seconds ? $"距最近一次换手 {Seconds(seconds)} 秒。" : "";
        var end = candidate.EndIsEstimated ? "结束时间没有日志记录，为推定。" : "";
        var port = candidate.PortWitness switch
        {
            PortWitness.Agrees => "计费记录中的接入端口与资源系统一致。",
            PortWitness.Contradicts => "计费记录中的接入端口与资源系统登记的不一致，装机地址须人工核实。",
            _ => "",
        };
        var session = candidate.RestsOnSession ? "NAT 日志没有回收这些端口的记录，时长已超过该设备通常的占用时长；认定仅依据与其同时开始的会话。"
            : candidate.RestsOnLikelihood ? "NAT 日志没有回收这些端口的记录；按该设备通常的占用时长，当时很可能仍被占用，但也可能已经回收而记录丢失。" : "";
        return $"依据：{links}；有效期 {Interval(candidate, context, "起点不详", "至今")}。{margin}{end}{session}{port}";
    }

    private static string ChainEn(AttributionCandidate candidate, AttributionContext context)
    {
        var links = string.Join("; ", candidate.Chain.Select(link => link.Line.Length > 0 ? $"{link.Source} (digest of the log line {link.Line[..8]}…)" : link.Source));
        var margin = candidate.MarginSeconds is { } seconds ? $" The nearest change of hands is {Seconds(seconds)} s away." : "";
        var end = candidate.EndIsEstimated ? " Its end is concluded, not logged." : "";
        var port = candidate.PortWitness switch
        {
            PortWitness.Agrees => " The physical port in the accounting is the one in the resource system.",
            PortWitness.Contradicts => " The physical port in the accounting is not the one in the resource system: the installation address has to be checked.",
            _ => "",
        };
        var session = candidate.RestsOnSession ? " No line says that the ports were given back, though the translator seldom leaves them so long; the name rests on the session that began with them."
            : candidate.RestsOnLikelihood ? " No line says that the ports were given back; by how long the translator leaves others they were probably still held, but they may have been given back and the line lost." : "";
        return $"It rests on: {links}; valid {Interval(candidate, context, "since an unknown time", "until now")}.{margin}{end}{session}{port} ";
    }

    private static string Interval(AttributionCandidate candidate, AttributionContext context, string unknown, string open) =>
        $"{(candidate.ValidFrom.IsNone ? unknown : Moments.Words(candidate.ValidFrom, context.Offset))} – {(candidate.ValidTo is { } end ? Moments.Words(end, context.Offset) : open)}";

    private static string GradeZh(Attribution answer) => answer.Grade switch
    {
        'A' => "可信等级 A：该时段前后均有日志证明，离换手足够远，日志无缺口。",
        'B' => "可信等级 B：有一端为推定、离换手较近，或附近日志有缺口。",
        'C' => "可信等级 C：依靠自有探针证据或有待人工核实之处，须人工确认后方可上报。",
        _ => "",
    };

    private static string GradeEn(Attribution answer) => answer.Grade switch
    {
        'A' => "Grade A: log lines before and after prove it, no change of hands is near, the logs have no gap.",
        'B' => "Grade B: one end is concluded, a change of hands is near, or a log has a gap nearby.",
        'C' => "Grade C: it needs our own sensor's evidence or has a doubt to clear; a person must confirm it before it is reported.",
        _ => "",
    };

    /// <summary>The notices ask to tell data centres from mining farms; what decides between them is not in any log.</summary>
    private static string DataCentreZh(Attribution answer) => answer.AddressKind != DataCentre ? "" :
        "该地址在数据中心内，列出的是租户，不是机房经营者。区分标准：租户的地址中只有少数挖矿、其余为正常业务的，按数据中心租户处理；租户的多数地址或整个机房都在挖矿、机柜和用电只供矿机的，按“矿场”核实。";

    private static string DataCentreEn(Attribution answer) => answer.AddressKind != DataCentre ? "" :
        " The address is in a data centre: the tenant is named, not its operator. A tenant of whose addresses few mine beside ordinary business is a tenant of a data centre; where most of a tenant's addresses or the whole room mine, and racks and power serve miners only, it is to be examined as a mining farm.";

    private static string OwnZh(Attribution answer) =>
        answer.PortOrigin == PortOrigin.OwnFlow ? $"源端口取自本网探针所见的流量：{string.Join("；", answer.OwnEvidence)}。" : "";

    private static string OwnEn(Attribution answer) =>
        answer.PortOrigin == PortOrigin.OwnFlow ? $" The source port is taken from what our own sensor saw: {string.Join("; ", answer.OwnEvidence)}." : "";

    private static string MissingZh(Attribution answer, AttributionContext context) =>
        answer.MissingPieces.Count == 0 ? "" : $"缺少：{string.Join("；", answer.MissingPieces.Select(piece => PieceZh(piece, context)))}。";

    private static string MissingEn(Attribution answer, AttributionContext context) =>
        answer.MissingPieces.Count == 0 ? "" : $" Missing: {string.Join("; ", answer.MissingPieces.Select(piece => PieceEn(piece, context)))}.";

    private static string PieceZh(MissingPiece piece, AttributionContext context) => piece.Kind switch
    {
        MissingKind.SourcePort => "源端口（请下发方按 RFC 6302 提供源端口与准确时间）",
        MissingKind.Inventory => "自有地址段与地址池清单",
        MissingKind.PoolLog => "该地址池的 RADIUS、DHCP 或 NAT 日志",
        MissingKind.TimeOutsideLog => $"{piece.Source} 在该时段的日志{Span(piece, context, "（现有 {0} 至 {1}）")}",
        MissingKind.CoverageGap => $"日志缺口：{piece.Source}{Span(piece, context, " {0} 至 {1}")}",
        MissingKind.InnerLog => "私网地址的 RADIUS 或 DHCP 日志",
        MissingKind.NarrowerTime => "更精确的时间（所问时段内换过手，或只有一部分时间被使用）",
        MissingKind.LostLine => $"{piece.Source} 换手时的日志行（若确有流量，则该日志有遗漏）",
        MissingKind.Clock => $"{piece.Source} 的正确时钟或时区",
        MissingKind.AccessServer => "NAT 之后的接入设备（私网地址重复，须在地址清单中注明）",
        _ => "每条连接的用户",
    };

    private static string PieceEn(MissingPiece piece, AttributionContext context) => piece.Kind switch
    {
        MissingKind.SourcePort => "the source port (RFC 6302 asks servers to log it with an accurate time)",
        MissingKind.TimeOutsideLog => $"the log of {piece.Source} of this time{Span(piece, context, " (there is {0} to {1})")}",
        MissingKind.CoverageGap => $"log lines of {piece.Source}{Span(piece, context, " from {0} to {1}")} (coverage gap)",
        MissingKind.LostLine => $"the log line of {piece.Source} at a change of hands (if there was traffic, that line is lost)",
        _ => piece.ToString(),
    };

    private static string Span(MissingPiece piece, AttributionContext context, string format) => piece is { From: { } from, To: { } to }
        ? string.Format(CultureInfo.InvariantCulture, format, Moments.Words(from, context.Offset), Moments.Words(to, context.Offset))
        : "";

    private static string Seconds(double seconds) => Math.Round(seconds).ToString(CultureInfo.InvariantCulture);
}
