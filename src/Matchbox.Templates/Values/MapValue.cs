using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Templates;

/// <summary>An immutable map from byte strings, its keys in bytewise order: the order in which Go prints and ranges over maps.</summary>
internal sealed class MapValue
{
    private const int FewEntries = 16;

    private readonly byte[][] _keys;
    private readonly TemplateValue[] _values;

    private MapValue(byte[][] keys, TemplateValue[] values)
    {
        (_keys, _values) = (keys, values);
    }

    public int Count => _keys.Length;

    /// <summary>A map of these entries; of equal keys the last wins.</summary>
    public static MapValue From(IEnumerable<KeyValuePair<byte[], TemplateValue>> entries)
    {
        if (entries.TryGetNonEnumeratedCount(out var count) && count <= FewEntries)
        {
            return FromFew(entries, count);
        }
        var latest = new Dictionary<byte[], TemplateValue>(KeyComparer.Instance);
        foreach (var (key, value) in entries)
        {
            latest[key] = value.Unboxed();
        }
        byte[][] keys = [.. latest.Keys];
        TemplateValue[] values = [.. latest.Values];
        Array.Sort(keys, values, KeyComparer.Instance);
        return new MapValue(keys, values);
    }

    /// <summary>This map and one more entry; a key that is there gets the new value.</summary>
    public MapValue With(byte[] key, TemplateValue value)
    {
        var at = Find(key);
        var after = at < 0 ? ~at : at + 1;
        at = at < 0 ? ~at : at;
        var length = at + 1 + _keys.Length - after;
        var (keys, values) = (new byte[length][], new TemplateValue[length]);
        Array.Copy(_keys, keys, at);
        Array.Copy(_values, values, at);
        (keys[at], values[at]) = (key, value.Unboxed());
        Array.Copy(_keys, after, keys, at + 1, _keys.Length - after);
        Array.Copy(_values, after, values, at + 1, _keys.Length - after);
        return new MapValue(keys, values);
    }

    public byte[] KeyAt(int index) => _keys[index];

    /// <summary>The value, not boxed: whoever knows the type of the map boxes it.</summary>
    public TemplateValue ValueAt(int index) => _values[index];

    public bool TryGet(ReadOnlySpan<byte> key, out TemplateValue value)
    {
        var at = Find(key);
        value = at < 0 ? default : _values[at];
        return at >= 0;
    }

    // The labels of a request: put where they belong one by one, which is cheaper than hashing and sorting so few.
    private static MapValue FromFew(IEnumerable<KeyValuePair<byte[], TemplateValue>> entries, int count)
    {
        var (keys, values, length) = (new byte[count][], new TemplateValue[count], 0);
        foreach (var (key, value) in entries)
        {
            var at = Find(keys.AsSpan(0, length), key);
            if (at < 0)
            {
                at = ~at;
                Array.Copy(keys, at, keys, at + 1, length - at);
                Array.Copy(values, at, values, at + 1, length - at);
                keys[at] = key;
                length++;
            }
            values[at] = value.Unboxed();
        }
        return length == count ? new MapValue(keys, values) : new MapValue(keys[..length], values[..length]);
    }

    private int Find(ReadOnlySpan<byte> key) => Find(_keys, key);

    // Where the key is, or the complement of where it belongs.
    private static int Find(ReadOnlySpan<byte[]> keys, ReadOnlySpan<byte> key)
    {
        var low = 0;
        var high = keys.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = key.SequenceCompareTo(keys[middle]);
            if (order == 0)
            {
                return middle;
            }
            if (order > 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return ~low;
    }

    private sealed class KeyComparer : IComparer<byte[]>, IEqualityComparer<byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj)
        {
            var hash = new HashCode();
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
