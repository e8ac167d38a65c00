namespace Matchbox.Butane;

/// <summary>
/// A list and stack of small structs. The framework's collections over our structs are compiled when they are first used, ours with
/// the rest of the library: for a command that lives a tenth of a second that is a tenth of its life.
/// </summary>
internal sealed class StructList<T>
    where T : struct
{
    private T[] _items = new T[8];

    public int Count { get; private set; }

    public T this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public void Push(T item)
    {
        if (Count == _items.Length)
        {
            var larger = new T[Count * 2];
            Array.Copy(_items, larger, Count);
            _items = larger;
        }
        _items[Count++] = item;
    }

    public T Pop() => _items[--Count];

    public T Peek() => _items[Count - 1];

    public void Clear() => Count = 0;
}
