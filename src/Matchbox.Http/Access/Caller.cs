using Matchbox.Core;
using Matchbox.Http.Rest;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access;

/// <summary>Who asks, for the audit log and the timeline.</summary>
/// <param name="Who">Such as <c>alice</c> or <c>token 0123456789 (ci)</c>; empty: nobody who is known.</param>
/// <param name="From">The address, or <c>control socket</c>.</param>
/// <param name="Via"><c>rest</c>, <c>socket</c>, <c>console</c> or <c>grpc</c>.</param>
public sealed record Caller(string Who, string From, string Via);

/// <summary>What the audit log asks a request.</summary>
public static class CallerExtensions
{
    private const int LongestReason = 500;

    public static Caller Caller(this HttpContext context)
    {
        if (context.Features.Get<ControlPeer>() is { } peer)
        {
            return new Caller(peer.Name, "control socket", "socket");
        }
        var identity = context.User.Identities.OfType<AccessIdentity>().FirstOrDefault();
        return new Caller(identity?.Name ?? "", context.Connection.RemoteIpAddress?.ToString() ?? "", identity?.Way == SignInWay.Session || context.Features.Get<ConsoleCaller>() is not null ? "console" : "rest");
    }

    /// <summary>Why, in the caller's words: the header <c>X-Reason</c>, else <c>reason</c> of the query.</summary>
    public static string? Reason(this HttpContext context)
    {
        var given = context.Request.Headers["X-Reason"].ToString() is { Length: > 0 } header ? header : context.Request.Query["reason"].ToString();
        return given.Length == 0 ? null : ClientText.Escape(given.Length > LongestReason ? given[..LongestReason] : given);
    }

    /// <summary>Tells the audit log what was there and what is there now. The caller leaves secrets out.</summary>
    public static void Audit(this HttpContext context, string? before, string? after) => context.Features.Set(new AuditDetail(before, after));
}

/// <summary>What an endpoint knows of its change.</summary>
internal sealed record AuditDetail(string? Before, string? After);
