using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Matchbox.Core.Access.Audit;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Access.Endpoints;

/// <summary>
/// <c>GET /api/v1/audit?kind=&amp;who=&amp;action=&amp;object=&amp;since=&amp;until=&amp;before=&amp;limit=</c>: the audit log, newest first. For admins.
/// </summary>
internal sealed class AuditEndpoints(AuditLog audit)
{
    private const int MostEntries = 1_000;

    public void Map(IEndpointRouteBuilder routes) => RestRoutes.On(routes).Admin.MapGet("/audit", ListAsync)
        .Describe("listAudit", "Audit", "Show who changed what, newest first",
            "Filters: `kind` (`change`, `sign-in`, `refusal`), `who`, parts of `action` and `object`, `since` and `until` (times). `before` is the `next` of the page before.")
        .Produces<AuditPage>()
        .Shows("""{ "entries": [ { "sequence": 42, "at": "2026-03-01T12:00:00Z", "kind": "change", "who": "bob", "from": "10.0.0.7", "via": "rest", "action": "POST /api/v1/machines/{id}/arm", "object": "/api/v1/machines/node1/arm", "outcome": "200", "reason": "disk was replaced", "unwritten": 0 } ] }""")
        .Fails(ProblemKind.InvalidRequest);

    // The parameters are named for the description alone: all of them are read below, and refused in our words.
    private Task ListAsync(
        HttpContext context, string? kind, string? who, string? action, string? @object, string? since, string? until, string? before, string? limit)
    {
        _ = (kind, who, action, @object, since, until, before, limit);
        return ReadAsync(context);
    }

    private Task ReadAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        AuditKind? kind = asked["kind"].ToString() switch
        {
            "change" => AuditKind.Change,
            "sign-in" => AuditKind.SignIn,
            "refusal" => AuditKind.Refusal,
            _ => null,
        };
        if (kind is null && Text("kind") is { } unknown)
        {
            return context.RefuseAsync(StatusCodes.Status400BadRequest, $"kind is change, sign-in or refusal, not '{Core.ClientText.Escape(unknown)}'");
        }
        if (!TryTime("since", out var since) || !TryTime("until", out var until))
        {
            return context.RefuseAsync(StatusCodes.Status400BadRequest, "since and until are times such as 2026-03-01T12:00:00Z");
        }
        var (before, limit) = (long.MaxValue, 100L);
        if ((Text("before") is { } from && !TryNumber(from, out before)) || (Text("limit") is { } most && !TryNumber(most, out limit)))
        {
            return context.RefuseAsync(StatusCodes.Status400BadRequest, "before and limit are whole numbers");
        }
        var entries = audit.Read(new AuditQuery
        {
            Kind = kind,
            Who = Text("who"),
            Action = Text("action"),
            Object = Text("object"),
            Since = since,
            Until = until,
            Before = before,
            Limit = (int)Math.Clamp(limit, 1, MostEntries),
        });
        return context.AnswerAsync(
            new AuditPage([.. entries.Select(ViewOf)], entries.Count == Math.Clamp(limit, 1, MostEntries) ? entries[^1].Sequence : null), AccessJson.Default.AuditPage);

        string? Text(string key) => asked[key].ToString() is { Length: > 0 } text ? text : null;

        bool TryTime(string key, out DateTimeOffset? time)
        {
            time = null;
            if (Text(key) is not { } text)
            {
                return true;
            }
            var read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
            time = parsed;
            return read;
        }
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static AuditView ViewOf(AuditEntry entry) => new(
        entry.Sequence, entry.At, JsonNamingPolicy.KebabCaseLower.ConvertName(entry.Kind.ToString()), entry.Who, entry.From, entry.Via, entry.Action, entry.Object,
        entry.Outcome, entry.Before, entry.After, entry.Reason, entry.Unwritten);
}
