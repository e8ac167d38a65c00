namespace Matchbox.Dhcp.V4.Serving;

/// <summary>
/// Questions that wait, in two rings: what is worth most is taken first, and when a ring is full its oldest goes, because its
/// sender has asked again or is about to. For one thread.
/// </summary>
internal sealed class Inbox<T>(int priorityCapacity, int capacity)
{
    private readonly Ring _first = new(priorityCapacity);
    private readonly Ring _strangers = new(capacity);

    public bool IsEmpty => _first.Count == 0 && _strangers.Count == 0;

    /// <summary>True when the oldest of its kind had to go for it.</summary>
    public bool Add(T item, long at, bool priority) => (priority ? _first : _strangers).Add(item, at);

    /// <summary>Takes the oldest of the prior ones, else of the strangers.</summary>
    public bool TryTake(out T item, out long at, out bool priority)
    {
        priority = _first.Count > 0;
        return (priority ? _first : _strangers).TryTake(out item, out at);
    }

    private sealed class Ring(int capacity)
    {
        private readonly (T Item, long At)[] _items = new (T, long)[capacity];
        private int _start;

        public int Count { get; private set; }

        public bool Add(T item, long at)
        {
            var full = Count == _items.Length;
            if (full)
            {
                _start = (_start + 1) % _items.Length;
                Count--;
            }
            _items[(_start + Count) % _items.Length] = (item, at);
            Count++;
            return full;
        }

        public bool TryTake(out T item, out long at)
        {
            if (Count == 0)
            {
                (item, at) = (default!, 0);
                return false;
            }
            ref var slot = ref _items[_start];
            (item, at) = slot;
            slot = default;                                    // lets the message go
            _start = (_start + 1) % _items.Length;
            Count--;
            return true;
        }
    }
}
