using MinerFlow.Sensor.Web;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

public sealed class PrometheusTextTests
{
    // The escapes of the format: \\ and \n in help, these and \" in label values.
    [Fact]
    public void NumbersLabelsAndHelpAreWrittenAsTheFormatAsks()
    {
        var text = PrometheusText.Of(
        [
            new Metric("a_total", MetricKind.Counter, "One\nline \\ only.", () => [new MetricSample(1.5, ("file", "a\"b\\c\nd"), ("worker", "0")), new MetricSample(1e300)]),
            new Metric("b", MetricKind.Gauge, "Odd numbers.", () => [new MetricSample(double.NaN), new MetricSample(double.PositiveInfinity), new MetricSample(double.NegativeInfinity)]),
        ]);

        Assert.Equal(
            """
            # HELP a_total One\nline \\ only.
            # TYPE a_total counter
            a_total{file="a\"b\\c\nd",worker="0"} 1.5
            a_total 1E+300
            # HELP b Odd numbers.
            # TYPE b gauge
            b NaN
            b +Inf
            b -Inf

            """,
            text);
    }
}
