using System.Collections.Immutable;
using Matchbox.Core.Access;
using Matchbox.Core.Webhooks;
using Matchbox.Http.Access;
using Matchbox.Http.Outbound;
using Matchbox.Http.Rest.Problems;
using Matchbox.Http.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest;

/// <summary>Webhooks: set, look, try, remove. A signing secret is told once, when it was made.</summary>
internal sealed class WebhookEndpoints(WebhookBook book, WebhookDispatcher dispatcher, OutboundClient client) : IDisposable
{
    private const string Tag = "Webhooks";
    private const string Shown = """{ "id": "chat", "url": "https://hooks.example.com/matchbox", "kinds": ["failed", "installed"], "selector": "rack=b7", "enabled": true, "state": "active", "waiting": 0, "dropped": 0, "changedAt": "2026-03-01T12:00:00Z", "by": "root" }""";
    private const string ShownDelivery = """{ "id": "0195513f7a0c7b8e9f00112233445566", "event": 4711, "kind": "installed", "at": "2026-03-01T12:00:00Z", "tries": 1, "outcome": "delivered", "status": 204, "milliseconds": 38 }""";

    private readonly Turns _tests = new(4, 8, TimeSpan.FromSeconds(5));

    public void Map(RestRoutes rest)
    {
        rest.Admin.MapGet("/webhooks", List)
            .Describe("listWebhooks", Tag, "List webhooks, without their signing secrets")
            .Shows($$"""{ "webhooks": [ {{Shown}} ] }""");
        rest.Admin.MapGet("/webhooks/{id}", Show)
            .Describe("getWebhook", Tag, "Show a webhook", "The signing secret is never shown. The `ETag` names its revision.")
            .Shows(Shown)
            .Fails(ProblemKind.NotFound);
        rest.Admin.MapPut("/webhooks/{id}", SetAsync)
            .Describe("setWebhook", Tag, "Send events to a URL",
                "Of all `kinds` or of some, of all machines or of those whose labels `selector` names. The answer that makes a webhook, and one to `newSecret`, "
                + "holds the `secret` that deliveries are signed with: it is told this once. What was paused goes on.")
            .Takes<NewWebhook>("""{ "url": "https://hooks.example.com/matchbox", "kinds": ["failed", "installed"], "selector": "rack=b7" }""")
            .Shows(Shown)
            .Fails(ProblemKind.InvalidRequest, ProblemKind.Conflict, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Admin.MapDelete("/webhooks/{id}", Remove)
            .Describe("removeWebhook", Tag, "Forget a webhook", "What waits for it is not sent any more.")
            .Fails(ProblemKind.NotFound, ProblemKind.Stale, ProblemKind.StoreFailed);
        rest.Admin.MapPost("/webhooks/{id}/test", TestAsync)
            .Describe("testWebhook", Tag, "Send a webhook something now", "An object like an event, of the kind `test` and the sequence number 0: once, also when the webhook is paused or off.")
            .Shows(ShownDelivery)
            .Fails(ProblemKind.NotFound, ProblemKind.Busy);
        rest.Admin.MapGet("/webhooks/{id}/deliveries", Deliveries)
            .Describe("listWebhookDeliveries", Tag, "Show what became of the last events", "The last 100 since the start, newest first.")
            .Shows($$"""{ "deliveries": [ {{ShownDelivery}} ] }""")
            .Fails(ProblemKind.NotFound);
    }

    public void Dispose() => _tests.Dispose();

    private Ok<WebhookList> List() => TypedResults.Ok(new WebhookList([.. book.All.Select(webhook => ViewOf(webhook))]));

    private IResult Show(HttpContext context, string id) =>
        book.Find(id) is not { } webhook ? NotThere()
        // What waits changes without a revision, so that nobody has the content already.
        : Answer(context, webhook, null);

    private async Task<IResult> SetAsync(HttpContext context, string id)
    {
        var asked = await RestBody.ReadAsync(context, RestJson.Default.NewWebhook);
        var kinds = EventFilter.Of(null, asked.Kinds ?? []).Kinds;
        if (WhyNot(id, asked) is { } why)
        {
            return ProblemKind.InvalidRequest.Tell(why);
        }
        var present = book.Find(id);
        var required = Conditions.RequiredRevision(context.Request, present?.Revision);
        var webhook = new Webhook { Id = id, Url = asked.Url!, Kinds = [.. (kinds ?? []).Order()], Selector = asked.Selector ?? "", Enabled = asked.Enabled ?? true };
        try
        {
            switch (book.Set(webhook, asked.NewSecret, context.By(), required))
            {
                case WebhookChange.Stale stale:
                    throw Conditions.Stale(stale.Revision);
                case WebhookChange.Kept kept:
                    context.Audit(present is null ? null : Describe(present), Describe(kept.Webhook));
                    return Answer(context, kept.Webhook, kept.Secret);
                default:
                    return ProblemKind.Conflict.Tell($"there are {WebhookBook.MaxWebhooks} webhooks already: remove one");
            }
        }
        catch (IOException failure)
        {
            return ProblemKind.StoreFailed.Tell($"nothing was changed: {failure.Message}");
        }
    }

    private IResult Remove(HttpContext context, string id)
    {
        try
        {
            var present = book.Find(id);
            var required = Conditions.RequiredRevision(context.Request, present?.Revision);
            if (!book.Remove(id, context.By(), required))
            {
                return required is not null && book.Find(id) is { } other ? throw Conditions.Stale(other.Revision) : NotThere();
            }
            context.Audit(present is null ? null : Describe(present), null);
            return TypedResults.NoContent();
        }
        catch (IOException failure)
        {
            return ProblemKind.StoreFailed.Tell($"nothing was changed: {failure.Message}");
        }
    }

    private async Task<IResult> TestAsync(HttpContext context, string id)
    {
        if (book.Find(id) is not { } webhook)
        {
            return NotThere();
        }
        if (!await _tests.TryEnterAsync(context.RequestAborted))
        {
            return ProblemKind.Busy.Tell("several tests are under way: try again in some seconds");
        }
        try
        {
            return TypedResults.Ok(DeliveryView.Of(await dispatcher.TestAsync(webhook, context.By(), context.RequestAborted)));
        }
        finally
        {
            _tests.Leave();
        }
    }

    private IResult Deliveries(string id) =>
        book.Find(id) is null ? NotThere() : TypedResults.Ok(new DeliveryList([.. dispatcher.DeliveriesOf(id).Select(DeliveryView.Of)]));

    private string? WhyNot(string id, NewWebhook asked) =>
        !Webhook.IsId(id) ? "a webhook's id has up to 64 letters, digits, hyphens, underscores and dots, and does not begin with a dot"
        : string.IsNullOrEmpty(asked.Url) ? "\"url\" is missing: where events go, such as https://hooks.example.com/matchbox"
        : asked.Url.Length > Webhook.MaxUrl ? $"a URL has at most {Webhook.MaxUrl} characters"
        : !Uri.TryCreate(asked.Url, UriKind.Absolute, out var url) ? "\"url\" is no whole URL, such as https://hooks.example.com/matchbox"
        : client.WhyNotUrl(url) is { } why ? $"\"url\" cannot be a target: {why}"
        : !LabelSelector.TryParse(asked.Selector, out _) ? "\"selector\" is key=value,key=value, such as rack=b7,role=worker"
        : null;

    // A URL may hold a key of the receiver's, which has no place in the audit log: its host says enough.
    private static string Describe(Webhook webhook) =>
        $"{new Uri(webhook.Url).Authority}, kinds [{string.Join(", ", webhook.Kinds.Select(EventFilter.NameOf))}], selector '{webhook.Selector}', {(webhook.Enabled ? "enabled" : "disabled")}";

    private Ok<WebhookView> Answer(HttpContext context, Webhook webhook, string? secret)
    {
        context.Response.Headers.ETag = Conditions.TagOf(webhook.Revision);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(ViewOf(webhook, secret));
    }

    private WebhookView ViewOf(Webhook webhook, string? secret = null)
    {
        var (waiting, dropped) = dispatcher.CountsOf(webhook.Id);
        return new WebhookView
        {
            Id = webhook.Id,
            Url = webhook.Url,
            Kinds = [.. webhook.Kinds.Select(EventFilter.NameOf)],
            Selector = webhook.Selector,
            Enabled = webhook.Enabled,
            State = !webhook.Enabled ? "disabled" : webhook.Paused is null ? "active" : "paused",
            Paused = webhook.Paused,
            Waiting = waiting,
            Dropped = dropped,
            Secret = secret,
            ChangedAt = webhook.ChangedAt,
            By = webhook.By,
        };
    }

    private static ProblemResult NotThere() => ProblemKind.NotFound.Tell("there is no webhook of that id: `matchbox webhooks list` lists them");
}
