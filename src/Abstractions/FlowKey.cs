namespace MinerFlow.Abstractions;

/// <summary>Both endpoints of a flow in canonical order (<paramref name="Low"/> sorts first) and its transport: the same for both directions.</summary>
public readonly record struct FlowKey(Endpoint Low, Endpoint High, Transport Transport)
{
    /// <summary>Orders the endpoints; <paramref name="side"/> says which of the two <paramref name="source"/> became.</summary>
    public static FlowKey Create(Endpoint source, Endpoint destination, Transport transport, out FlowSide side)
    {
        if (source.CompareTo(destination) <= 0)
        {
            side = FlowSide.Low;
            return new FlowKey(source, destination, transport);
        }

        side = FlowSide.High;
        return new FlowKey(destination, source, transport);
    }

    public Endpoint this[FlowSide side] => side == FlowSide.Low ? Low : High;
}

/// <summary>One of the two ends of a flow; as a direction, the end that sent.</summary>
public enum FlowSide : byte
{
    Low = 0,
    High = 1,
}

public static class FlowSides
{
    public static FlowSide Opposite(this FlowSide side) => side ^ FlowSide.High;
}
