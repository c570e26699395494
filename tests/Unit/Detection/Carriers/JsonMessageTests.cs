using System.Buffers;
using System.Text;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Carriers;

public class JsonMessageTests
{
    private const string Notify =
        """{"params": ["1f", "00aa", "01\"}]", "02", ["ab", "cd"], "20000000", "1703a30c", "5f3a", true], "id": null, "method": "mining.notify"}""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    [Fact]
    public void MembersAreFoundInAnyOrderAndSpacing()
    {
        Assert.Equal(OperationStatus.Done, JsonMessage.TryRead(Bytes(Notify), out var message));
        Assert.Equal("mining.notify", Text(message.Method));
        Assert.Equal(JsonKind.Null, message.Id.Kind);
        Assert.Equal(9, message.Params.Count);
        Assert.Equal("1f", Text(message.Params[0].Text));
        Assert.Equal("cd", Text(message.Params[4][1].Text));
        Assert.Equal(JsonKind.True, message.Params[8].Kind);
        Assert.False(message.Params[9].Exists);
        Assert.True(message.IsRequest);
        Assert.False(message.IsResponse);
        Assert.False(message.IsTruncated);
    }

    [Fact]
    public void ElementsAreTheSameInOneWalkAsOneByOne()
    {
        JsonMessage.TryRead(Bytes(Notify), out var message);
        var elements = message.Params.Elements;
        Assert.Equal(9, elements.Count);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Text(message.Params[i].Raw), Text(elements[i].Raw));
            Assert.Equal(message.Params[i].Kind, elements[i].Kind);
        }
    }

    [Fact]
    public void ElementsBeyondThoseKeptAreCountedOnly()
    {
        JsonMessage.TryRead(Bytes("{\"params\":[" + string.Join(',', Enumerable.Range(0, 42)) + "]}"), out var message);
        var elements = message.Params.Elements;
        Assert.Equal(42, elements.Count);
        Assert.Equal("11", Text(elements[11].Text));
        Assert.False(elements[12].Exists);
    }

    [Fact]
    public void TheMessageEndsWhereItsBraceDoesWhateverFollows()
    {
        var bytes = Bytes("{\"id\":1}{\"id\":2}");
        Assert.Equal(OperationStatus.Done, JsonMessage.TryRead(bytes, out var message, out var consumed));
        Assert.Equal(8, consumed);
        Assert.Equal("1", Text(message.Id.Text));
        Assert.Equal(OperationStatus.InvalidData, JsonMessage.TryRead(bytes, out _));
    }

    [Fact]
    public void EveryProperPrefixNeedsMoreDataAndConsumesNothing()
    {
        var bytes = Bytes(Notify);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, JsonMessage.TryRead(bytes.AsSpan(0, length), out var message, out var consumed));
            Assert.Equal(0, consumed);
            Assert.True(length == 0 || message.IsTruncated);
        }
    }

    [Fact]
    public void OfACutMessageWhatIsCompleteIsTold()
    {
        var cut = Bytes("""{"id":5,"method":"job","params":{"blob":"0e0e","target":"b88d0600","height":12""");
        Assert.Equal(OperationStatus.NeedMoreData, JsonMessage.TryRead(cut, out var message, out _));
        Assert.Equal("job", Text(message.Method));
        Assert.Equal("b88d0600", Text(message.Params["target"u8].Text));
        Assert.False(message.Params["height"u8].Exists);
        Assert.Equal(2, message.Params.Count);
    }

    [Fact]
    public void ACutNameOrTextIsNotTold()
    {
        JsonMessage.TryRead(Bytes("""{"id":5,"method":"mining.not"""), out var message, out _);
        Assert.True(message.Method.IsEmpty);
        Assert.True(message.Id.Exists);
    }

    [Fact]
    public void OfMembersWithTheSameNameTheLastCounts()
    {
        JsonMessage.TryRead(Bytes("""{"method":"a","x":1,"method":"b","x":2}"""), out var message);
        Assert.Equal("b", Text(message.Method));
        Assert.Equal("2", Text(message["x"u8].Text));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("EHLO relay.example")]
    [InlineData("{1:2}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{\"a\":1 \"b\":2}")]
    [InlineData("{\"a\":nul0}")]
    [InlineData("{\"a\":bare}")]
    [InlineData("{\"a\":[}]}")]
    [InlineData("{\"a\":[1}}")]
    [InlineData("{\"a\":\"cut\n\"}")]
    [InlineData("{\"a\":1}x")]
    public void RubbishIsRefused(string text)
    {
        Assert.Equal(OperationStatus.InvalidData, JsonMessage.TryRead(Bytes(text), out _));
    }

    [Fact]
    public void NestingBeyondTheBoundIsRefusedInLinearTime()
    {
        var deep = "{\"a\":" + new string('[', 65);
        Assert.Equal(OperationStatus.InvalidData, JsonMessage.TryRead(Bytes(deep), out _));
        var fits = "{\"a\":" + new string('[', 64) + new string(']', 64) + "}";
        Assert.Equal(OperationStatus.Done, JsonMessage.TryRead(Bytes(fits), out _));
    }

    [Fact]
    public void QuotesAndBracketsInsideTextsAreText()
    {
        Assert.Equal(OperationStatus.Done, JsonMessage.TryRead(Bytes("""{"a":"\\","b":["\"]}{["],"id":"\\\""}"""), out var message));
        Assert.Equal("\\\\", Text(message["a"u8].Text));
        Assert.Equal("\\\"]}{[", Text(message["b"u8][0].Text));
        Assert.Equal("\\\\\\\"", Text(message.Id.Text));
    }

    [Theory]
    [InlineData("12", 12)]
    [InlineData("\"12\"", 12)]
    [InlineData("0.05", 0.05)]
    [InlineData("1e3", 1000)]
    [InlineData("-4", -4)]
    public void NumbersAreReadFromNumbersAndFromTexts(string json, double expected)
    {
        JsonMessage.TryRead(Bytes($$"""{"result":{{json}}}"""), out var message);
        Assert.True(message.Result.TryGetNumber(out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\"12 \"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("1e999")]
    public void WhatIsNoNumberIsNotRead(string json)
    {
        JsonMessage.TryRead(Bytes($$"""{"result":{{json}}}"""), out var message);
        Assert.False(message.Result.TryGetNumber(out _));
        Assert.False(message.Result.TryGetInt64(out _));
    }

    [Fact]
    public void HexadecimalTextsAreKnownByTheirDigits()
    {
        JsonMessage.TryRead(Bytes("""{"params":["0x00fF","00ff","00fg","",12,"0x"]}"""), out var message);
        Assert.True(message.Params[0].IsHex(4));
        Assert.True(message.Params[1].IsHex(4));
        Assert.False(message.Params[1].IsHex(5));
        Assert.True(message.Params[1].IsHexAtLeast(3));
        Assert.False(message.Params[2].IsHexAtLeast(1));
        Assert.False(message.Params[3].IsHex(0));
        Assert.False(message.Params[4].IsHex(2));
        Assert.False(message.Params[5].IsHex(0));
    }

    [Fact]
    public void ReadingAllocatesNothing()
    {
        var bytes = Bytes(Notify);
        long total = 0;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                JsonMessage.TryRead(bytes, out var message, out _);
                total += message.Params.Elements.Count + message["id"u8].Raw.Length;
            }

            if (round == 1)
            {
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
            }
        }

        Assert.Equal(2 * 1_000 * (9 + 4), total);
    }
}
