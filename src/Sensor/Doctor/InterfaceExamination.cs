using System.Globalization;
using MinerFlow.Capture.Live;

namespace MinerFlow.Sensor.Doctor;

/// <summary>Looks at one interface: whether frames come as they were on the wire, whose clock stamps them, and how far the workers are from the card.</summary>
internal sealed class InterfaceExamination(LiveInterfaceOptions options, MemoryNodes nodes, DoctorTexts texts)
{
    private readonly NetworkDevice _device = new(options.Name);

    public IEnumerable<Finding> All()
    {
        if (!_device.Exists)
        {
            return [new Finding("interface", _device.Name, FindingState.Bad, texts.NoInterface, Format(texts.InterfaceAdvice, string.Join(", ", NetworkDevice.All())))];
        }

        var findings = new List<Finding> { Link(), Offloads(), Timestamps(), Placement() };
        if (_device.Missed > 0)
        {
            findings.Add(new Finding("losses", _device.Name, FindingState.Doubtful, Format(texts.CardMissed, _device.Missed), Format(texts.MissedAdvice, _device.Name)));
        }

        return findings;
    }

    private Finding Link() =>
        !_device.IsUp ? new Finding("interface", _device.Name, FindingState.Bad, texts.InterfaceDown, Format(texts.InterfaceUpAdvice, _device.Name))
        : !_device.HasCarrier ? new Finding("interface", _device.Name, FindingState.Doubtful, texts.NoCarrier, texts.CarrierAdvice)
        : new Finding("interface", _device.Name, FindingState.Good, Format(texts.InterfaceUp, _device.Mtu));

    private Finding Offloads() => _device.JoinsFrames == true || _device.JoinsFramesInHardware == true
        ? new Finding("offloads", _device.Name, FindingState.Doubtful, texts.FramesJoined, Format(texts.OffloadAdvice, _device.Name))
        : new Finding("offloads", _device.Name, FindingState.Good, _device.JoinsFrames is null ? texts.OffloadsUnknown : texts.FramesNotJoined);

    private Finding Timestamps() => (options.HardwareTimestamps, _device.StampingClock) switch
    {
        (false, null) => new Finding("timestamps", _device.Name, FindingState.Good, texts.StampedByKernel),
        (false, { } clock) => new Finding("timestamps", _device.Name, FindingState.Good, Format(texts.CardCouldStamp, clock)),
        (true, null) => new Finding("timestamps", _device.Name, FindingState.Doubtful, texts.CardCannotStamp, texts.StampAdvice),
        (true, { } clock) => new Finding("timestamps", _device.Name, FindingState.Good, Format(texts.StampedByCard, clock)),
    };

    /// <summary>Frames that are read across nodes of memory cost twice.</summary>
    internal Finding Placement()
    {
        if (nodes.Count == 1 || nodes.NodeOf(_device.Name) is not { } node)
        {
            return new Finding("placement", _device.Name, FindingState.Good, texts.OneNode);
        }

        var near = nodes.ProcessorsOf(node);
        var processors = options.NearCard ? near : options.Processors;
        var far = processors.Except(near).ToList();
        var advice = Format(texts.PlacementAdvice, string.Join(", ", near));
        return near.Count < options.Workers && options.NearCard ? new Finding("placement", _device.Name, FindingState.Bad, Format(texts.WorkersTooMany, options.Workers, near.Count, node), advice)
            : processors.Count == 0 ? new Finding("placement", _device.Name, FindingState.Doubtful, Format(texts.WorkersAnywhere, node), advice)
            : far.Count > 0 ? new Finding("placement", _device.Name, FindingState.Doubtful, Format(texts.WorkersFar, string.Join(", ", far), node), advice)
            : new Finding("placement", _device.Name, FindingState.Good, Format(texts.WorkersNear, string.Join(", ", processors), node));
    }

    private static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
