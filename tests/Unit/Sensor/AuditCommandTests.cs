using System.Security.Cryptography;
using MinerFlow.Ledger.People;
using MinerFlow.Sensor.Commands;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary><c>minerflow doctor audit</c>, as an auditor uses it.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Office _office = new(new SqliteHome());

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void ADeletedRecordIsFoundInTheLedgerAndByTheHeadThatWasSentOut()
    {
        var (signing, publicKey) = Keys();
        Record(3);
        var signed = Run("--ledger", _office.Place, "--sign", signing, "--format", "jsonl");
        var heads = _folder.Write("heads.jsonl", signed.Lines[0] + "\n");
        Assert.Contains("\"sequence\":3", signed.Lines[0], StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, signed.ExitCode);

        _office.Database.Write(session => session.Execute("DELETE FROM audit WHERE sequence = 2"));
        var gap = Run("--ledger", _office.Place, "--public-key", publicKey);
        Assert.Equal(ExitCode.NeedsPerson, gap.ExitCode);
        Assert.Contains("broken at record 2: it is missing", gap.Output, StringComparison.Ordinal);

        _office.Database.Write(session =>
        {
            session.Execute("DELETE FROM audit");
            session.Execute("DELETE FROM audit_head");
        });
        Record(2);
        Assert.Equal(ExitCode.NeedsPerson, Run("--ledger", _office.Place, "--head", heads, "--public-key", publicKey).ExitCode);
        Assert.Contains("审计链", Run("--lang", "zh", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExportedChainIsCheckedElsewhere()
    {
        var (signing, publicKey) = Keys();
        Record(3);
        var chain = _folder.PathOf("chain.jsonl");
        Assert.Equal(ExitCode.Done, Run("--ledger", _office.Place, "--sign", signing, "--export", chain).ExitCode);

        var whole = Run(chain, "--public-key", publicKey);
        Assert.Equal(ExitCode.Done, whole.ExitCode);
        Assert.Contains("whole: 3 records", whole.Output, StringComparison.Ordinal);
        Assert.Contains("1 signed heads agree, 0 not checked", whole.Output, StringComparison.Ordinal);

        File.WriteAllText(chain, File.ReadAllText(chain).Replace("number 1", "number 7", StringComparison.Ordinal));
        Assert.Contains("broken at record 2: it is not as it was written", Run(chain, "--public-key", publicKey).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongUsageIsToldAtOnce()
    {
        Assert.Contains("name either", Run().Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Run("chain.jsonl", "--export", "x").ExitCode);
        Assert.Equal(ExitCode.Unreadable, Run("--ledger", _folder.PathOf("none.db")).ExitCode);
        Assert.Contains("openssl genpkey", Run("--ledger", _office.Place, "--sign", _folder.Write("empty.pem", "")).Error, StringComparison.Ordinal);
    }

    private static Invocation Run(params string[] arguments) => Invocation.Of(["doctor", "audit", .. arguments]);

    private void Record(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _office.DeskOf("verifier").Do(work => work.Record(Duty.Verifier, "test.step", $"thing:{i}", $"number {i}"));
        }
    }

    private (string Signing, string Public) Keys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (_folder.Write("audit.key", key.ExportPkcs8PrivateKeyPem()), _folder.Write("audit.pub", key.ExportSubjectPublicKeyInfoPem()));
    }
}
