using System.Runtime.CompilerServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>The first <see cref="Kept"/> elements of an array, found in one walk: what a dialect looks at more than once.</summary>
public readonly ref struct JsonElements
{
    /// <summary>12: the longest params of any dialect (Zhash notify) has 10.</summary>
    public const int Kept = 12;

    private readonly ReadOnlySpan<byte> _text;
    private readonly Places _places;

    internal JsonElements(JsonSlice array)
    {
        _text = array.Raw;
        if (array.Kind != JsonKind.Array)
        {
            return;
        }

        var members = new JsonMembers(_text);
        while (members.MoveNext())
        {
            if (Count < Kept)
            {
                ref readonly var text = ref _text[0];
                var start = (int)Unsafe.ByteOffset(in text, in members.Value.Raw[0]);
                _places[Count] = new Place(start, members.Value.Raw.Length, members.Value.Kind);
            }

            Count++;
        }
    }

    /// <summary>All elements of the array, also those beyond <see cref="Kept"/>.</summary>
    public int Count { get; }

    /// <summary>Missing when there is no such element or it is beyond <see cref="Kept"/>.</summary>
    public JsonSlice this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Math.Min(Count, Kept))
            {
                return default;
            }

            var place = _places[index];
            return new JsonSlice { Raw = _text.Slice(place.Start, place.Length), Kind = place.Kind };
        }
    }

    private readonly record struct Place(int Start, int Length, JsonKind Kind);

    [InlineArray(Kept)]
    private struct Places
    {
        private Place _first;
    }
}
