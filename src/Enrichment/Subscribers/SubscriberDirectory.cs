using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Resolution;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>
/// Who was behind an address at a time, by an interval join over all sources. Never picks one of several, and names nobody where a log that could have
/// said otherwise was silent. May be asked from several threads.
/// </summary>
public sealed class SubscriberDirectory
{
    /// <summary>Above this many candidates an answer is of the lowest grade.</summary>
    private const int MostGradedCandidates = 20;

    private readonly SubscriberSources _sources;
    private readonly SubscriberDirectoryOptions _options;
    private readonly ChainFinder _chains;
    private readonly long _skew;

    private SubscriberDirectory(SubscriberSources sources, SubscriberDirectoryOptions options)
    {
        _sources = sources;
        _options = options;
        _skew = options.ClockSkew.Ticks * 100;
        _chains = new ChainFinder(sources, _skew);
    }

    public static SubscriberDirectory Build(SubscriberSources sources, SubscriberDirectoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new SubscriberDirectory(sources, options ?? new SubscriberDirectoryOptions());
    }

    /// <summary>As <see cref="Answer(AttributionQuestion)"/>, for a flow that was seen from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public Attribution Lookup(IpAddress address, ushort? port, PacketTime from, PacketTime to) => Answer(new AttributionQuestion(address, from, to) { Port = port });

    /// <summary>Who held the address during the whole time asked; unique only when one account did and no other came near.</summary>
    public Attribution Answer(AttributionQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (AddressScopes.Of(question.Address) == AddressScope.Impossible || question.To < question.From)
        {
            return new Attribution(AttributionOutcome.Invalid, []);
        }

        var inquiry = new Inquiry(question, Pools(question));
        var holdings = _chains.Holdings(question, question.Port);
        inquiry.IsShared = inquiry.Pools.Exists(pool => pool.Kind.NeedsPort()) || holdings.Exists(holding => holding.Interval.SharesAddress);
        inquiry.Kind = KindOf(inquiry, holdings);
        return inquiry.IsShared && question.Port is null ? AnswerWithoutPort(inquiry, holdings) : AnswerBy(inquiry, holdings);
    }

    private Attribution AnswerBy(Inquiry inquiry, List<Holding> holdings)
    {
        var chains = _chains.Follow(holdings, inquiry.Question);
        foreach (var link in chains.SelectMany(chain => chain.Links))
        {
            inquiry.Asked.Add(link.Source);
        }

        if (chains.Count == 0)
        {
            return Nobody(inquiry);
        }

        var accounts = chains.Where(chain => chain.Account.Length > 0).GroupBy(chain => chain.Account, StringComparer.Ordinal).Select(group => group.ToList()).ToList();
        var nameless = chains.Where(chain => chain.Account.Length == 0).Select(chain => chain.Links[^1].Interval.Inner).Distinct().Count();
        if (accounts.Count + nameless > 1)
        {
            return Ambiguous(inquiry, accounts.ConvertAll(CandidateOf), accounts.Count + nameless, WhatWouldTell(chains));
        }

        return accounts.Count == 1 ? OnlyOne(inquiry, accounts[0]) : WithoutName(inquiry);
    }

    private static Attribution OnlyOne(Inquiry inquiry, List<Chain> chains)
    {
        foreach (var chain in chains)
        {
            if (CoverageCheck.Doubt(chain) is { } doubt)
            {
                return inquiry.Insufficient(doubt);
            }
        }

        if (!ChainFinder.IsCovered(chains))
        {
            return inquiry.Insufficient(new MissingPiece(MissingKind.NarrowerTime));
        }

        var candidate = CandidateOf(chains);
        var whole = chains.Find(chain => chain.Covers);
        var isBest = whole is not null && whole.IsProven && whole.IsFarFromChanges && !CoverageCheck.HasGapNear(whole);
        var isDoubtful = candidate.PortWitness == PortWitness.Contradicts || candidate.RestsOnSession || candidate.RestsOnLikelihood;
        var grade = isDoubtful ? 'C' : isBest ? 'A' : 'B';
        return inquiry.Finish(new Attribution(AttributionOutcome.Unique, [candidate]) { Grade = grade });
    }

    /// <summary>The NAT log knows the inner address, nothing knows who had that.</summary>
    private Attribution WithoutName(Inquiry inquiry)
    {
        var window = new TimeWindow(inquiry.Question.From, inquiry.Question.To);
        var sessions = CoverageCheck.Relevant(_sources.Logs, inquiry.Pools, isShared: false);
        inquiry.Asked.UnionWith(sessions);
        var doubts = sessions.Select(source => CoverageCheck.Doubt(source, window)).OfType<MissingPiece>().ToArray();
        return inquiry.Insufficient(doubts.Length > 0 ? doubts : [new MissingPiece(MissingKind.InnerLog)]);
    }

    private static Attribution Ambiguous(Inquiry inquiry, List<AttributionCandidate> candidates, int count, MissingPiece missing)
    {
        candidates.Sort((left, right) => left.ValidFrom != right.ValidFrom
            ? left.ValidFrom.UnixNanoseconds.CompareTo(right.ValidFrom.UnixNanoseconds)
            : string.CompareOrdinal(left.Account, right.Account));
        return inquiry.Finish(new Attribution(AttributionOutcome.Ambiguous, candidates) { Grade = GradeOf(count), CandidateCount = count }, missing);
    }

    /// <summary>One after the other: a narrower time tells them apart. At once: the logs contradict each other, or inner addresses repeat.</summary>
    private static MissingPiece WhatWouldTell(List<Chain> chains)
    {
        var whole = chains.Where(chain => chain.Covers).ToList();
        var isBehindNat = whole.Exists(chain => chain.Links.Count > 1) && whole.Select(chain => chain.Links[0]).Distinct().Count() < whole.Count;
        return whole.Count < 2 ? new MissingPiece(MissingKind.NarrowerTime)
            : isBehindNat ? new MissingPiece(MissingKind.AccessServer)
            : new MissingPiece(MissingKind.LostLine, string.Join(", ", whole.SelectMany(chain => chain.Links).Select(link => link.Source.Device).Distinct(StringComparer.Ordinal)));
    }

    /// <summary>Shared by several subscribers and no port to tell them apart: our own sensor may have seen it; else they are counted and nobody is named.</summary>
    private Attribution AnswerWithoutPort(Inquiry inquiry, List<Holding> holdings)
    {
        var question = inquiry.Question;
        var flows = _sources.OwnFlows?.Find(question.Address, question.Destination, question.From, question.To).ToList() ?? [];
        if (flows.Count > 0 && AnswerByFlows(inquiry, flows) is { } answer)
        {
            return answer;
        }

        inquiry.Asked.UnionWith(holdings.Select(holding => holding.Source));
        var missing = new MissingPiece(MissingKind.SourcePort);
        var holders = holdings.Where(holding => holding.Interval.SharesAddress).Select(holding => (holding.Interval.Inner, holding.Account)).Distinct().Count();
        return holders < 2
            ? inquiry.Insufficient(missing)
            : inquiry.Finish(new Attribution(AttributionOutcome.Ambiguous, []) { Grade = GradeOf(holders), CandidateCount = holders }, missing);
    }

    /// <summary>Each flow of the address in the time asked as a question of its own; one name only when all have it.</summary>
    private Attribution? AnswerByFlows(Inquiry inquiry, List<OwnFlow> flows)
    {
        var question = inquiry.Question;
        var answers = flows.ConvertAll(flow => Answer(question with
        {
            Port = flow.Client.Port,
            Protocol = flow.Protocol,
            Destination = flow.Server,
            From = flow.From > question.From ? flow.From : question.From,
            To = flow.To < question.To ? flow.To : question.To,
        }));
        var evidence = flows.ConvertAll(flow => flow.Evidence);
        if (answers.Exists(answer => answer.Outcome is not (AttributionOutcome.Unique or AttributionOutcome.Ambiguous)))
        {
            return null;
        }

        var candidates = answers.SelectMany(answer => answer.Candidates).DistinctBy(candidate => candidate.Account).ToList();
        var first = answers[0];
        var isOne = candidates.Count == 1 && answers.TrueForAll(answer => answer.Outcome == AttributionOutcome.Unique);
        return first with
        {
            Outcome = isOne ? AttributionOutcome.Unique : AttributionOutcome.Ambiguous,
            Candidates = candidates,
            CandidateCount = Math.Max(candidates.Count, answers.Max(answer => answer.CandidateCount)),
            Grade = isOne ? 'C' : GradeOf(candidates.Count),
            PortOrigin = PortOrigin.OwnFlow,
            OwnEvidence = evidence,
        };
    }

    private Attribution Nobody(Inquiry inquiry)
    {
        var question = inquiry.Question;
        var address = question.Address;
        var isLogged = _sources.Logs?.Knows(address) == true;
        if (!isLogged && _sources.Lines?.HasHolder(address) == true)
        {
            return inquiry.Finish(new Attribution(AttributionOutcome.None, []));
        }

        if (!isLogged && inquiry.Pools.Count == 0)
        {
            return AddressScopes.Of(address) == AddressScope.Inner ? inquiry.Insufficient(new MissingPiece(MissingKind.InnerLog))
                : _sources.Lines?.Intervals.Knows(address) == true || _options.OwnPrefixes.Any(prefix => prefix.Contains(address)) ? inquiry.Insufficient(new MissingPiece(MissingKind.PoolLog))
                : HasInventory ? inquiry.Finish(new Attribution(AttributionOutcome.NotOurs, []))
                : inquiry.Insufficient(new MissingPiece(MissingKind.Inventory));
        }

        var relevant = inquiry.Pools.Count == 0
            ? [.. _sources.Logs?.Sources ?? []]
            : CoverageCheck.Relevant(_sources.Logs, inquiry.Pools, inquiry.IsShared);
        if (inquiry.IsShared)
        {
            // An access server that translates tells its blocks in its accounting: whose log has other ports of the address would have had these too.
            relevant = [.. relevant.Union(_chains.Holdings(question, null).Where(holding => !holding.IsStanding).Select(holding => holding.Source))];
        }

        inquiry.Asked.UnionWith(relevant);
        if (relevant.Count == 0)
        {
            return inquiry.Insufficient(new MissingPiece(MissingKind.PoolLog));
        }

        var window = new TimeWindow(question.From, question.To);
        var doubts = relevant.Select(source => CoverageCheck.Doubt(source, window)).OfType<MissingPiece>().ToArray();
        return doubts.Length > 0
            ? inquiry.Insufficient(doubts)
            : inquiry.Finish(new Attribution(AttributionOutcome.None, []), [.. relevant.Select(source => new MissingPiece(MissingKind.LostLine, source.Device))]);
    }

    /// <summary>Static lines are no inventory: whoever has none of them may still be a customer with an address from a pool.</summary>
    private bool HasInventory => _sources.Inventory is { Pools.Count: > 0 } || _options.OwnPrefixes.Count > 0;

    private List<AddressPool> Pools(AttributionQuestion question)
    {
        var pools = new List<AddressPool>();
        _sources.Inventory?.Find(question.Address, question.From, question.To, pools);
        return pools;
    }

    private static PoolKind KindOf(Inquiry inquiry, List<Holding> holdings) =>
        inquiry.Pools.Count > 0 ? inquiry.Pools[0].Kind
        : holdings.Exists(holding => holding.Interval.Kind == IntervalKind.Binding) ? PoolKind.CgnPerSession
        : inquiry.IsShared ? PoolKind.CgnPortBlock
        : holdings.Exists(holding => holding.Interval.Kind == IntervalKind.Line) ? PoolKind.Static
        : !inquiry.Question.Address.IsIPv4 ? PoolKind.IPv6Delegated
        : AddressScopes.Of(inquiry.Question.Address) == AddressScope.Inner ? PoolKind.Inner
        : holdings.Count > 0 ? PoolKind.Dynamic : PoolKind.Unknown;

    private static char GradeOf(int candidates) => candidates <= MostGradedCandidates ? 'D' : 'E';

    private static AttributionCandidate CandidateOf(List<Chain> chains) => CandidateText.Of(chains);
}
