using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Matchbox.Templates.Formatting;

namespace Matchbox.Templates;

/// <summary>JSON as Go's encoding/json decodes it into an <c>interface {}</c>.</summary>
internal static class JsonValues
{
    private const int MaxDepth = 512;

    public static bool TryRead(JsonElement element, int depth, out TemplateValue value)
    {
        value = default;
        if (depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return false;
        }
        switch (element.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                value = TemplateValue.FromBool(element.ValueKind == JsonValueKind.True);
                return true;
            case JsonValueKind.String:
                value = TemplateValue.FromOwned(Unquote(JsonMarshal.GetRawUtf8Value(element)));
                return true;
            case JsonValueKind.Number:
                if (!element.TryGetDouble(out var number) || !double.IsFinite(number))
                {
                    return false;
                }
                value = TemplateValue.FromFloat(number);
                return true;
            case JsonValueKind.Array:
                return TryReadArray(element, depth, out value);
            case JsonValueKind.Object:
                return TryReadObject(element, depth, out value);
            default:
                return true;
        }
    }

    private static bool TryReadArray(JsonElement element, int depth, out TemplateValue value)
    {
        value = default;
        var items = new TemplateValue[element.GetArrayLength()];
        var count = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (!TryRead(item, depth + 1, out items[count++]))
            {
                return false;
            }
        }
        value = TemplateValue.FromArray(items);
        return true;
    }

    private static bool TryReadObject(JsonElement element, int depth, out TemplateValue value)
    {
        value = default;
        var entries = new List<KeyValuePair<byte[], TemplateValue>>();
        foreach (var property in element.EnumerateObject())
        {
            if (!TryRead(property.Value, depth + 1, out var item))
            {
                return false;
            }
            entries.Add(KeyValuePair.Create(Unescape(JsonMarshal.GetRawUtf8PropertyName(property)), item));
        }
        value = TemplateValue.FromEntries(entries);
        return true;
    }

    private static byte[] Unquote(ReadOnlySpan<byte> raw) => Unescape(raw[1..^1]);

    // JsonElement.GetString throws on a lone surrogate; Go puts U+FFFD in its place. So the escapes are read here; the
    // reader has checked their syntax.
    private static byte[] Unescape(ReadOnlySpan<byte> raw)
    {
        if (raw.IndexOf((byte)'\\') < 0 && Utf8.IsValid(raw))
        {
            return raw.ToArray();
        }
        using var text = new ByteSink(int.MaxValue);
        while (!raw.IsEmpty)
        {
            if (raw[0] != '\\')
            {
                text.WriteRune(Utf8Text.Decode(raw, out var width));
                raw = raw[width..];
                continue;
            }
            if (raw[1] != 'u')
            {
                text.WriteByte(raw[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var other => other,
                });
                raw = raw[2..];
                continue;
            }
            var unit = ReadUnit(raw);
            raw = raw[6..];
            if (char.IsHighSurrogate(unit) && raw is [(byte)'\\', (byte)'u', ..] && ReadUnit(raw) is var low && char.IsLowSurrogate(low))
            {
                text.WriteRune(char.ConvertToUtf32(unit, low));
                raw = raw[6..];
            }
            else
            {
                text.WriteRune(char.IsSurrogate(unit) ? Rune.ReplacementChar.Value : unit);
            }
        }
        return text.ToArray();
    }

    private static char ReadUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
