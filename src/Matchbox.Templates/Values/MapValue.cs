using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Templates;

/// <summary>An immutable map from byte strings, its keys in bytewise order: the order in which Go prints and ranges over maps.</summary>
internal sealed class MapValue
{
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

    public byte[] KeyAt(int index) => _keys[index];

    /// <summary>The value, not boxed: whoever knows the type of the map boxes it.</summary>
    public TemplateValue ValueAt(int index) => _values[index];

    public bool TryGet(ReadOnlySpan<byte> key, out TemplateValue value)
    {
        var low = 0;
        var high = _keys.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = key.SequenceCompareTo(_keys[middle]);
            if (order == 0)
            {
                value = _values[middle];
                return true;
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
        value = default;
        return false;
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
