using System.Text;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Unit.Enrichment.Subscribers.Store;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

/// <summary>Files that grow, are renamed, emptied and taken up again.</summary>
public sealed class LogTailTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StoreFolder _stores = new();
    private readonly List<string> _lines = [];
    private IntervalStore _store;
    private IntervalIntake _intake;
    private LogTail _tail;
    private int _written;

    public LogTailTests()
    {
        _store = _stores.Open();
        _intake = new IntervalIntake(_store);
        _tail = new LogTail(Log, new Reader(_lines), _intake);
    }

    private string Log => _folder.PathOf("nat.log");

    public void Dispose()
    {
        _tail.Dispose();
        _store.Dispose();
        _stores.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void WhatIsAppendedIsReadOnceAndWholeLinesOnly()
    {
        Assert.False(_tail.Read());
        Write(Log, 10);
        ReadAll();
        File.AppendAllText(Log, "half a ");
        ReadAll();
        File.AppendAllText(Log, "line\r\n");
        ReadAll();

        Assert.Equal([.. Numbers(10), "half a line"], _lines);
    }

    [Fact]
    public void ARenamedFileIsReadToItsEndAndThenTheNewOne()
    {
        Write(Log, 10);
        ReadAll();
        File.Move(Log, Log + ".1");
        Write(Log + ".1", 3);
        Write(Log, 10);
        _tail.Read();
        Write(Log + ".1", 2);
        ReadAll();
        Write(Log, 1);
        ReadAll();

        Assert.Equal(_written, _lines.Count);
        Assert.Equal(_written, _lines.Distinct().Count());
    }

    [Fact]
    public void AFileInItsPlaceThatBeginsWithTheSameLinesIsAnother()
    {
        Write(Log, 10);
        ReadAll();
        var same = File.ReadAllText(Log);
        File.Move(Log, Log + ".1");
        File.WriteAllText(Log, same);
        Write(Log, 5);
        ReadAll();

        Assert.Equal([.. Numbers(10), .. Numbers(15)], _lines);
    }

    [Fact]
    public void AnEmptiedFileBeginsAgain()
    {
        Write(Log, 10);
        ReadAll();
        File.Copy(Log, Log + ".1");
        File.WriteAllText(Log, "");
        ReadAll();
        Write(Log, 40);
        ReadAll();

        Assert.Equal(Numbers(50), _lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AfterARestartReadingGoesOnWhereTheStoreIs(bool isRenamed)
    {
        Write(Log, 10);
        ReadAll();
        _intake.Commit();
        Write(Log, 5);
        ReadAll();
        Write(Log, 3);
        if (isRenamed)
        {
            File.Move(Log, Log + "-20220408");
            Write(Log, 20);
        }

        Restart();
        ReadAll();

        // What was read and not committed is read again.
        Assert.Equal(Numbers(_written)[10..], _lines);
    }

    [Fact]
    public void FilesOfAnotherNameAndThoseThatWereNeverReadAreLeftAlone()
    {
        Write(_folder.PathOf("nat.log.1"), 20);
        Write(_folder.PathOf("other.log"), 20);
        Write(Log, 10);
        ReadAll();

        Assert.Equal(Numbers(50)[40..], _lines);
    }

    [Fact]
    public void AMissingAndAnUnreadableFileAreWaitedFor()
    {
        Directory.CreateDirectory(Log);
        ReadAll();
        Directory.Delete(Log);
        Write(Log, 10);
        ReadAll();

        Assert.Equal(Numbers(10), _lines);
    }

    private static List<string> Numbers(int count) => [.. Enumerable.Range(0, count).Select(Line)];

    private static string Line(int number) => $"2022-04-07 10:{number / 60:00}:{number % 60:00} an invented line {number}";

    private void Write(string path, int lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines; i++)
        {
            text.Append(Line(_written++)).Append('\n');
        }

        File.AppendAllText(path, text.ToString());
    }

    private void ReadAll()
    {
        // A file that has nothing more is looked at again before it is left.
        for (var idle = 0; idle < 3; idle++)
        {
            while (_tail.Read())
            {
                idle = 0;
            }
        }
    }

    private void Restart()
    {
        _tail.Dispose();
        _store.Dispose();
        _lines.Clear();
        _store = _stores.Open();
        _intake = new IntervalIntake(_store);
        _tail = new LogTail(Log, new Reader(_lines), _intake);
    }

    private sealed class Reader(List<string> lines) : ITailReader
    {
        public void Begin(string path)
        {
        }

        public bool Take(ReadOnlySpan<byte> line)
        {
            lines.Add(Encoding.UTF8.GetString(line));
            return true;
        }
    }
}
