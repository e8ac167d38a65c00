namespace Matchbox.Templates;

/// <summary>
/// A Go slice: a window on an array, with room behind it. The room shows in one place: <c>slice</c> may reach into it and finds nils
/// there.
/// </summary>
internal sealed class ListValue
{
    private readonly TemplateValue[] _items;
    private readonly int _start;

    /// <param name="items">The items of a list that encoding/json appended one by one.</param>
    public ListValue(TemplateValue[] items)
        : this(items, 0, items.Length, CapacityAfterAppending(items.Length))
    {
    }

    private ListValue(TemplateValue[] items, int start, int length, int capacity)
    {
        (_items, _start, Length, Capacity) = (items, start, length, capacity);
    }

    public int Length { get; }

    public int Capacity { get; }

    /// <summary>The item, as it lies in the list: in an interface.</summary>
    public TemplateValue this[int index]
    {
        get
        {
            var position = _start + index;
            return (position < _items.Length ? _items[position] : default).Boxed();
        }
    }

    /// <summary>The window <c>list[start:end:capacity]</c>; the bounds are checked by the caller.</summary>
    public ListValue Slice(int start, int end, int capacity) => new(_items, _start + start, end - start, capacity - start);

    // What append leaves behind for 16-byte elements: doubling up to 512, a quarter more from there, rounded up to the
    // allocator's size classes.
    private static int CapacityAfterAppending(int count)
    {
        if (count <= 512)
        {
            return count == 0 ? 0 : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
        }
        var capacity = 512L;
        while (capacity < count)
        {
            capacity += (capacity + 768) / 4;
            capacity = capacity switch
            {
                <= 848 => 848,
                <= 1280 => 1280,
                <= 1792 => 1792,
                _ => (capacity + 511) / 512 * 512,       // whole pages of 8 KiB
            };
        }
        return (int)Math.Min(capacity, int.MaxValue);
    }
}
