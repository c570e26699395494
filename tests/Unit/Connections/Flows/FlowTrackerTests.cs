using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using MinerFlow.Unit.Connections.Decoding;
using Xunit;

namespace MinerFlow.Unit.Connections.Flows;

public sealed class FlowTrackerTests
{
    [Fact]
    public void OnlyFirstBytesInTheGateAreAskedAbout()
    {
        var inspector = new RecordingInspector { Question = _ => false };
        using var network = new Network(inspector);
        network.Udp(1, "GET").Udp(2, "{}").Tcp(3, "HTTP").Tcp(4, "{}").End();

        Assert.Equal(2, inspector.Questions);
        Assert.Empty(inspector.Connections);
    }

    [Fact]
    public void OnlyDatagramsCanBeTooShortToBeAskedAbout()
    {
        var inspector = new RecordingInspector { Question = _ => false, ShortestDatagram = 3 };
        using var network = new Network(inspector);
        network.Udp(1, "{a").Udp(1, "{ab").Tcp(2, "{").End();

        Assert.Equal(2, inspector.Questions);
    }

    [Fact]
    public void SixtyFourBytesFirstAreAskedAboutWhateverTheyAre()
    {
        var inspector = new RecordingInspector { Question = _ => false };
        using var network = new Network(inspector);
        network.Tcp(1, new string('z', 64)).Tcp(1, new string('z', 64)).Tcp(2, "z").Tcp(2, new string('z', 64)).Udp(3, new string('z', 64)).End();

        Assert.Equal(1, inspector.Questions);
    }

    [Fact]
    public void OnlyTheFirstDataPacketsOfADirectionAreAskedAbout()
    {
        var inspector = new RecordingInspector { Question = _ => false };
        using var network = new Network(inspector, new FlowOptions { ProbedDataPackets = 3 });
        for (var number = 0; number < 10; number++)
        {
            network.Tcp(1, "{").Tcp(1, "{", fromServer: true).Tcp(1, "");
        }

        network.End();
        Assert.Equal(6, inspector.Questions);
        Assert.Equal(1, network.Counters.FlowsCreated);
    }

    [Fact]
    public void BehindAFrameOnlyFramesAreAskedAbout()
    {
        var inspector = new RecordingInspector("{H") { Question = payload => payload.Length > 1, Frames = payload => payload is [(byte)'H', ..] };
        using var network = new Network(inspector);
        network.Tcp(1, "H").Tcp(1, "{}").Tcp(2, "{").Tcp(2, "{}").End();

        Assert.Equal(3, inspector.Questions);
        Assert.Single(inspector.Connections);
    }

    // Two taps whose clocks differ: the "400 Bad Request" of a web server stands before the line of the miner that it answers.
    [Fact]
    public void AFrameOfOneSideSaysNothingOfTheOther()
    {
        var inspector = new RecordingInspector("{H") { Question = payload => payload.Length > 1, Frames = payload => payload is [(byte)'H', ..] };
        using var network = new Network(inspector);
        network.Tcp(1, "", flags: 2, sequence: 0).Tcp(1, "H", fromServer: true).Wait(0.2).Tcp(1, "{}").Tcp(1, "{}", fromServer: true, sequence: 2).End();

        Assert.False(inspector.Only.Connection.BeganOtherwise);
        Assert.Equal("{}", inspector.Only.TextOf(inspector.Only.Connection.Opener!.Value));
    }

    [Fact]
    public void OnASilentLinkFlowsEndWhenTheirTimeIsOver()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { TcpIdleSeconds = 100, UdpIdleSeconds = 10, FlowSlots = 1_024 });
        network.Tcp(1, "{").Tcp(2, "benign").Udp(3, "benign").Silence(50);
        Assert.Equal((2, 1), (network.Counters.FlowsActive, network.Counters.FlowsExpired));
        Assert.Null(inspector.Only.End);

        network.Silence(60);

        Assert.Equal((0, 3), (network.Counters.FlowsActive, network.Counters.FlowsExpired));
        Assert.Equal(ConnectionEnd.Idle, inspector.Only.End);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(1, 4)]
    [InlineData(8, 4)]
    public void AFlowIsInTheSampleWithAllItsPacketsOrWithNone(int sample, int overload)
    {
        const int Flows = 4_000;
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { SampleOneFlowIn = sample });
        network.KeepOneFlowIn = overload;
        for (var packet = 0u; packet < 3; packet++)
        {
            for (var port = 1; port <= Flows; port++)
            {
                network.Tcp(port, "{", sequence: 1 + packet);
            }
        }

        var counters = network.Counters;
        Assert.All(inspector.Connections, connection => Assert.Equal(3, connection.TextOf(FlowSide.Low).Length + connection.TextOf(FlowSide.High).Length));
        Assert.Equal(3 * inspector.Connections.Count, counters.Decoded);
        Assert.Equal(counters.Frames, counters.Decoded + counters.FramesSampledOut + counters.FramesShed);
        Assert.Equal((sample > 1, overload > 1), (counters.FramesSampledOut > 0, counters.FramesShed > 0));

        // Binomial with 4,000 draws: five standard deviations to either side.
        var share = 1.0 / (sample * overload);
        Assert.InRange(inspector.Connections.Count - (Flows * share), -5 * Math.Sqrt(Flows * share * (1 - share)), 5 * Math.Sqrt(Flows * share * (1 - share)));
    }

    [Fact]
    public void AnOverloadedSourceKeepsTheConnectionsThatAreRead()
    {
        var inspector = new RecordingInspector { Question = bytes => bytes.Length == 2 };
        using var network = new Network(inspector);
        for (var port = 1; port <= 100; port++)
        {
            network.Tcp(port, port <= 50 ? "{}" : "{");
        }

        network.Wait(1);
        network.KeepOneFlowIn = 1_024;
        for (var port = 1; port <= 100; port++)
        {
            network.Tcp(port, "{}", sequence: 3);
        }

        Assert.Equal(150, network.Counters.Decoded);
        Assert.Equal(50, network.Counters.FramesShed);
        Assert.Equal(50, inspector.Connections.Count);
    }

    [Fact]
    public void ACopyOfTheCountersStaysAsItWas()
    {
        using var network = new Network(new RecordingInspector());
        network.Tcp(1, "{").Udp(2, "{");
        var copy = network.Counters.Copy();
        network.Tcp(3, "{").End();

        Assert.Equal((2, 3), (copy.Frames, network.Counters.Frames));
        Assert.Equal((0, 3), (copy.ConnectionsClosed[(int)ConnectionEnd.EndOfCapture], network.Counters.ConnectionsClosed[(int)ConnectionEnd.EndOfCapture]));
    }

    [Fact]
    public void AConnectionKnowsItsFlowFromTheFirstPacket()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, name: "day.pcap");
        network.Tcp(1, "", flags: 2).Tcp(1, "banner", fromServer: true).Tcp(1, "{").End();

        var connection = inspector.Only.Connection;
        Assert.Equal(1, connection.FirstFrame);
        Assert.Equal(3, connection.LastFrame);
        Assert.Equal(0.002, connection.LastSeen.SecondsSince(connection.FirstSeen), 6);
        Assert.Equal("day.pcap", connection.CaptureName);
        Assert.Equal("{", inspector.Only.TextOf(connection.Opener!.Value));
    }

    [Fact]
    public void AFlowIsNewAfterItsIdleTime()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { UdpIdleSeconds = 10, TcpIdleSeconds = 100 });
        network.Udp(1, "{a").Tcp(2, "{b").Wait(11).Udp(1, "{c").Tcp(2, "{d").Wait(101).Tcp(2, "{e").End();

        Assert.Equal(["{a", "{c"], inspector.Connections.SelectMany(one => one.Datagrams).Select(System.Text.Encoding.Latin1.GetString));
        Assert.Equal(3, inspector.Connections.Count(one => one.End == ConnectionEnd.Idle));
        Assert.Equal(4, inspector.Connections.Count);
        Assert.Equal(4, inspector.Connections.Select(one => one.Connection.FlowId).Distinct().Count());
    }

    [Fact]
    public void TimeThatGoesBackEndsNothing()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector);
        network.Tcp(1, "{a").Wait(-100_000).Tcp(1, "b", sequence: 3).Wait(50).Tcp(1, "c", sequence: 4).End();

        Assert.Single(inspector.Connections);
        Assert.Equal(1, network.Counters.FlowsCreated);
    }

    [Fact]
    public void IdleConnectionsAreClosedByTheSweepWhileOthersSpeak()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { TcpIdleSeconds = 5, UdpIdleSeconds = 5, ClosedLingerSeconds = 5, FlowSlots = 1_024 });
        network.Tcp(1, "{a").Tcp(9, "").Wait(6);
        for (var number = 0; number < 32 * 600; number++)
        {
            network.Udp(2, "x");
        }

        Assert.Equal(ConnectionEnd.Idle, inspector.Only.End);
        Assert.Equal(2, network.Counters.FlowsExpired);
        Assert.Equal(1, network.Counters.FlowsActive);
    }

    [Fact]
    public void WhatAnEndedCaptureLeftIsNotSweptAgain()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector);
        network.Udp(1, "x").End();
        network.Silence(1_000);

        Assert.Equal((1, 0, 0), (network.Counters.FlowsCreated, network.Counters.FlowsExpired, network.Counters.FlowsActive));
    }

    [Fact]
    public void RandomAddressesStayWithinTheTableAndTheOldestGo()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { FlowSlots = 1_024 });
        for (var port = 1; port <= 20_000; port++)
        {
            network.Udp(port, "x");
        }

        network.End();
        Assert.Equal(20_000, network.Counters.FlowsCreated);
        Assert.Equal(20_000 - 1_023, network.Counters.FlowsEvicted);
    }

    [Fact]
    public void AFlowThatKeepsSpeakingIsFoundAgainWhileOthersAreEvicted()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { FlowSlots = 1_024 });
        network.Tcp(1, "{start\n");
        for (var port = 2; port <= 6_000; port++)
        {
            network.Udp(port, "x").Tcp(1, "x", sequence: (uint)(port + 6));
        }

        network.End();
        Assert.Equal(7 + 5_999, inspector.Only.Of(inspector.Only.Connection.Key.Low.Port == 1 ? FlowSide.Low : FlowSide.High).Length);
    }

    [Fact]
    public void TooManyConnectionsCloseTheOldest()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector, new FlowOptions { Connections = 10 });
        for (var port = 1; port <= 100; port++)
        {
            network.Tcp(port, "{");
        }

        Assert.Equal(10, network.Counters.ConnectionsActive);
        Assert.Equal(Enumerable.Range(1, 90), inspector.Connections.Where(one => one.End == ConnectionEnd.Evicted).Select(one => (int)one.Connection.FirstFrame));
    }

    // A flood of half messages took away the miners that were there before it, and they were never read again.
    [Fact]
    public void AFloodOfBeginningsDoesNotTakeAwayWhoIsKnownToMine()
    {
        var inspector = new RecordingInspector { Verdict = bytes => bytes >= 8 ? "stratum-v1" : null };
        using var network = new Network(inspector, new FlowOptions { Connections = 10 });
        network.Tcp(1, "{a miner}").Tcp(2, "{a miner}");
        for (var port = 3; port <= 500; port++)
        {
            network.Tcp(port, "{");
        }

        Assert.All(inspector.Connections.Take(2), one => Assert.Null(one.End));

        // When there are hits only, the oldest of them goes.
        for (var port = 501; port <= 520; port++)
        {
            network.Tcp(port, "{a miner}");
        }

        Assert.All(inspector.Connections.Take(2), one => Assert.Equal(ConnectionEnd.Evicted, one.End));
        Assert.Equal(10, network.Counters.ConnectionsActive);
    }

    [Fact]
    public void AtTheEndConnectionsCloseInTheOrderOfTheirFirstFramesAndSilentFlowsFollow()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector);
        network.Tcp(9, "").Tcp(4, "", flags: 2).Tcp(8, "").Tcp(5, "{").Tcp(4, "{").Tcp(3, "").Udp(2, "").Tcp(7, "x").Tcp(8, "").End();

        Assert.Equal(["closed 2 EndOfCapture", "closed 4 EndOfCapture", "silent 9", "silent 8", "silent 3"], inspector.Calls);
        Assert.Equal((3, 9), (inspector.Silent[1].FirstFrame, inspector.Silent[1].LastFrame));
    }

    [Fact]
    public void SilentFlowsThatEndEarlierAreToldAtTheEnd()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector);
        network.Tcp(1, "").Wait(4_000).Tcp(1, "");
        Assert.Empty(inspector.Silent);
        network.End();

        Assert.Equal([1L, 2L], inspector.Silent.Select(flow => flow.FirstFrame));
    }

    [Fact]
    public void TheNextCaptureBeginsWithAnEmptyTable()
    {
        var inspector = new RecordingInspector();
        using var network = new Network(inspector);
        network.Tcp(1, "{a").End();
        network.Tcp(1, "{b").End();

        Assert.Equal(2, inspector.Connections.Count);
        Assert.Equal(0, network.Counters.FlowsActive);
    }

    [Fact]
    public void ReplayingTheSameFramesGivesTheSameFlowIds()
    {
        static List<ulong> Run()
        {
            var inspector = new RecordingInspector();
            using var network = new Network(inspector);
            for (var port = 1; port <= 50; port++)
            {
                network.Tcp(port, "{");
            }

            network.End();
            return [.. inspector.Connections.Select(one => one.Connection.FlowId)];
        }

        var first = Run();
        Assert.Equal(first, Run());
        Assert.Equal(50, first.Distinct().Count());
    }

    [Fact]
    public void FramesAreDecodedRejectedOrHeldAndNothingElse()
    {
        using var pipeline = new PacketPipeline(new FlowOptions(), RecordingInspector.OfEverything());
        using var feeder = new FrameFeeder(pipeline);
        var random = new Random(5);
        foreach (var (_, linkType, frame) in Encapsulations.All().Concat(Encapsulations.All()))
        {
            var changed = (byte[])frame.Clone();
            changed[random.Next(changed.Length)] ^= (byte)random.Next(256);
            feeder.Add(changed, linkType).Add(frame, linkType).Add(frame[..random.Next(frame.Length)], linkType, frame.Length);
        }

        feeder.End();
        var counters = pipeline.Counters;
        var rejected = counters.Rejected.ToArray();
        Assert.Equal(feeder.Number, counters.Frames);
        Assert.Equal(counters.Frames, counters.Decoded + rejected.Sum() + counters.FragmentsHeld);
        Assert.Equal(0, rejected[(int)PacketRejection.None] + rejected[(int)PacketRejection.FragmentHeld]);
        Assert.Equal(counters.Decoded, counters.TcpPackets + counters.UdpPackets);
        Assert.Equal(counters.ConnectionsOpened, counters.ConnectionsClosed.ToArray().Sum());
    }
}
