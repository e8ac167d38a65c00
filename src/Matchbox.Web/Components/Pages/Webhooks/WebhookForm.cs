using Matchbox.Http.Rest;

namespace Matchbox.Web.Components.Pages.Webhooks;

/// <summary>What is said of a webhook.</summary>
public sealed class WebhookForm
{
    public bool IsNew { get; init; }

    public string Id { get; set; } = "";

    public string Url { get; set; } = "";

    /// <summary>None: all.</summary>
    public HashSet<string> Kinds { get; init; } = new(StringComparer.Ordinal);

    public string Selector { get; set; } = "";

    public bool Enabled { get; set; } = true;

    public bool NewSecret { get; set; }

    public static WebhookForm Of(WebhookView webhook) => new()
    {
        Id = webhook.Id,
        Url = webhook.Url,
        Kinds = [.. webhook.Kinds],
        Selector = webhook.Selector,
        Enabled = webhook.Enabled,
    };

    public NewWebhook ToRequest() => new() { Url = Url, Kinds = [.. Kinds.Order(StringComparer.Ordinal)], Selector = Selector, Enabled = Enabled, NewSecret = NewSecret };
}
