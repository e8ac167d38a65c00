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
        if (key.Equals("mac", StringComparison.OrdinalIgnoreCase))
        {
            if (!HardwareAddress.TryParse(value, out var mac))
            {
                return false;
            }
            value = mac.ToString();
        }
        _values.TryAdd(key, value);
        return true;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
