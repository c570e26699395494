using System.Runtime.CompilerServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>The first <see cref="Kept"/> elements of an array, found in one walk: what a dialect looks at more than once.</summary>
public readonly ref struct JsonElements
{
    /// <summary>12: the longest params of any dialect (Zhash notify) has 10.</summary>
    public const int Kept = 12;

    private readonly ReadOnlySpan<byte> _text;
    private readonly JsonPlaces _places;

    internal JsonElements(JsonSlice array)
    {
        _text = array.Raw;
        _places = JsonPlaces.Of(array);
    }

    internal JsonElements(JsonSlice array, in JsonPlaces places)
    {
        _text = array.Raw;
        _places = places;
    }

    /// <summary>All elements of the array, also those beyond <see cref="Kept"/>.</summary>
    public int Count => _places.Count;

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
}

/// <summary>Where the first elements of an array are.</summary>
internal struct JsonPlaces
{
    private Places _places;

    public int Count { get; private set; }

    public readonly JsonPlace this[int index] => _places[index];

    public static JsonPlaces Of(JsonSlice array)
    {
        var places = default(JsonPlaces);
        if (array.Kind != JsonKind.Array)
        {
            return places;
        }

        var text = array.Raw;
        var members = new JsonMembers(text);
        while (members.MoveNext())
        {
            if (places.Count < JsonElements.Kept)
            {
                var start = (int)Unsafe.ByteOffset(in text[0], in members.Value.Raw[0]);
                places._places[places.Count] = new JsonPlace(start, members.Value.Raw.Length, members.Value.Kind);
            }

            places.Count++;
        }

        return places;
    }

    [InlineArray(JsonElements.Kept)]
    private struct Places
    {
        private JsonPlace _first;
    }
}

internal readonly record struct JsonPlace(int Start, int Length, JsonKind Kind);
