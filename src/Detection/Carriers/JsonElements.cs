using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>The first <see cref="Kept"/> elements of an array, found in one walk: what a dialect looks at more than once.</summary>
public readonly ref struct JsonElements
{
    /// <summary>12: the longest params of any dialect (Zhash notify) has 10.</summary>
    public const int Kept = 12;

    private readonly ReadOnlySpan<byte> _text;
    private readonly ref readonly JsonPlaces _walked;
    private readonly JsonPlaces _found;

    /// <param name="array">What the elements are of.</param>
    /// <param name="walked">Where they are; a null reference when nobody walked the array before.</param>
    internal JsonElements(JsonSlice array, ref readonly JsonPlaces walked)
    {
        _text = array.Raw;
        _walked = ref walked;
        if (Unsafe.IsNullRef(in walked) && array.IsArray)
        {
            _found.Walk(array.Raw);
        }
    }

    /// <summary>All elements of the array, also those beyond <see cref="Kept"/>.</summary>
    public int Count => Places.Count;

    /// <summary>Missing when there is no such element or it is beyond <see cref="Kept"/>.</summary>
    public JsonSlice this[int index] => Places.Element(_text, index);

    [UnscopedRef]
    private ref readonly JsonPlaces Places => ref Unsafe.IsNullRef(in _walked) ? ref _found : ref _walked;
}

/// <summary>Where the first elements of an array are.</summary>
internal struct JsonPlaces
{
    private Places _places;

    public int Count { get; private set; }

    /// <summary>Finds the elements of an array, complete or cut.</summary>
    /// <returns>Position behind the closing bracket, <see cref="JsonScanner.Invalid"/> or <see cref="JsonScanner.Cut"/>.</returns>
    public int Walk(ReadOnlySpan<byte> array)
    {
        Count = 0;
        var members = new JsonMembers(array);
        while (members.MoveNext())
        {
            if (Count < JsonElements.Kept)
            {
                var start = (int)Unsafe.ByteOffset(in array[0], in members.Value.Raw[0]);
                _places[Count] = new JsonPlace(start, members.Value.Raw.Length, members.Value.Kind);
            }

            Count++;
        }

        return members.End;
    }

    public readonly JsonSlice Element(ReadOnlySpan<byte> array, int index)
    {
        if ((uint)index >= (uint)Math.Min(Count, JsonElements.Kept))
        {
            return default;
        }

        ref readonly var place = ref _places[index];
        return new JsonSlice { Raw = array.Slice(place.Start, place.Length), Kind = place.Kind };
    }

    [InlineArray(JsonElements.Kept)]
    private struct Places
    {
        private JsonPlace _first;
    }
}

internal readonly record struct JsonPlace(int Start, int Length, JsonKind Kind);

/// <summary>Where the elements of a message's arrays are, found while it is read. Good until the next message that is read with it.</summary>
internal sealed class JsonWalk
{
    public JsonPlaces Params;
    public JsonPlaces Result;
}
