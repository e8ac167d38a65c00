using System.Diagnostics;
using System.Numerics;
using System.Text;

namespace Matchbox.Templates;

/// <summary>
/// A value that templates read: nil, bool, int, float64, string, list, map, or map of strings, with Go's meaning of each. Immutable
/// and thread-safe. Strings are bytes, UTF-8 by custom and not by force, so that nothing is lost on the way through.
/// </summary>
[DebuggerDisplay("{TypeName}")]
public readonly struct TemplateValue
{
    private readonly object? _reference;
    private readonly long _bits;

    private TemplateValue(ValueKind kind, object? reference, long bits, bool boxed = false)
    {
        (Kind, _reference, _bits, IsBoxed) = (kind, reference, bits, boxed);
    }

    internal ValueKind Kind { get; }

    /// <summary>
    /// Whether Go would hold the value in an <c>interface {}</c>: an element of a list or a map. It tells a nil interface from the
    /// invalid value, and Go's error texts name the static type.
    /// </summary>
    internal bool IsBoxed { get; }

    /// <summary>JSON's null, Go's nil.</summary>
    public static TemplateValue Nil => default;

    public static TemplateValue FromBool(bool value) => new(ValueKind.Bool, null, value ? 1 : 0);

    /// <summary>Go's <c>int</c>. JSON's numbers are never this: see <see cref="FromFloat"/>.</summary>
    public static TemplateValue FromInt(long value) => new(ValueKind.Int, null, value);

    /// <summary>Go's <c>float64</c>, which every number of a JSON text becomes.</summary>
    public static TemplateValue FromFloat(double value) => new(ValueKind.Float, null, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A string, by the rule of <see cref="OctetText"/>.</summary>
    public static TemplateValue FromString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return FromOwned(OctetText.Encode(value));
    }

    /// <summary>A string of these bytes, copied; they need not be UTF-8.</summary>
    public static TemplateValue FromUtf8(ReadOnlySpan<byte> value) => FromOwned(value.ToArray());

    /// <summary>A list, Go's <c>[]interface {}</c>.</summary>
    public static TemplateValue FromList(IEnumerable<TemplateValue> items) => FromArray([.. items]);

    /// <summary>A map, Go's <c>map[string]interface {}</c>. Of equal keys the last wins.</summary>
    public static TemplateValue FromMap(IEnumerable<KeyValuePair<string, TemplateValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return FromEntries(entries.Select(entry => KeyValuePair.Create(Encoding.UTF8.GetBytes(entry.Key), entry.Value)));
    }

    /// <summary>This map and one more entry; a key that is there gets the new value.</summary>
    /// <exception cref="InvalidOperationException">It is no map of <see cref="FromMap"/>.</exception>
    public TemplateValue With(string key, TemplateValue value) => Kind == ValueKind.Map
        ? new(ValueKind.Map, AsMap.With(Encoding.UTF8.GetBytes(key), value), 0)
        : throw new InvalidOperationException($"{TypeName} has no entries");

    /// <summary>
    /// A map of strings, Go's <c>map[string]string</c>: <c>index</c> of a key it lacks gives the empty string. Of equal keys the last wins.
    /// </summary>
    public static TemplateValue FromTextMap(IEnumerable<KeyValuePair<string, string>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var map = MapValue.From(entries.Select(entry => KeyValuePair.Create(OctetText.Encode(entry.Key), FromString(entry.Value))));
        return new(ValueKind.TextMap, map, 0);
    }

    /// <summary>
    /// What encoding/json makes of the element: numbers become float64, of equal keys the last wins. False: a number beyond
    /// float64, or nesting beyond 512.
    /// </summary>
    public static bool TryFromJson(System.Text.Json.JsonElement element, out TemplateValue value) =>
        JsonValues.TryRead(element, depth: 0, out value);

    internal static TemplateValue Empty => FromOwned([]);

    internal static TemplateValue FromByte(byte value) => new(ValueKind.Byte, null, value);

    internal static TemplateValue FromComplex(Complex value) => new(ValueKind.Complex, value, 0);

    /// <summary>A string that keeps the array itself.</summary>
    internal static TemplateValue FromOwned(byte[] value) => FromOwned(value, 0, value.Length);

    internal static TemplateValue FromArray(TemplateValue[] items) => FromList(new ListValue(items));

    internal static TemplateValue FromList(ListValue list) => new(ValueKind.List, list, 0);

    internal static TemplateValue FromEntries(IEnumerable<KeyValuePair<byte[], TemplateValue>> entries) =>
        new(ValueKind.Map, MapValue.From(entries), 0);

    private static TemplateValue FromOwned(byte[] value, int offset, int length) =>
        new(ValueKind.String, value, ((long)offset << 32) | (uint)length);

    internal bool AsBool => _bits != 0;

    internal long AsInt => _bits;

    internal double AsFloat => BitConverter.Int64BitsToDouble(_bits);

    internal Complex AsComplex => (Complex)_reference!;

    internal ReadOnlySpan<byte> AsString => new((byte[])_reference!, (int)(_bits >> 32), (int)_bits);

    internal ListValue AsList => (ListValue)_reference!;

    internal MapValue AsMap => (MapValue)_reference!;

    internal bool IsMap => Kind is ValueKind.Map or ValueKind.TextMap;

    /// <summary>Go's invalid reflect.Value: no value at all, not even a nil interface.</summary>
    internal bool IsInvalid => Kind == ValueKind.Nil && !IsBoxed;

    /// <summary>Go's nil <c>interface {}</c>.</summary>
    internal bool IsNilInterface => Kind == ValueKind.Nil && IsBoxed;

    /// <summary>The value as an element of a list or map, held in an <c>interface {}</c>.</summary>
    internal TemplateValue Boxed() => new(Kind, _reference, _bits, boxed: true);

    /// <summary>What the interface holds; the invalid value for a nil interface.</summary>
    internal TemplateValue Unboxed() => new(Kind, _reference, _bits);

    /// <summary>The bytes from <paramref name="start"/> to before <paramref name="end"/>, which must be in range. Nothing is copied.</summary>
    internal TemplateValue Substring(int start, int end) => FromOwned((byte[])_reference!, (int)(_bits >> 32) + start, end - start);

    /// <summary>Whether <c>if</c> takes it for true: it is not the zero of its type, not empty.</summary>
    internal bool IsTrue => Kind switch
    {
        ValueKind.Bool or ValueKind.Int or ValueKind.Byte => _bits != 0,
        ValueKind.Float => AsFloat != 0,
        ValueKind.Complex => AsComplex != Complex.Zero,
        ValueKind.String => (int)_bits > 0,
        ValueKind.List => AsList.Length > 0,
        ValueKind.Map or ValueKind.TextMap => AsMap.Count > 0,
        _ => false,
    };

    /// <summary>Go's name of the static type: <c>interface {}</c> for an element of a list or map.</summary>
    internal string StaticTypeName => IsBoxed ? "interface {}" : TypeName;

    /// <summary>Go's name of the type of the value itself.</summary>
    internal string TypeName => Kind switch
    {
        ValueKind.Bool => "bool",
        ValueKind.Int => "int",
        ValueKind.Byte => "uint8",
        ValueKind.Float => "float64",
        ValueKind.Complex => "complex128",
        ValueKind.String => "string",
        ValueKind.List => "[]interface {}",
        ValueKind.Map => "map[string]interface {}",
        ValueKind.TextMap => "map[string]string",
        _ => "<nil>",
    };
}
