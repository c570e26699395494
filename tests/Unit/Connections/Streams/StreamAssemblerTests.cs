using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Connections.Streams;
using Xunit;

namespace MinerFlow.Unit.Connections.Streams;

public sealed class StreamAssemblerTests
{
    private const FlowSide Client = FlowSide.Low;
    private const FlowSide Server = FlowSide.High;

    [Fact]
    public void SegmentsInOrderArriveInOrder()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "one ", 0).Server(0, "ONE ", 4).Client(4, "two", 4).Server(4, "TWO", 7).End();

        Assert.Equal("one two", script.Only.TextOf(Client));
        Assert.Equal("ONE TWO", script.Only.TextOf(Server));
        Assert.Equal(FlowSide.Low, script.Only.Connection.Opener);
        Assert.Empty(script.Only.Gaps);
        Assert.Equal(ConnectionEnd.EndOfCapture, script.Only.End);
    }

    [Fact]
    public void WhatIsNotConsumedIsShownAgainWithWhatFollows()
    {
        var shown = new List<string>();
        using var script = new TcpScript(ReadLines(shown));
        script.Open().Client(0, "ab").Client(2, "c\nde").Client(6, "f\n").End();

        Assert.Equal(["ab", "abc\nde", "def\n"], shown);
        Assert.Equal("abc\ndef\n", script.Only.TextOf(Client));
    }

    [Fact]
    public void BytesLeftAtTheEndAreGivenAgain()
    {
        using var script = new TcpScript(ReadLines([]));
        script.Open().Client(0, "line\nrest").Server(0, "half").End();

        Assert.Equal("resthalf", script.Only.UnconsumedAtEnd);
    }

    [Fact]
    public void AnOvertakenFirstSegmentIsWaitedForAfterASyn()
    {
        using var script = new TcpScript();
        script.Open().Client(3, "def").Client(0, "abc").End();

        Assert.Equal("abcdef", script.Only.TextOf(Client));
    }

    [Fact]
    public void AnOvertakenStartIsReadWithWhatOvertookItAlthoughOnlyTheStartIsWanted()
    {
        using var script = new TcpScript(new RecordingInspector("{"));
        script.Open().Client(4, "def}", 0).Client(0, "{abc", 0).Client(8, "{ghi}", 0).End();

        Assert.Equal("{abcdef}{ghi}", script.Only.TextOf(Client));
        Assert.Empty(script.Only.Gaps);
    }

    [Fact]
    public void WhatOvertookTheStartOfAFormerConnectionIsNotOfThisOne()
    {
        var inspector = new RecordingInspector("{");
        using var script = new TcpScript(inspector);
        script.Open().Client(4, "old}", 0).Client(8, "", 0, flags: 0x14).Wait(3_600).Open().Client(0, "{new", 0).Client(4, "new}", 0).End();

        Assert.Equal("{newnew}", script.Only.TextOf(Client));
    }

    [Fact]
    public void AnOvertakenAnswerIsStillWelcome()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "ask", 0).Server(3, "def", 3).Server(0, "abc", 3).End();

        Assert.Equal("abcdef", script.Only.TextOf(Server));
    }

    [Fact]
    public void RetransmissionsAreDroppedAndTheFirstBytesStay()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abcd").Client(0, "ABCD").Client(2, "CDef").Client(0, "ABCDEFgh").End();

        Assert.Equal("abcdefgh", script.Only.TextOf(Client));
        Assert.Equal(4 + 2 + 6, script.Counters.RetransmittedBytes);
    }

    [Fact]
    public void OverlapsThatWaitForTheirTurnKeepTheFirstBytes()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "a").Client(4, "eF").Client(2, "cDEfg").Client(1, "bCDEFGh").End();

        Assert.Equal("abcDeFgh", script.Only.TextOf(Client));
    }

    [Fact]
    public void SequenceNumbersWrap()
    {
        using var script = new TcpScript(clientStart: 0xFFFF_FFFE, serverStart: 0xFFFF_FFFF);
        script.Open().Client(4, "efg", 0).Client(0, "abcd", 0).Server(0, "AB", 7).Server(2, "CD", 7).End();

        Assert.Equal("abcdefg", script.Only.TextOf(Client));
        Assert.Equal("ABCD", script.Only.TextOf(Server));
        Assert.Empty(script.Only.Gaps);
    }

    [Fact]
    public void AStartInMidStreamBeginsWithTheFirstSegmentSeen()
    {
        using var script = new TcpScript();
        script.Client(700, "later", 90).Server(90, "ANSWER", 705).End();

        Assert.Equal("later", script.Only.TextOf(Client));
        Assert.Equal("ANSWER", script.Only.TextOf(Server));
        Assert.Null(script.Only.Connection.Opener);
    }

    [Fact]
    public void OneDirectionAloneIsReadWithItsGaps()
    {
        using var script = new TcpScript(ReadLines([]));
        script.Server(0, "one\ntw", 0).Server(20, "three\n", 0).Wait(11).Server(26, "four\n", 0).End();

        Assert.Equal("one\nthree\nfour\n", script.Only.TextOf(Server));
        Assert.Equal([(Server, 14L, "tw")], script.Only.Gaps);
    }

    [Fact]
    public void AnAcknowledgmentOfMissingBytesDeclaresTheGapAtOnce()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc", 0).Client(6, "ghi", 0).Server(0, "", 9).Flush();

        Assert.Equal("abcghi", script.Only.TextOf(Client));
        Assert.Equal([(Client, 3L, string.Empty)], script.Only.Gaps);
    }

    [Fact]
    public void ManyLaterSegmentsDeclareTheGap()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "a");
        for (var number = 0; number <= StreamAssembler.MaximumSegmentsAhead; number++)
        {
            script.Client(5 + number, "x");
        }

        script.Flush();

        Assert.Equal(4, Assert.Single(script.Only.Gaps).Missing);
        Assert.Equal(1 + StreamAssembler.MaximumSegmentsAhead + 1, script.Only.Of(Client).Length);
    }

    [Fact]
    public void BytesAheadAreBoundedByTheirOption()
    {
        using var script = new TcpScript(options: new FlowOptions { StreamBytesAhead = 4_096 });
        script.Open().Client(0, "a").Client(5, new byte[3_000]).Client(3_005, new byte[1_400]).Flush();

        Assert.Equal(4, Assert.Single(script.Only.Gaps).Missing);
        Assert.Equal(1 + 4_400, script.Only.Of(Client).Length);
    }

    [Fact]
    public void BytesThatTheSnapLengthCutAreAGapOfTheirLength()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abcdefgh", captured: 5).Client(8, "ij").End();

        Assert.Equal("abcdeij", script.Only.TextOf(Client));
        Assert.Equal([(Client, 3L, string.Empty)], script.Only.Gaps);
    }

    [Fact]
    public void MoreUnconsumedBytesThanAllowedAreAGapAndTheRestGoesOn()
    {
        using var script = new TcpScript(ReadLines([]), new FlowOptions { StreamBytesKept = 1_024 });
        script.Open().Client(0, new string('x', 1_000)).Client(1_000, "y").Client(1_001, new string('z', 100) + "\n").End();

        Assert.Equal(new string('z', 100) + "\n", script.Only.TextOf(Client));
        Assert.Equal([(Client, 0L, new string('x', 1_000) + "y")], script.Only.Gaps);
        Assert.Equal(1, script.Counters.KeptBytesOverflows);
    }

    [Fact]
    public void KeepAlivesAndWindowProbesAddNothing()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc").Client(2, "\0").Client(2, "c").Client(3, "d").Client(3, "def").End();

        Assert.Equal("abcdef", script.Only.TextOf(Client));
    }

    [Fact]
    public void AKeepAliveIsNotTheStartOfAStream()
    {
        using var script = new TcpScript();
        script.Client(99, "\0", 50).Server(50, "", 100).Client(100, "abc", 50).End();

        Assert.Equal("abc", script.Only.TextOf(Client));
    }

    [Fact]
    public void DataWithSynAndDataWithFinCount()
    {
        using var script = new TcpScript();
        script.Client(-1, "fast", flags: 2).SynAck().Client(4, " end", 0, flags: 0x11).Server(0, "", 9, flags: 0x11).End();

        Assert.Equal("fast end", script.Only.TextOf(Client));
        Assert.Equal(ConnectionEnd.Closed, script.Only.End);
    }

    [Fact]
    public void BothSidesMayOpenAtOnce()
    {
        using var script = new TcpScript();
        script.Syn().Server(-1, "", flags: 2).SynAck().Client(0, "abc", 0).Server(0, "DEF", 3).End();

        Assert.Equal("abc", script.Only.TextOf(Client));
        Assert.Equal("DEF", script.Only.TextOf(Server));
        Assert.Equal(FlowSide.Low, script.Only.Connection.Opener);
    }

    [Fact]
    public void AResetEndsTheConnectionWhenSilenceFollows()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc", 0).Server(0, "", 3, flags: 0x14).Wait(120).Client(3, "def", 0).End();

        Assert.Equal(2, script.Inspector.Connections.Count);
        Assert.Equal(ConnectionEnd.Closed, script.Inspector.Connections[0].End);
    }

    [Fact]
    public void AnInjectedResetDoesNotStopTheStream()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc", 0).Server(0, "", 3, flags: 0x14).Client(3, "def", 0).End();

        Assert.Equal("abcdef", script.Only.TextOf(Client));
        Assert.Equal(ConnectionEnd.EndOfCapture, script.Only.End);
    }

    [Fact]
    public void ANewSynWithAnotherNumberReplacesTheConnection()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc", 0).Syn(900_000).Client(899_000, "new").End();

        Assert.Equal(2, script.Inspector.Connections.Count);
        Assert.Equal(ConnectionEnd.Replaced, script.Inspector.Connections[0].End);
        Assert.Equal("abc", script.Inspector.Connections[0].TextOf(Client));
        Assert.Equal("new", script.Inspector.Connections[1].TextOf(Client));
        Assert.NotEqual(script.Inspector.Connections[0].Connection.FlowId, script.Inspector.Connections[1].Connection.FlowId);
    }

    [Fact]
    public void ALateCopyOfTheSynChangesNothing()
    {
        using var script = new TcpScript();
        script.Open().Client(0, "abc", 0).Syn().SynAck().Client(3, "def", 0).End();

        Assert.Equal("abcdef", script.Only.TextOf(Client));
    }

    [Fact]
    public void AJumpBackWithoutASynIsAGapAfterItsThirdSegment()
    {
        using var script = new TcpScript();
        script.Client(10_000_000, "abc", 0).Client(100, "1", 0).Client(101, "2", 0).Client(102, "3", 0).Client(103, "4", 0).End();

        Assert.Equal("abc34", script.Only.TextOf(Client));
        Assert.Single(script.Only.Gaps);
    }

    [Fact]
    public void AnAbandonedConnectionIsClosedAndNeverAskedForAgain()
    {
        var inspector = new RecordingInspector { AbandonAfter = 1 };
        using var script = new TcpScript(inspector);
        script.Open().Client(0, "{abc", 0).Client(4, "{def", 0).Server(0, "{", 8).End();

        Assert.Equal("{abc", script.Only.TextOf(Client));
        Assert.Equal(ConnectionEnd.Abandoned, script.Only.End);
        Assert.Equal(1, inspector.Questions);
    }

    [Fact]
    public void AbandoningWhileSegmentsWaitGivesThemBack()
    {
        var inspector = new RecordingInspector("abcdefghijklmno") { AbandonAfter = 2 };
        using var script = new TcpScript(inspector);
        script.Open().Client(0, "a", 0).Client(2, "c", 0).Client(4, "e", 0).Client(1, "b", 0).Client(3, "d", 0).End();

        Assert.Equal("ab", script.Only.TextOf(Client));
        Assert.Equal(ConnectionEnd.Abandoned, script.Only.End);
    }

    [Fact]
    public void AbandoningAtTheLastSegmentThatWaitsLeavesNothingToAskAbout()
    {
        var overlapped = new RecordingInspector("abcdefghijklmno") { AbandonAfter = 4 };
        using var script = new TcpScript(overlapped);
        script.Open().Client(0, "a", 0).Server(0, "", 1).Client(2, "c", 0).Client(1, "bCd", 0).End();
        var acknowledged = new RecordingInspector("abcdefghijklmno") { AbandonAfter = 3 };
        using var other = new TcpScript(acknowledged);
        other.Open().Client(0, "a", 0).Client(2, "c", 0).Server(0, "", 3).End();

        Assert.Equal("abcd", script.Only.TextOf(Client));
        Assert.Equal("ac", other.Only.TextOf(Client));
        Assert.Equal(ConnectionEnd.Abandoned, script.Only.End);
        Assert.Equal(ConnectionEnd.Abandoned, other.Only.End);
    }

    [Fact]
    public void TheMomentIsThatOfTheBytesOnShow()
    {
        using var script = new TcpScript();
        script.Open().Client(3, "def", 0).Client(0, "abc", 0).End();

        Assert.Equal([5L, 4L], script.Only.Moments.Select(moment => moment.FrameNumber));
    }

    [Fact]
    public void AConnectionThatBeganOtherwiseSaysSo()
    {
        Assert.True(BeganOtherwise(script => script.Open().Client(0, "NICK", 0).Server(0, "hello", 4).Client(4, "{", 5)));
        Assert.True(BeganOtherwise(script => script.Open().Client(0, "NICK", 0).Client(4, "JOIN", 0).Client(8, "{", 0)));
        Assert.True(BeganOtherwise(script => script.Open().Client(0, "NICK", 0).Server(0, "hello", 4).Server(5, "{", 4)));
        Assert.False(BeganOtherwise(script => script.Client(0, "NICK", 0).Server(0, "hello", 4).Client(4, "{", 5)));
        Assert.False(BeganOtherwise(script => script.Open().Client(0, "PROXY", 0).Client(5, "{", 0)));
        Assert.False(BeganOtherwise(script => script.Open().Server(0, "hello", 0).Client(0, "{", 5)));
        Assert.False(BeganOtherwise(script => script.Open().Server(0, "hello", 0).Client(4, "}", 5).Client(0, "{abc", 5)));
    }

    private static bool BeganOtherwise(Func<TcpScript, TcpScript> play)
    {
        using var script = new TcpScript(new RecordingInspector("{"));
        play(script).End();
        return script.Only.Connection.BeganOtherwise;
    }

    private static RecordingInspector ReadLines(List<string> shown)
    {
        var gate = RecordingInspector.OfEverything();
        return gate.WithReader(bytes =>
        {
            shown.Add(System.Text.Encoding.Latin1.GetString(bytes));
            return Array.LastIndexOf(bytes, (byte)'\n') + 1;
        });
    }
}
