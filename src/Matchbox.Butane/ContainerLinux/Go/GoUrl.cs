using System.Diagnostics.CodeAnalysis;
using System.Text;
using Matchbox.Butane.Decoding;
using GoText = Matchbox.Butane.Ignition.GoText;

namespace Matchbox.Butane.ContainerLinux.Go;

/// <summary>
/// A URL as Go's <c>net/url</c> takes it apart and puts it together again, which is not always the text that was given: the scheme
/// becomes lower case, and what must be escaped is. Inside, each character is one byte.
/// </summary>
internal sealed class GoUrl
{
    private bool _isQueryForced;
    private bool _isHostOmitted;
    private string? _user;                  // escaped, with the password
    private string _host = "";
    private string _opaque = "";
    private string _path = "";
    private string _rawPath = "";
    private string _fragment = "";
    private string _rawFragment = "";

    private GoUrl()
    {
    }

    public string Scheme { get; private set; } = "";

    public string RawQuery { get; private set; } = "";

    /// <param name="error">What Go says: <c>parse "http://%zz": invalid URL escape "%zz"</c>; null for a URL.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out GoUrl? url, [NotNullWhen(false)] out string? error)
    {
        var bytes = Encoding.Latin1.GetString(LooseText.ToBytes(text));
        var hash = bytes.IndexOf('#', StringComparison.Ordinal);
        var main = hash < 0 ? bytes : bytes[..hash];
        try
        {
            url = new GoUrl();
            url.Parse(main);
        }
        catch (UrlFault fault)
        {
            url = null;
            error = $"parse {Quote(main)}: {fault.Message}";
            return false;
        }
        try
        {
            url.SetFragment(hash < 0 ? "" : bytes[(hash + 1)..]);
        }
        catch (UrlFault fault)
        {
            url = null;
            error = $"parse {Quote(bytes)}: {fault.Message}";
            return false;
        }
        error = null;
        return true;
    }

    /// <summary>The first value of a key of the query; null if it has none.</summary>
    public string? Query(string key)
    {
        foreach (var pair in RawQuery.Split('&'))
        {
            if (pair.Length == 0 || pair.Contains(';', StringComparison.Ordinal))
            {
                continue;
            }
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            try
            {
                if (Unescape(equals < 0 ? pair : pair[..equals], UrlPart.Query) == key)
                {
                    return Unescape(equals < 0 ? "" : pair[(equals + 1)..], UrlPart.Query);
                }
            }
            catch (UrlFault)
            {
                // A pair that can not be read is passed over, as Go does.
            }
        }
        return null;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Scheme.Length > 0)
        {
            text.Append(Scheme).Append(':');
        }
        if (_opaque.Length > 0)
        {
            text.Append(_opaque);
        }
        else
        {
            AppendHierarchy(text);
        }
        if (_isQueryForced || RawQuery.Length > 0)
        {
            text.Append('?').Append(RawQuery);
        }
        if (_fragment.Length > 0)
        {
            text.Append('#').Append(Escaped(_fragment, _rawFragment, UrlPart.Fragment));
        }
        return LooseText.FromBytes(Encoding.Latin1.GetBytes(text.ToString()));
    }

    private void AppendHierarchy(StringBuilder text)
    {
        var hasAuthority = _host.Length > 0 || _user is not null;
        if ((Scheme.Length > 0 || hasAuthority) && (hasAuthority || (!_isHostOmitted && _path.Length > 0)))
        {
            text.Append("//");
        }
        if (_user is not null)
        {
            text.Append(_user).Append('@');
        }
        text.Append(UrlEscapes.Escape(_host, UrlPart.Host));
        var path = _path == "*" ? "*" : Escaped(_path, _rawPath, UrlPart.Path);
        if (path.Length > 0 && path[0] != '/' && _host.Length > 0)
        {
            text.Append('/');
        }
        if (text.Length == 0 && FirstSegment(path).Contains(':'))
        {
            text.Append("./");
        }
        text.Append(path);
    }

    private void Parse(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal))
        {
            throw new UrlFault("net/url: invalid control character in URL");
        }
        if (text == "*")
        {
            _path = "*";
            return;
        }
        var rest = ParseQuery(ParseScheme(text));
        if (!rest.StartsWith('/'))
        {
            if (Scheme.Length > 0)
            {
                _opaque = rest;
                return;
            }
            if (FirstSegment(rest).Contains(':'))
            {
                throw new UrlFault("first path segment in URL cannot contain colon");
            }
        }
        if (rest.StartsWith("//", StringComparison.Ordinal) && (Scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            ParseAuthority(slash < 0 ? rest[2..] : rest[2..slash]);
            rest = slash < 0 ? "" : rest[slash..];
        }
        else
        {
            _isHostOmitted = Scheme.Length > 0 && rest.StartsWith('/');
        }
        _path = Unescape(rest, UrlPart.Path);
        _rawPath = UrlEscapes.Escape(_path, UrlPart.Path) == rest ? "" : rest;
    }

    private string ParseScheme(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ':')
            {
                Scheme = i == 0 ? throw new UrlFault("missing protocol scheme") : text[..i].ToLowerInvariant();
                return text[(i + 1)..];
            }
            if (!char.IsAsciiLetter(text[i]) && (i == 0 || !(char.IsAsciiDigit(text[i]) || text[i] is '+' or '-' or '.')))
            {
                break;
            }
        }
        return text;
    }

    private string ParseQuery(string rest)
    {
        var mark = rest.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
        {
            return rest;
        }
        _isQueryForced = mark == rest.Length - 1;
        RawQuery = rest[(mark + 1)..];
        return rest[..mark];
    }

    private void ParseAuthority(string authority)
    {
        var at = authority.LastIndexOf('@');
        _host = ParseHost(authority[(at + 1)..]);
        if (at < 0)
        {
            return;
        }
        var user = authority[..at];
        if (user.AsSpan().ContainsAnyExcept(UrlEscapes.UserInfo))
        {
            throw new UrlFault("net/url: invalid userinfo");
        }
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        _user = Normal(colon < 0 ? user : user[..colon]) + (colon < 0 ? "" : ":" + Normal(user[(colon + 1)..]));

        static string Normal(string part) => UrlEscapes.Escape(Unescape(part, UrlPart.User), UrlPart.User);
    }

    private static string ParseHost(string host)
    {
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0)
            {
                throw new UrlFault("missing ']' in host");
            }
            CheckPort(host[(end + 1)..]);
            var zone = host.IndexOf("%25", 0, end, StringComparison.Ordinal);
            if (zone >= 0)
            {
                return Unescape(host[..zone], UrlPart.Host)
                    + Unescape(host[zone..end], UrlPart.Zone)
                    + Unescape(host[end..], UrlPart.Host);
            }
        }
        else if (host.LastIndexOf(':') is var colon and >= 0)
        {
            CheckPort(host[colon..]);
        }
        return Unescape(host, UrlPart.Host);
    }

    private static void CheckPort(string port)
    {
        if (port.Length > 0 && (port[0] != ':' || port.AsSpan(1).ContainsAnyExceptInRange('0', '9')))
        {
            throw new UrlFault($"invalid port {Quote(port)} after host");
        }
    }

    private void SetFragment(string fragment)
    {
        _fragment = Unescape(fragment, UrlPart.Fragment);
        _rawFragment = UrlEscapes.Escape(_fragment, UrlPart.Fragment) == fragment ? "" : fragment;
    }

    /// <summary>The text as it was given, if that is a fair escape of it.</summary>
    private static string Escaped(string plain, string raw, UrlPart part) =>
        raw.Length > 0 && UrlEscapes.IsEscaped(raw, part) ? raw : UrlEscapes.Escape(plain, part);

    private static string Unescape(string text, UrlPart part) => UrlEscapes.Unescape(text, part);

    private static ReadOnlySpan<char> FirstSegment(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? path : path.AsSpan(0, slash);
    }

    private static string Quote(string bytes) => GoText.Quote(LooseText.FromBytes(Encoding.Latin1.GetBytes(bytes)));
}
