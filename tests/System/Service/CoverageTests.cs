using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Subjects;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>
/// From a link to a case at zero: what the service itself says of when it listened lets a case be cleared, or not. Of the day of an observation its last moments are the service's;
/// the rest, when another program listened, is stated by the network administrator.
/// </summary>
public sealed class CoverageTests
{
    private const string Sensor = "sensor01";
    private const string Line = "L1";

    /// <summary>A supervisor that waits three seconds for a sign of life: so the service looks at itself each second and not every ten.</summary>
    private static readonly Dictionary<string, string> Supervised = new() { ["WATCHDOG_USEC"] = "3000000" };

    private static readonly string Miner = Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng");
    private static readonly string Chat = Repository.PathOf("captures", "traps", "chat.pcapng");

    [Fact]
    public async Task ALinkThatWasListenedToAllTheTimeProvesZero()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        await ListenAsync(lab, folder, (_, _) => Task.CompletedTask);

        using var desk = new CoveredCase(folder);

        desk.ClearAtTheEnd();
        Assert.Equal(CaseState.Cleared, desk.Case.State);
    }

    [Fact]
    public async Task ALinkThatWasDownProvesNothing()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        await ListenAsync(lab, folder, async (service, send) =>
        {
            lab.Network.Ip("link", "set", LinkLab.Mirror, "down");
            await UntilLogAsync(service, "the interface is down");
            lab.Network.Ip("link", "set", LinkLab.Mirror, "up");
            await UntilLogAsync(service, "the interface is up");
            await send();
        });

        Refuse(folder);
    }

    [Fact]
    public async Task AServiceThatWasStoppedProvesNothing()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        await ListenAsync(lab, folder, (_, _) => Task.CompletedTask);
        await ListenAsync(lab, folder, (_, _) => Task.CompletedTask);

        Refuse(folder);
    }

    [Fact]
    public async Task WhoeverMinesInTheObservationIsNotAtZero()
    {
        using var lab = LinkLab.OrSkip("tcpreplay");
        using var folder = new ServiceFolder();
        await ListenAsync(lab, folder, async (service, _) =>
        {
            lab.Send(Miner);
            await service.UntilMetricAsync("minerflow_sightings_total", sightings => sightings > 0);
        });

        using var desk = new CoveredCase(folder);

        Assert.Equal(RefusalKind.WrongState, Assert.Throws<RefusedException>(desk.ClearAtTheEnd).Kind);
        Assert.Equal(CaseState.Handling, desk.Case.State);
    }

    /// <summary>The gap is told by its length, and closes only when somebody who knows answers for it.</summary>
    private static void Refuse(ServiceFolder folder)
    {
        using var desk = new CoveredCase(folder);
        var refusal = Assert.Throws<RefusedException>(desk.ClearAtTheEnd);

        Assert.Equal((RefusalKind.ObservationIncomplete, Sensor), (refusal.Kind, refusal.Values[0]));
        Assert.Matches("^0:0[0-9]:[0-9][0-9]$", refusal.Values[1]);
        Assert.NotEqual("0:00:00", refusal.Values[1]);
        Assert.Equal(CaseState.Observing, desk.Case.State);
        desk.StateAll();
        desk.ClearAtTheEnd();
        Assert.Equal(CaseState.Cleared, desk.Case.State);
    }

    /// <summary>A service listens while something harmless passes, before and after <paramref name="meanwhile"/>, and is then asked to stop.</summary>
    private static async Task ListenAsync(LinkLab lab, ServiceFolder folder, Func<RunningService, Func<Task>, Task> meanwhile)
    {
        var lines = folder.PathOf("lines.csv");
        await File.WriteAllTextAsync(lines, $"起始IP,单位名称,单位性质,专线号\n192.0.2.10,示例公司,民营企业,{Line}\n", TestContext.Current.CancellationToken);
        using var service = await RunningService.StartAsync(
            ["ip", "netns", "exec", lab.Network.Name, RunningService.Program], folder.Path, Supervised, lab.Network.NewClient(), "http", "127.0.0.1",
            "--rules", Repository.PathOf("rules"), "--interface", LinkLab.Mirror, "--set", $"Sources:Subscribers:0={lines}", "--set", $"Sensor:Name={Sensor}");
        await SendAsync();
        await meanwhile(service, SendAsync);
        await SendAsync();
        Assert.Equal(0, service.Stop());

        // Three seconds each time.
        async Task SendAsync()
        {
            var before = await service.MetricAsync("minerflow_packets_total");
            await lab.SendAsync(times: 1, framesPerSecond: 4, Chat);
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets > before);
        }
    }

    private static Task UntilLogAsync(RunningService service, string text) => service.UntilAsync(() => Task.FromResult(service.Log.Contains(text, StringComparison.Ordinal)));

    /// <summary>A case whose observation ends a moment before the service stopped.</summary>
    private sealed class CoveredCase : IDisposable
    {
        private readonly LedgerDatabase _database;
        private readonly PersonalVault _vault;
        private readonly Clock _clock = new();
        private readonly DateTimeOffset _from;
        private readonly DateTimeOffset _until;
        private readonly long _case;

        public CoveredCase(ServiceFolder folder)
        {
            _database = LedgerDatabase.Open(LedgerPlace.Parse(folder.Ledger), LedgerAccess.Write);
            _vault = LedgerDesk.OpenVault(_database, folder.Ledger + ".keys");
            var heard = _database.Read(session => session.Query(
                "SELECT healthy_from, healthy_to FROM coverage WHERE source = @source ORDER BY healthy_from",
                row => (From: row.Moment("healthy_from"), To: row.Moment("healthy_to")),
                ("source", Sensor)));
            _until = heard[^1].To.AddMilliseconds(-100);
            _from = _until.AddDays(-1);

            _clock.Now = _from.AddDays(-2);
            _case = CasesOf(Duty.Verifier).Report(new SubjectIdentity(Line, Subscriber: null), PacketTime.From(_clock.Now), "140802", "told by telephone");
            CasesOf(Duty.Verifier).Move(_case, CaseState.Verifying, "looked at");
            CasesOf(Duty.Verifier).Move(_case, CaseState.Reviewing, "is mining");
            CasesOf(Duty.Reviewer).Move(_case, CaseState.Handling, "is mining");
            CasesOf(Duty.Verifier).Act(_case, CaseMeasure.Notice, "told by letter");
            _clock.Now = _from;
            CasesOf(Duty.Verifier).Observe(_case, 1, [Sensor], "begun");
            State(_from, heard[0].From.AddMilliseconds(100));
        }

        public CaseRecord Case => CasesOf(Duty.Reviewer).Read(_case);

        public void ClearAtTheEnd()
        {
            _clock.Now = _until;
            CasesOf(Duty.Reviewer).Clear(_case, "nothing was seen");
        }

        public void StateAll() => State(_from, _until);

        public void Dispose()
        {
            _vault.Dispose();
            _database.Dispose();
        }

        private void State(DateTimeOffset from, DateTimeOffset to) => new Coverage(DeskOf(Duty.Network)).Record(Sensor, PacketTime.From(from), PacketTime.From(to));

        private CaseDesk CasesOf(Duty duty) => new(DeskOf(duty));

        private LedgerDesk DeskOf(Duty duty) => new(_database, _vault, new Actor(duty.ToString(), [duty]), _clock);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
