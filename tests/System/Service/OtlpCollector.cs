using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace MinerFlow.SystemTests.Service;

/// <summary>
/// The least that receives metrics over OTLP/HTTP with protobuf (opentelemetry-proto 1.x, collector/metrics/v1 and metrics/v1): it reads every field that a number rests on and
/// names what it does not understand. No collector is to be had as a package.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Lock _turn = new();
    private readonly List<string> _problems = [];
    private Dictionary<string, double> _latest = [];
    private Task _serving = Task.CompletedTask;

    private OtlpCollector(string address)
    {
        Address = address;
        _listener.Prefixes.Add(address);
    }

    public string Address { get; }

    public string ServiceName { get; private set; } = "";

    /// <summary>Numbers of the last export by name and labels.</summary>
    public IReadOnlyDictionary<string, double> Latest
    {
        get
        {
            lock (_turn)
            {
                return _latest;
            }
        }
    }

    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_turn)
            {
                return [.. _problems];
            }
        }
    }

    public static OtlpCollector Start()
    {
        var collector = new OtlpCollector(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{RunningService.FreePort()}/"));
        collector._listener.Start();
        collector._serving = collector.ServeAsync();
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ContinueWith(_ => { }, TaskScheduler.Default);
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var call = await _listener.GetContextAsync();
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body);
            if (call.Request.Url?.AbsolutePath != "/v1/metrics" || call.Request.ContentType != "application/x-protobuf")
            {
                Problem($"{call.Request.Url} {call.Request.ContentType}");
            }

            var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
            Read(body.ToArray(), numbers);
            lock (_turn)
            {
                _latest = numbers;
            }

            // An empty ExportMetricsServiceResponse: all was taken.
            call.Response.ContentType = "application/x-protobuf";
            call.Response.Close();
        }
    }

    /// <summary>ExportMetricsServiceRequest { repeated ResourceMetrics = 1 }; ResourceMetrics { Resource = 1; repeated ScopeMetrics = 2 }; ScopeMetrics { repeated Metric = 2 }.</summary>
    private void Read(byte[] request, Dictionary<string, double> numbers)
    {
        foreach (var resourceMetrics in Fields(request).Where(field => field.Number == 1))
        {
            foreach (var field in Fields(resourceMetrics.Bytes))
            {
                if (field.Number == 1)
                {
                    ServiceName = Fields(field.Bytes).Where(each => each.Number == 1).Select(each => KeyValue(each.Bytes)).FirstOrDefault(pair => pair.Key == "service.name").Value ?? "";
                }
                else if (field.Number == 2)
                {
                    foreach (var metric in Fields(field.Bytes).Where(each => each.Number == 2))
                    {
                        ReadMetric(metric.Bytes, numbers);
                    }
                }
            }
        }
    }

    /// <summary>Metric { name = 1; Gauge = 5; Sum = 7 }; both { repeated NumberDataPoint = 1 }; Sum { aggregation_temporality = 2: 2 is cumulative; is_monotonic = 3 }.</summary>
    private void ReadMetric(byte[] metric, Dictionary<string, double> numbers)
    {
        var fields = Fields(metric);
        var name = Encoding.UTF8.GetString(fields.Single(field => field.Number == 1).Bytes);
        var data = fields.SingleOrDefault(field => field.Number is 5 or 7);
        if (data.Number == 0)
        {
            Problem($"{name}: neither gauge nor sum");
            return;
        }

        var parts = Fields(data.Bytes);
        if (data.Number == 7 && !(parts.Any(part => part is { Number: 2, Value: 2 }) && parts.Any(part => part is { Number: 3, Value: 1 })))
        {
            Problem($"{name}: a sum that is not cumulative and monotonic");
        }

        foreach (var point in parts.Where(part => part.Number == 1))
        {
            // NumberDataPoint { time_unix_nano = 3; as_double = 4; as_int = 6; repeated KeyValue attributes = 7 }
            var inside = Fields(point.Bytes);
            var labels = inside.Where(part => part.Number == 7).Select(part => KeyValue(part.Bytes)).Select(pair => $" {pair.Key}={pair.Value}").Order(StringComparer.Ordinal);
            var number = inside.SingleOrDefault(part => part.Number is 4 or 6);
            if (number.Number == 0 || !inside.Any(part => part is { Number: 3, Value: > 0 }))
            {
                Problem($"{name}: a point without number or time");
            }

            if (!numbers.TryAdd(name + string.Concat(labels), number.Number == 4 ? BitConverter.UInt64BitsToDouble(number.Value) : number.Value))
            {
                Problem($"{name}: the same labels twice");
            }
        }
    }

    /// <summary>KeyValue { key = 1; AnyValue = 2 { string_value = 1 } }.</summary>
    private static (string Key, string? Value) KeyValue(byte[] bytes)
    {
        var fields = Fields(bytes);
        var value = fields.Where(field => field.Number == 2).SelectMany(field => Fields(field.Bytes)).FirstOrDefault(field => field.Number == 1);
        return (Encoding.UTF8.GetString(fields.Single(field => field.Number == 1).Bytes), value.Bytes is null ? null : Encoding.UTF8.GetString(value.Bytes));
    }

    /// <summary>Fields of a message (protobuf.dev/programming-guides/encoding): varint, fixed64, length-delimited, fixed32.</summary>
    private static List<Field> Fields(byte[] message)
    {
        var fields = new List<Field>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add(new Field(number, Varint(message, ref at), null!));
                    break;
                case 1:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), null!));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    fields.Add(new Field(number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), null!));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at {at}");
            }
        }

        return fields;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private void Problem(string text)
    {
        lock (_turn)
        {
            _problems.Add(text);
        }
    }

    private readonly record struct Field(int Number, ulong Value, byte[] Bytes);
}
