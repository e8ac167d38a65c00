using System.Text;

namespace Matchbox.Http.Boot.Requests;

/// <summary>Paths of URLs as Go's net/url and path packages treat them. Texts hold octets by the rule of <see cref="Templates.OctetText"/>.</summary>
internal static class GoPath
{
    // What a path may hold unescaped (net/url's shouldEncode for paths).
    private const string Plain = "-_.~$&+,/:;=@";

    // What an already escaped path may hold besides (net/url's validEncoded).
    private const string Tolerated = "!'()*[]%";

    /// <summary>Octets for their escapes; null: an escape is malformed.</summary>
    public static string? Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }
        var octets = Templates.OctetText.Encode(text);
        var length = 0;
        for (var i = 0; i < octets.Length; i++, length++)
        {
            octets[length] = octets[i];
            if (octets[i] == '%')
            {
                if (i + 2 >= octets.Length || !char.IsAsciiHexDigit((char)octets[i + 1]) || !char.IsAsciiHexDigit((char)octets[i + 2]))
                {
                    return null;
                }
                octets[length] = (byte)((Nibble(octets[i + 1]) << 4) | Nibble(octets[i + 2]));
                i += 2;
            }
        }
        return Templates.OctetText.Decode(octets.AsSpan(0, length));
    }

    /// <summary>Escapes what a path may not hold.</summary>
    public static string Escape(string path)
    {
        if (IsPlain(path, Plain))
        {
            return path;
        }
        var escaped = new StringBuilder(path.Length + 16);
        foreach (var octet in Templates.OctetText.Encode(path))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || Plain.Contains((char)octet, StringComparison.Ordinal))
            {
                escaped.Append((char)octet);
            }
            else
            {
                escaped.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }
        return escaped.ToString();
    }

    /// <summary>A path as it was sent, if it is well escaped; otherwise the decoded one, escaped anew.</summary>
    public static string Escaped(string sent, string decoded) => IsPlain(sent, Plain + Tolerated) ? sent : Escape(decoded);

    /// <summary>Without empty parts and dots, as if <c>/</c> stood at its beginning; a slash at the end is kept.</summary>
    public static string Clean(string path)
    {
        if (!path.StartsWith('/'))
        {
            path = '/' + path;
        }
        if (!path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal))
        {
            return path;
        }
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }
        var clean = "/" + string.Join('/', parts);
        return path.EndsWith('/') && clean.Length > 1 ? clean + '/' : clean;
    }

    /// <summary>The last part of a path, without slashes at its end; <c>/</c> for one that is nothing else.</summary>
    public static string Base(string path)
    {
        var trimmed = path.TrimEnd('/');
        return trimmed.Length == 0 ? "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    private static bool IsPlain(string text, string plain)
    {
        foreach (var unit in text)
        {
            if (!char.IsAsciiLetterOrDigit(unit) && !plain.Contains(unit, StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    private static int Nibble(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
