using MinerFlow.Abstractions;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>What a share is worth, and of whom, where that hangs on a detail of the message.</summary>
public class WorkOfSharesTests
{
    private const double TwoTo32 = 4_294_967_296;

    private static readonly string Hash = string.Concat(Enumerable.Repeat("1a2b3c4d", 8));

    /// <summary>A chain that was mined along with another has hashes that look random (Fractal, Namecoin); who rolls versions computes SHA-256d all the same.</summary>
    [Theory]
    [InlineData("", 2 * 65_536, null)]
    [InlineData(",\"1fffe000\"", 2 * TwoTo32, "sha256d")]
    public void VersionRollingIsOfSha256dWhateverThePreviousHashLooksLike(string rolled, double work, string? algorithm)
    {
        var found = Bitcoin("\"" + Hash + "\",\"01\",\"02\",[\"" + Hash + "\"],\"20000000\",\"1a05b0c1\",\"69a4f600\",true", rolled).Event();

        Assert.Equal((work, algorithm), (found!.AcceptedWork, found.Algorithm));
    }

    /// <summary>Snipa22/go-tari-c29-solo-stratum: the job is that of sha3x, the target counts cycles.</summary>
    [Fact]
    public void TheCuckarooOfTariIsFoundByItsJobAndCountedInSolutions()
    {
        var found = new Talk().Server(Line("\"method\":\"job\",\"params\":{\"algo\":\"C29\",\"blob\":\"" + Hash + "\",\"height\":90000,\"job_id\":\"1f\",\"target\":\"ffffffffffffff0f\",\"xn\":\"a1b2\"}"))
            .Client(Line("\"id\":9,\"method\":\"submit\",\"params\":{\"id\":\"1\",\"job_id\":\"1f\",\"nonce\":\"00112233aabbccdd\",\"result\":\"" + Hash + "\",\"pow\":[1,2,3]}"))
            .Server(Line("\"id\":9,\"result\":{\"status\":\"OK\"},\"error\":null")).Event();

        Assert.Equal(("XTM", "Sol/s", 16.0), (found!.Coin, found.Hashrate!.Unit, Math.Round(found.AcceptedWork)));
    }

    /// <summary>MoneroOcean/xmr-node-proxy: the pool sends a template and says the difficulty in so many words.</summary>
    [Fact]
    public void AJobWithATemplateIsOfAProxyAndTellsItsDifficulty()
    {
        var job = Line("\"method\":\"job\",\"params\":{\"blocktemplate_blob\":\"" + string.Concat(Enumerable.Repeat(Hash, 4)) + "\",\"difficulty\":400000000000,\"height\":3600000,"
            + "\"job_id\":\"7\",\"reserved_offset\":130,\"client_nonce_offset\":142,\"client_pool_offset\":138,\"target_diff\":50000,\"target_diff_hex\":\"c350\"}");
        var found = new Talk().Server(job).Client(Line("\"id\":9,\"method\":\"submit\",\"params\":{\"id\":\"1\",\"job_id\":\"7\",\"nonce\":\"00112233\",\"result\":\"" + Hash + "\",\"workerNonce\":5,\"poolNonce\":7}"))
            .Server(Line("\"id\":9,\"result\":{\"status\":\"OK\"},\"error\":null")).Event();

        Assert.Equal(("cryptonote", MiningRole.Proxy, 50_000.0, 50_000.0), (found!.Dialect, found.Role, found.Difficulty, found.AcceptedWork));
        Assert.NotNull(new Talk().Server(job).Event());
    }

    /// <summary>viabtc/viabtc_mining_server: each miner behind the agent has its own difficulty, and shares get no answer.</summary>
    [Fact]
    public void SharesOfAnAgentAreWorthWhatItSaidOfEachMiner()
    {
        var found = new Talk().Client(Line("\"id\":1772438400050,\"method\":\"agent.subscribe\",\"params\":[1,7431]") + Line("\"id\":1772438400051,\"method\":\"agent.sync\",\"params\":[1,11,\"0011aabb\",1024]")
                + Line("\"id\":1772438400052,\"method\":\"agent.sync\",\"params\":[2,12,\"0011aabc\",4096]"))
            .Client(Line("\"id\":1772438400053,\"method\":\"agent.submit\",\"params\":[1,\"acct.w1\",\"j1\",\"00000001\",\"69a4f600\",\"0011aabb\",0,0,0]"))
            .Client(Line("\"id\":1772438400054,\"method\":\"agent.submit\",\"params\":[2,\"acct.w2\",\"j1\",\"00000001\",\"69a4f600\",\"0011aabb\",0,0,0]")).Event();

        Assert.Equal((MiningRole.Proxy, 2, 2, 5_120 * TwoTo32, "acct", "w2"), (found!.Role, found.Workers, (int)found.SharesAccepted, found.AcceptedWork, found.Login?.Clear, found.Worker?.Clear));
    }

    [Fact]
    public void TheRigOfALoginStandsForItsWorker()
    {
        var found = new Talk().Client(Line("\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"4" + new string('A', 94) + ".wA+50000\",\"pass\":\"x\",\"agent\":\"XMRig/6.21.0\",\"rigid\":\"rB\"}"))
            .Server(Line("\"id\":1,\"result\":{\"id\":\"1\",\"job\":{\"blob\":\"" + Hash + Hash + Hash + "\",\"job_id\":\"7\",\"target\":\"b88d0600\"},\"status\":\"OK\"},\"error\":null")).Event();

        Assert.Equal(("rB", 1), (found!.Worker?.Clear, found.Workers));
    }

    [Theory]
    [InlineData("acct.rigB+50000", "acct", "rigB")]
    [InlineData("acct+50000.rigB", "acct", "rigB")]
    [InlineData("acct.a+b", "acct", "a+b")]
    public void ADifficultyBehindAPlusIsNoPartOfAName(string login, string account, string worker)
    {
        var found = new Talk().Client(Line("\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + login + "\",\"x\"]")).Event();

        Assert.Equal((account, worker), (found!.Login?.Clear, found.Worker?.Clear));
    }

    [Fact]
    public void TheWorkerOfAnEthereumLoginStandsForTheRigInItsName()
    {
        var found = new Talk().Client(Line("\"id\":2,\"worker\":\"gpu7\",\"method\":\"eth_submitLogin\",\"params\":[\"0x" + Hash[..40] + ".farm\",\"x\"]")).Event();

        Assert.Equal(("gpu7", 1), (found!.Worker?.Clear, found.Workers));
    }

    [Fact]
    public void RigsOfOneWalletThatLogInOneAfterTheOtherAreAllCounted()
    {
        var talk = new Talk();
        foreach (var rig in (string[])["gpu1", "gpu2", "gpu2", "gpu3"])
        {
            talk.Client(Line("\"id\":2,\"worker\":\"" + rig + "\",\"method\":\"eth_submitLogin\",\"params\":[\"0x" + Hash[..40] + "\",\"x\"]"));
        }

        var found = talk.Event();

        Assert.Equal(("0x" + Hash[..40], "gpu3", 3), (found!.Login?.Clear, found.Worker?.Clear, found.Workers));
    }

    /// <summary>Weights of grin core consensus.rs: 16,384 for 32 bits, 7,936 for 31, 1,856 for 29.</summary>
    [Theory]
    [InlineData(32, 10)]
    [InlineData(31, 163_840 / 7_936.0)]
    [InlineData(29, 163_840 / 1_856.0)]
    public void AShareOfTheGrinFamilyWeighsByItsGraph(int edgeBits, double solutions)
    {
        var cycle = string.Join(',', Enumerable.Range(1, 42));
        var found = new Talk()
            .Server(Line("\"id\":\"Stratum\",\"method\":\"job\",\"params\":{\"difficulty\":163840,\"height\":9,\"job_id\":3,\"pre_pow\":\"" + Hash + Hash + "\"}"))
            .Client(Line("\"id\":\"2\",\"method\":\"submit\",\"params\":{\"edge_bits\":" + edgeBits + ",\"height\":9,\"job_id\":3,\"nonce\":8,\"pow\":[" + cycle + "]}"))
            .Server(Line("\"id\":\"2\",\"method\":\"submit\",\"result\":\"ok\",\"error\":null")).Event();

        Assert.Equal(solutions, found!.AcceptedWork, 6);
    }

    /// <summary>A solution with its length before it: 3 and 400 bytes for Ycash, 3 and 1,344 for Zcash. A name in the job comes first.</summary>
    [Theory]
    [InlineData(806, "", "equihash-192-7")]
    [InlineData(2_694, "", "equihash-200-9")]
    [InlineData(202, "", "equihash-144-5")]
    [InlineData(806, ",\"192_7\",\"ZcashPoW\"", "equihash-192-7")]
    [InlineData(202, ",\"192_7\",\"ZcashPoW\"", "equihash-192-7")]
    public void TheAlgorithmOfEquihashComesFromTheJobOrElseFromTheSolution(int digits, string named, string algorithm)
    {
        var found = new Talk()
            .Server(Line("\"id\":null,\"method\":\"mining.notify\",\"params\":[\"1\",\"04000000\",\"" + Hash + "\",\"" + Hash + "\",\"" + Hash + "\",\"69a4f600\",\"1d00ffff\",true" + named + "]"))
            .Client(Line("\"id\":4,\"method\":\"mining.submit\",\"params\":[\"t1.rig\",\"1\",\"69a4f600\",\"" + Hash[..48] + "\",\"" + new string('f', digits) + "\"]")).Event();

        Assert.Equal(algorithm, found!.Algorithm);
    }

    /// <summary>toncoinpool/stratum-miner: a seed, a time, a giver and a wallet by the name of a target.</summary>
    [Fact]
    public void WhatIsNoTargetGivesNoDifficulty()
    {
        var found = new Talk().Client(CarrierScenarios.Subscribe).Client(CarrierScenarios.Authorize)
            .Server(Line("\"id\":null,\"method\":\"mining.set_target\",\"params\":[\"" + Hash[..32] + "\",1700000000,\"EQ1\",\"EQ2\"]")).Event();

        Assert.Null(found!.Difficulty);
    }

    private static Talk Bitcoin(string job, string rolled) => new Talk()
        .Server(Line("\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[2]"))
        .Server(Line("\"id\":null,\"method\":\"mining.notify\",\"params\":[\"1f\"," + job + "]"))
        .Client(Line("\"id\":4,\"method\":\"mining.submit\",\"params\":[\"acct.rig\",\"1f\",\"00000000\",\"69a4f600\",\"00112233\"" + rolled + "]"))
        .Server(Line("\"id\":4,\"result\":true,\"error\":null"));

    private static string Line(string members) => "{" + members + "}\n";
}
