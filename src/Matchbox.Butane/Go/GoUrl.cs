using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Matchbox.Butane.Go;

/// <summary>
/// A URL as Go's <c>net/url</c> takes it apart and puts it together again, which is not always the text that was given: the scheme
/// becomes lower case, and what must be escaped is. It consists of slices of that text: a <c>data:</c> URL may be long.
/// </summary>
internal ref struct GoUrl
{
    private bool _hasUser;
    private bool _isHostOmitted;
    private bool _isQueryForced;
    private ReadOnlySpan<char> _user;       // with the password
    private ReadOnlySpan<char> _host;
    private ReadOnlySpan<char> _path;
    private ReadOnlySpan<char> _fragment;

    /// <summary>In small letters; "" without one.</summary>
    public string Scheme { get; private set; }

    /// <summary>What follows the scheme when that does not begin with a slash, up to the query.</summary>
    public ReadOnlySpan<char> Opaque { get; private set; }

    /// <summary>As written, without the question mark.</summary>
    public ReadOnlySpan<char> Query { get; private set; }

    public static bool TryParse(ReadOnlySpan<char> text, out GoUrl url)
    {
        url = new GoUrl { Scheme = "" };
        if (url.Parse(text, out _) is null)
        {
            return true;
        }
        url = default;
        return false;
    }

    /// <param name="error">What Go says: <c>parse "http://%zz": invalid URL escape "%zz"</c>; null for a URL.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out GoUrl url, [NotNullWhen(false)] out string? error)
    {
        url = new GoUrl { Scheme = "" };
        if (url.Parse(text, out var length) is not { } fault)
        {
            error = null;
            return true;
        }
        url = default;
        error = $"parse {GoText.Quote(text[..length].ToString())}: {fault}";
        return false;
    }

    /// <summary>The first value of a key of the query; null: the key is not there.</summary>
    public readonly string? FirstQueryValue(string key)
    {
        foreach (var range in Query.Split('&'))
        {
            var pair = Query[range];
            if (pair.IsEmpty || pair.Contains(';') || UrlEscapes.Fault(pair, UrlPart.Query) is not null)
            {
                continue;       // Go passes over what it cannot read.
            }
            var equals = pair.IndexOf('=');
            if (QueryText(equals < 0 ? pair : pair[..equals]) == key)
            {
                return QueryText(equals < 0 ? [] : pair[(equals + 1)..]);
            }
        }
        return null;

        static string QueryText(ReadOnlySpan<char> escaped) =>
            Encoding.UTF8.GetString(UrlEscapes.Unescape(escaped.ToString().Replace('+', ' ')));
    }

    public override readonly string ToString()
    {
        var text = new StringBuilder();
        if (Scheme.Length > 0)
        {
            text.Append(Scheme).Append(':');
        }
        if (Opaque.IsEmpty)
        {
            AppendHierarchy(text);
        }
        else
        {
            text.Append(Opaque);
        }
        if (_isQueryForced || !Query.IsEmpty)
        {
            text.Append('?').Append(Query);
        }
        if (!_fragment.IsEmpty)
        {
            text.Append('#').Append(UrlEscapes.Write(_fragment, UrlPart.Fragment));
        }
        return text.ToString();
    }

    private readonly void AppendHierarchy(StringBuilder text)
    {
        var hasAuthority = _hasUser || !_host.IsEmpty;
        if (hasAuthority || (Scheme.Length > 0 && !_isHostOmitted && !_path.IsEmpty))
        {
            text.Append("//");
        }
        if (_hasUser)
        {
            var colon = _user.IndexOf(':');
            text.Append(UrlEscapes.Escape(UrlEscapes.Unescape(colon < 0 ? _user : _user[..colon]), UrlPart.User));
            if (colon >= 0)
            {
                text.Append(':').Append(UrlEscapes.Escape(UrlEscapes.Unescape(_user[(colon + 1)..]), UrlPart.User));
            }
            text.Append('@');
        }
        text.Append(UrlEscapes.Escape(UrlEscapes.Unescape(_host), UrlPart.Host));
        var path = _path is "%2A" ? "*" : UrlEscapes.Write(_path, UrlPart.Path);    // Go never escapes a path of one asterisk.
        if (text.Length == 0 && FirstSegment(path).Contains(':'))
        {
            text.Append("./");
        }
        text.Append(path);
    }

    /// <param name="length">How much of the text was looked at when a fault was found: the fragment comes last.</param>
    private string? Parse(ReadOnlySpan<char> text, out int length)
    {
        var hash = text.IndexOf('#');
        length = hash < 0 ? text.Length : hash;
        var fault = ParseMain(text[..length]);
        if (fault is not null || hash < 0)
        {
            return fault;
        }
        length = text.Length;
        _fragment = text[(hash + 1)..];
        return UrlEscapes.Fault(_fragment, UrlPart.Fragment);
    }

    private string? ParseMain(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f'))
        {
            return "net/url: invalid control character in URL";
        }
        if (!TrySplitScheme(ref text))
        {
            return "missing protocol scheme";
        }
        if (text.IndexOf('?') is >= 0 and var mark)
        {
            _isQueryForced = mark == text.Length - 1;
            Query = text[(mark + 1)..];
            text = text[..mark];
        }
        if (!text.StartsWith('/'))
        {
            if (Scheme.Length > 0)
            {
                Opaque = text;
                return null;
            }
            if (FirstSegment(text).Contains(':'))
            {
                return "first path segment in URL cannot contain colon";
            }
        }
        if (text.StartsWith("//", StringComparison.Ordinal) && (Scheme.Length > 0 || !text.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = text[2..].IndexOf('/');
            if (ParseAuthority(slash < 0 ? text[2..] : text.Slice(2, slash)) is { } fault)
            {
                return fault;
            }
            text = slash < 0 ? [] : text[(2 + slash)..];
        }
        else
        {
            _isHostOmitted = Scheme.Length > 0 && text.StartsWith('/');
        }
        _path = text;
        return UrlEscapes.Fault(_path, UrlPart.Path);
    }

    // Letters, then a colon. What begins otherwise has no scheme, except that a colon at the start is a fault.
    private bool TrySplitScheme(ref ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ':')
            {
                Scheme = text[..i].ToString().ToLowerInvariant();
                text = text[(i + 1)..];
                return i > 0;
            }
            if (!char.IsAsciiLetter(c) && (i == 0 || !(char.IsAsciiDigit(c) || c is '+' or '-' or '.')))
            {
                return true;
            }
        }
        return true;
    }

    private string? ParseAuthority(ReadOnlySpan<char> authority)
    {
        var at = authority.LastIndexOf('@');
        _host = authority[(at + 1)..];
        _hasUser = at >= 0;
        _user = _hasUser ? authority[..at] : [];
        return HostFault(_host)
            ?? (_user.ContainsAnyExcept(UrlEscapes.UserInfo) ? "net/url: invalid userinfo" : UrlEscapes.Fault(_user, UrlPart.User));
    }

    private static string? HostFault(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            var end = host.LastIndexOf(']');
            if (end < 0)
            {
                return "missing ']' in host";
            }
            if (PortFault(host[(end + 1)..]) is { } fault)
            {
                return fault;
            }
            if (host[..end].IndexOf("%25", StringComparison.Ordinal) is >= 0 and var zone)
            {
                return UrlEscapes.Fault(host[..zone], UrlPart.Host)
                    ?? UrlEscapes.Fault(host[zone..end], UrlPart.Zone)
                    ?? UrlEscapes.Fault(host[end..], UrlPart.Host);
            }
        }
        else if (host.LastIndexOf(':') is >= 0 and var colon && PortFault(host[colon..]) is { } fault)
        {
            return fault;
        }
        return UrlEscapes.Fault(host, UrlPart.Host);
    }

    private static string? PortFault(ReadOnlySpan<char> port) =>
        port.IsEmpty || (port[0] == ':' && !port[1..].ContainsAnyExceptInRange('0', '9'))
            ? null
            : $"invalid port {GoText.Quote(port.ToString())} after host";

    private static ReadOnlySpan<char> FirstSegment(ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        return slash < 0 ? path : path[..slash];
    }
}
