namespace Matchbox.Http.Boot;

/// <summary>
/// A query string as Go's net/url reads it (poseidon/matchbox's rules): split at <c>&amp;</c>, pairs with a <c>;</c> or with a bad
/// percent escape are dropped whole, <c>+</c> is a space, a key without <c>=</c> has the empty value.
/// </summary>
internal static class GoQuery
{
    public static IEnumerable<(string Key, string Value)> Parse(string query)
    {
        foreach (var pair in query.Split('&'))
        {
            if (pair.Length == 0 || pair.Contains(';', StringComparison.Ordinal))
            {
                continue;
            }
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (Unescape(equals < 0 ? pair : pair[..equals]) is { } key && Unescape(equals < 0 ? "" : pair[(equals + 1)..]) is { } value)
            {
                yield return (key, value);
            }
        }
    }

    /// <summary>The query as it was sent, but for the pairs of these keys.</summary>
    public static string Without(string query, params string[] keys) =>
        string.Join('&', query.Split('&').Where(pair => !keys.Contains(Unescape(pair.Split('=')[0]))));

    private static string? Unescape(string text)
    {
        if (text.AsSpan().IndexOfAny('%', '+') < 0)
        {
            return text;
        }
        var octets = Templates.OctetText.Encode(text);
        var length = 0;
        for (var i = 0; i < octets.Length; i++, length++)
        {
            if (octets[i] == '%')
            {
                if (i + 2 >= octets.Length || !char.IsAsciiHexDigit((char)octets[i + 1]) || !char.IsAsciiHexDigit((char)octets[i + 2]))
                {
                    return null;
                }
                octets[length] = (byte)((Nibble(octets[i + 1]) << 4) | Nibble(octets[i + 2]));
                i += 2;
            }
            else
            {
                octets[length] = octets[i] == '+' ? (byte)' ' : octets[i];
            }
        }
        return Templates.OctetText.Decode(octets.AsSpan(0, length));
    }

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
