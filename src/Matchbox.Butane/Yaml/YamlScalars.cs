using System.Text;

namespace Matchbox.Butane.Yaml;

/// <summary>What the text of a scalar means, by yaml.v3's resolution: YAML 1.2's core schema, with some of 1.1's numbers.</summary>
internal static class YamlScalars
{
    private const string Prefix = "yaml: ";

    /// <summary>
    /// The tag of a plain scalar with this text: <c>!!null</c>, <c>!!bool</c>, <c>!!int</c>, <c>!!float</c>,
    /// <c>!!timestamp</c>, <c>!!merge</c>, or else <c>!!str</c>.
    /// </summary>
    public static string ShortTag(string text) => text == "<<" ? "!!merge" : Resolve(text, withTimestamps: true).Tag;

    /// <summary>The spellings of null, the empty one among them.</summary>
    public static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>YAML 1.2's booleans.</summary>
    public static bool TryBool(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE";
        return value || text is "false" or "False" or "FALSE";
    }

    /// <summary>YAML 1.1's other booleans. yaml.v3 takes them only where a boolean is wanted, and then even in quotes.</summary>
    public static bool TryOldBool(string text, out bool value)
    {
        value = text is "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";
        return value || text is "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF";
    }

    /// <summary>Reads a scalar node as a decoder does: its tag, if it has one, must fit its text.</summary>
    /// <param name="error">Empty, or why it can not be read, for instance <c>yaml: cannot decode !!str `x` as a !!int</c>.</param>
    public static bool TryResolve(YamlNode node, out YamlScalar scalar, out string error)
    {
        error = "";
        var tag = node.ShortTag;
        if (tag == "!!binary")
        {
            if (!TryDecodeBase64(node.Value, out var bytes))
            {
                scalar = default;
                error = Prefix + "!!binary value contains invalid base64 data";
                return false;
            }
            scalar = new YamlScalar(YamlScalarType.Binary, tag, Encoding.UTF8.GetString(bytes)) { Bytes = bytes };
            return true;
        }
        if (tag is not ("!!bool" or "!!int" or "!!float" or "!!null" or "!!timestamp"))
        {
            scalar = new YamlScalar(YamlScalarType.String, tag, node.Value);
            return true;
        }
        scalar = Resolve(node.Value, withTimestamps: tag == "!!timestamp");
        if (tag == "!!float" && scalar.Type == YamlScalarType.Int)
        {
            scalar = new YamlScalar(YamlScalarType.Float, tag, node.Value) { Float = scalar.Int };
        }
        if (scalar.Tag != tag)
        {
            error = $"{Prefix}cannot decode {scalar.Tag} `{node.Value}` as a {tag}";
            return false;
        }
        return true;
    }

    private static YamlScalar Resolve(string text, bool withTimestamps)
    {
        if (IsNull(text))
        {
            return new YamlScalar(YamlScalarType.Null, "!!null", text);
        }
        switch (text[0])
        {
            case 't' or 'T' or 'f' or 'F' when TryBool(text, out var value):
                return new YamlScalar(YamlScalarType.Bool, "!!bool", text) { Bool = value };
            case '.' when YamlNumbers.TrySpecialFloat(text, out var value) || YamlNumbers.TryGoFloat(text, out value):
                return new YamlScalar(YamlScalarType.Float, "!!float", text) { Float = value };
            case (>= '0' and <= '9') or '+' or '-':
                return ResolveNumber(text, withTimestamps);
        }
        return new YamlScalar(YamlScalarType.String, "!!str", text);
    }

    private static YamlScalar ResolveNumber(string text, bool withTimestamps)
    {
        if (YamlNumbers.TrySpecialFloat(text, out var value))
        {
            return new YamlScalar(YamlScalarType.Float, "!!float", text) { Float = value };
        }
        if (withTimestamps && YamlTimestamps.IsTimestamp(text))
        {
            return new YamlScalar(YamlScalarType.Timestamp, "!!timestamp", text);
        }
        var digits = text.Contains('_', StringComparison.Ordinal) ? text.Replace("_", "", StringComparison.Ordinal) : text;
        if (YamlNumbers.TryInt(digits, out var signed))
        {
            return new YamlScalar(YamlScalarType.Int, "!!int", text) { Int = signed };
        }
        if (YamlNumbers.TryUnsigned(digits, out var unsigned))
        {
            return new YamlScalar(YamlScalarType.UnsignedInt, "!!int", text) { Unsigned = unsigned };
        }
        if (YamlNumbers.TryDecimalFloat(digits, out value))
        {
            return new YamlScalar(YamlScalarType.Float, "!!float", text) { Float = value };
        }
        return YamlNumbers.TrySignBehindPrefix(digits, out signed)
            ? new YamlScalar(YamlScalarType.Int, "!!int", text) { Int = signed }
            : new YamlScalar(YamlScalarType.String, "!!str", text);
    }

    // RFC 4648 §4 with padding. Line breaks are passed over, other white space is not.
    private static bool TryDecodeBase64(string text, out byte[] bytes)
    {
        bytes = new byte[((text.Length / 4) + 1) * 3];
        var decoded = 0;
        var good = text.AsSpan().IndexOfAny(' ', '\t') < 0 && Convert.TryFromBase64String(text, bytes, out decoded);
        Array.Resize(ref bytes, decoded);
        return good;
    }
}
