using Matchbox.Core.Webhooks;

namespace Matchbox.Testing;

/// <summary>Webhooks' targets in memory.</summary>
public sealed class MemoryWebhookStore : IWebhookStore
{
    private readonly SortedDictionary<string, SealedWebhook> _webhooks = new(StringComparer.Ordinal);

    public IReadOnlyList<SealedWebhook> Load() => [.. _webhooks.Values];

    public void Save(SealedWebhook webhook) => _webhooks[webhook.Webhook.Id] = webhook;

    public void Remove(string id) => _webhooks.Remove(id);
}
