using System.Globalization;
using System.Text;
using MinerFlow.Traffic.Carrier;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>
/// A carrier's day whose truth is known, through log files and the command line. A wrong name is the worst output there is. The size is
/// <c>CARRIER_DAY_QUESTIONS</c>, the day <c>CARRIER_DAY_SEED</c>; without them a small day is asked.
/// </summary>
public sealed class CarrierDayTests(ITestOutputHelper output)
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("a key of thirty-two bytes or more");

    [Fact]
    public void NobodyIsNamedWronglyAndWhoCanBeToldIsNamed()
    {
        var questions = Number("CARRIER_DAY_QUESTIONS", 12_000);
        var options = new CarrierDayOptions { Seed = (ulong)Number("CARRIER_DAY_SEED", 20220407), Questions = questions, Subscribers = questions > 100_000 ? 3_000 : 900 };
        using var folder = new TempFolder();
        var day = CarrierDay.Simulate(options);
        new CarrierLogs(day, options).Write(folder.FullName);
        var asked = new CarrierQuestions(day, options).All().ToList();
        File.WriteAllLines(folder.PathOf("list.csv"), asked.Select(question => question.Line).Prepend(CarrierQuestions.Header));

        var answers = folder.PathOf("answers.jsonl");
        var run = Ask(folder, folder.PathOf("list.csv"), "--output", answers);

        var score = new CarrierScore(Key);
        foreach (var (question, answer) in asked.Zip(File.ReadLines(answers)))
        {
            score.Add(question, answer);
        }

        output.WriteLine(score.ToString());
        output.WriteLine(run.Error);
        foreach (var sample in score.Samples)
        {
            output.WriteLine(sample);
        }

        Assert.Equal(questions, score.Questions);
        Assert.Equal(0, score.Wrong);
        Assert.Equal(0, score.Unexplained);
        Assert.True(score.Determinable > questions / 2, $"only {score.Determinable} questions can be told");
        Assert.True(score.DeterminableUnique >= 0.999 * score.Determinable, $"{score.DeterminableUnique} of {score.Determinable}");
    }

    [Fact]
    public void AListInAnotherZoneNamesNobodyUntilAPersonSaysSo()
    {
        var options = new CarrierDayOptions { Seed = 8, Questions = 600, Subscribers = 600 };
        using var folder = new TempFolder();
        var day = CarrierDay.Simulate(options);
        new CarrierLogs(day, options).Write(folder.FullName);
        var early = new CarrierQuestions(day, options).All().Select(question => Shift(question.Line));
        File.WriteAllLines(folder.PathOf("list.csv"), early.Prepend(CarrierQuestions.Header));

        var run = Ask(folder, folder.PathOf("list.csv"));

        Assert.Contains("--time-shift +08:00", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"outcome\":\"unique\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"outcome\":\"unique\"", Ask(folder, folder.PathOf("list.csv"), "--time-shift", "+08:00").Output, StringComparison.Ordinal);
    }

    private static Invocation Ask(TempFolder folder, string list, params string[] more)
    {
        File.WriteAllBytes(folder.PathOf("key"), Key);
        var arguments = new List<string>(["attribute", "--batch", list, "--inventory", folder.PathOf("inventory.csv"), "--identity-key", folder.PathOf("key"), .. more]);
        for (var i = 1; i <= 3; i++)
        {
            arguments.AddRange(["--radius", folder.PathOf($"detail-{i}"), "--nat-log", $"nat444:{folder.PathOf($"cgn0{i}.log")}"]);
        }

        return Invocation.Of([.. arguments]);
    }

    private static string Shift(string line)
    {
        var comma = line.LastIndexOf(',');
        var time = DateTime.Parse(line[(comma + 1)..], CultureInfo.InvariantCulture).AddHours(-8);
        return $"{line[..comma]},{time:yyyy-MM-dd HH:mm:ss}";
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
