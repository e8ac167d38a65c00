using System.Collections.Frozen;
using System.Net;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access;

/// <summary>Host names by which the admin listener may be called; they may change while it runs.</summary>
public sealed class KnownHosts
{
    private volatile FrozenSet<string> _names = [];

    /// <summary>Names beside <c>localhost</c>; <c>*.example.com</c> stands for one more label.</summary>
    public void Replace(IEnumerable<string> names) => _names = names.Select(name => name.TrimEnd('.').ToLowerInvariant()).Where(name => name.Length > 0).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Is it a name of ours. An address must be loopback's or the one that the connection came to: a page elsewhere can point a name of its
    /// own at us (DNS rebinding), and only a name that we know cannot be one of those.
    /// </summary>
    public bool Knows(string host, IPAddress? local)
    {
        if (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var address))
        {
            return IPAddress.IsLoopback(address) || address.Equals(local) || (local is { IsIPv4MappedToIPv6: true } && address.Equals(local.MapToIPv4()))
                || _names.Contains(address.ToString());
        }
        var name = host.TrimEnd('.').ToLowerInvariant();
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return name == "localhost" || _names.Contains(name) || (dot > 0 && _names.Contains($"*{name[dot..]}"));
    }
}

/// <summary>
/// What every request to the admin listener must pass before anybody asks who sent it: a host name of ours, no other site behind it; and
/// what every answer carries.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next, KnownHosts hosts)
{
    /// <summary>A header that a page of another site cannot send without asking (Fetch §4.8); required with a session's cookie.</summary>
    public const string OwnHeader = "X-Matchbox";

    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        if (context.Request.IsHttps && !IPAddress.TryParse(context.Request.Host.Host, out _))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
        if (!hosts.Knows(context.Request.Host.Host, context.Connection.LocalIpAddress))
        {
            await context.RefuseAsync(StatusCodes.Status421MisdirectedRequest,
                "this appliance is not known by that host name: add it to admin.hosts, or use a name of its certificate or its address");
            return;
        }
        if (IsOfAnotherSite(context))
        {
            await context.RefuseAsync(StatusCodes.Status403Forbidden, $"a change must come from this site: send the header {OwnHeader}: 1, and none of another origin");
            return;
        }
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            // A body that is too long (413), too slow (408) or broken (400).
            await context.RefuseAsync(refused.StatusCode, refused.Message);
        }
    }

    private static bool IsOfAnotherSite(HttpContext context)
    {
        var request = context.Request;
        // A WebSocket opens by a GET, and changes things for as long as it stays (RFC 6455 §10.2).
        var opens = request.Headers.Upgrade.Count > 0;
        if (((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !opens) || request.Headers.Authorization.Count > 0)
        {
            // What a browser adds by itself, a cookie, is not what such a request lives by.
            return false;
        }
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is not ("" or "same-origin" or "none"))
        {
            return true;
        }
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
        if (opens)
        {
            // Browsers always say where a page that opens one is from; scripts cannot add a header of their own.
            return request.Headers.Origin.Count == 0 && request.Cookies.ContainsKey(SessionCookie.Name);
        }
        // Only the browser itself can write same-origin there (Fetch Metadata §2.3).
        return request.Cookies.ContainsKey(SessionCookie.Name) && !request.Headers.ContainsKey(OwnHeader) && site != "same-origin";
    }
}
