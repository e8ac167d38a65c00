using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Matchbox.Http.Boot.Requests;

/// <summary>
/// What a request line asks for, read as Go's net/http reads it: every form of target, nothing resolved or decoded beforehand.
/// </summary>
/// <param name="Method">As it was sent; any word.</param>
/// <param name="Sent">The path as it was sent; empty for a target without one.</param>
/// <param name="Path">The path, decoded.</param>
/// <param name="Query">The query as it was sent, without its question mark.</param>
internal readonly record struct RequestTarget(string Method, string Sent, string Path, string Query)
{

    public bool IsAsterisk => Sent == "*";

    public bool IsConnect => HttpMethods.IsConnect(Method);

    /// <summary>False: no URL, which is answered with 400.</summary>
    public static bool TryRead(HttpContext context, out RequestTarget target)
    {
        var line = context.Features.Get<UnusualRequestLine>();
        var raw = line?.Target ?? context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        return TryParse(line?.Method ?? context.Request.Method, raw, out target);
    }

    internal static bool TryParse(string method, string raw, out RequestTarget target)
    {
        target = default;
        if (raw == "*")
        {
            target = new RequestTarget(method, "*", "*", "");
            return true;
        }
        if (raw.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 || raw.Contains('\x7F', StringComparison.Ordinal))
        {
            return false;
        }
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (raw, "") : (raw[..mark], raw[(mark + 1)..]);
        if (!path.StartsWith('/'))
        {
            if (path.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0)
            {
                var slash = path.IndexOf('/', scheme + 3);
                path = slash < 0 ? "" : path[slash..];
            }
            else if (HttpMethods.IsConnect(method))
            {
                path = "";
            }
            else
            {
                return false;
            }
        }
        if (GoPath.Unescape(path) is not { } decoded)
        {
            return false;
        }
        target = new RequestTarget(method, path, decoded, query);
        return true;
    }

    /// <summary>Where the canonical form of the path is, if this is not it: dots and empty parts are cleaned away, <c>/assets</c> gets its slash.</summary>
    /// <param name="folder">A path that only has things below it.</param>
    public string? RedirectFor(string? folder)
    {
        var escaped = GoPath.Escaped(Sent, Path);
        var clean = IsConnect ? escaped : GoPath.Clean(escaped);
        var tail = Query.Length > 0 ? "?" + Query : "";
        return folder is not null && GoPath.Unescape(clean) == folder ? GoPath.Escape(GoPath.Clean(Path)) + "/" + tail
            : clean != escaped ? GoPath.Escape(clean) + tail
            : null;
    }

    /// <summary>The path's one part; null: it has several, or ends in a slash.</summary>
    public string? Name => GoPath.Escaped(Sent, Path) is ['/', .. var rest] && !rest.Contains('/', StringComparison.Ordinal) ? GoPath.Unescape(rest) : null;
}
