using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// What a machine says of itself, as poseidon/matchbox reads it: case-sensitive keys, the first value wins, the MAC in
/// lower-case colon form. A label that is missing reads as the empty text.
/// </summary>
public sealed class Labels : IEnumerable<KeyValuePair<string, string>>
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string this[string key] => _values.GetValueOrDefault(key, "");

    public bool TryGet(string key, [NotNullWhen(true)] out string? value) => _values.TryGetValue(key, out value);

    /// <summary>
    /// Adds a label unless the key is there. A key that lower-cases to <c>mac</c> is normalised; false: it is no MAC and was left out.
    /// </summary>
    public bool Add(string key, string value)
    {
        if (key.Equals("mac", StringComparison.OrdinalIgnoreCase) && !TryNormaliseMac(value, out value))
        {
            return false;
        }
        _values.TryAdd(key, value);
        return true;
    }

    /// <summary>Adds a label as it stands there, a MAC too (poseidon/matchbox's gRPC), unless the key is there.</summary>
    public void AddAsSent(string key, string value) => _values.TryAdd(key, value);

    /// <summary>
    /// A MAC in lower-case colon form: 6, 8 or 20 octets (Go's net.ParseMAC, which poseidon/matchbox uses; 20 are IP over InfiniBand).
    /// </summary>
    public static bool TryNormaliseMac(string text, out string normalised)
    {
        if (HardwareAddress.TryParse(text, out var mac))
        {
            normalised = mac.ToString();
            return mac.Length is 6 or 8;
        }
        // Longer than chaddr can hold: parsed in two halves of equal notation.
        normalised = text;
        if (text.Length is not (59 or 49))
        {
            return false;
        }
        var cut = text.Length == 59 ? 30 : 25;
        var separator = text[cut - 1];
        if (!TryHalf(text[..(cut - 1)], separator, out var first) || !TryHalf(text[cut..], separator, out var second))
        {
            return false;
        }
        normalised = $"{first}:{second}";
        return true;
    }

    private static bool TryHalf(string text, char separator, out string half)
    {
        half = "";
        var groups = text.Split(separator);
        var digits = separator == '.' ? 4 : 2;
        if (separator is not (':' or '-' or '.') || groups.Any(group => group.Length != digits || !group.All(char.IsAsciiHexDigit)))
        {
            return false;
        }
        half = string.Join(':', string.Concat(groups).ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));
        return true;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
