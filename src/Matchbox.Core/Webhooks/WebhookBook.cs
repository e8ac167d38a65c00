using System.Collections.Immutable;
using System.Text;
using Matchbox.Core.Events;
using Matchbox.Core.Secrets;

namespace Matchbox.Core.Webhooks;

/// <summary>What came of setting a target.</summary>
public abstract record WebhookChange
{
    private WebhookChange()
    {
    }

    /// <summary>It is kept. <paramref name="Secret"/> is the signing secret if one was made now: it is told this once.</summary>
    public sealed record Kept(Webhook Webhook, string? Secret) : WebhookChange;

    /// <summary>Another revision is there, or none.</summary>
    public sealed record Stale(string? Revision) : WebhookChange;

    /// <summary>There are as many as there may be.</summary>
    public sealed record TooMany : WebhookChange;
}

/// <summary>
/// The targets that events are sent to. Signing secrets are as sealed in memory as in the store. Changes are durable when they return.
/// Thread-safe.
/// </summary>
public sealed class WebhookBook
{
    /// <summary>Targets at most.</summary>
    public const int MaxWebhooks = 32;

    private readonly IWebhookStore _store;
    private readonly ISecretSealer _sealer;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly Lock _writing = new();
    private volatile ImmutableSortedDictionary<string, SealedWebhook> _webhooks;

    public WebhookBook(IWebhookStore store, ISecretSealer sealer, IEventSink events, TimeProvider clock)
    {
        (_store, _sealer, _events, _clock) = (store, sealer, events, clock);
        _webhooks = store.Load().ToImmutableSortedDictionary(webhook => webhook.Webhook.Id, webhook => webhook, StringComparer.Ordinal);
    }

    /// <summary>Told after each change, with the id. Whoever listens does not wait.</summary>
    public event Action<string>? Changed;

    /// <summary>All targets by id.</summary>
    public IEnumerable<Webhook> All => _webhooks.Values.Select(webhook => webhook.Webhook);

    /// <summary>The target of that id; null: there is none.</summary>
    public Webhook? Find(string id) => _webhooks.GetValueOrDefault(id)?.Webhook;

    /// <summary>Keeps a target, in place of an older one. What was paused goes on.</summary>
    /// <param name="webhook">Sound already; revision, time and author are set here.</param>
    /// <param name="newSecret">Make a new signing secret also where there is one.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="ifRevision">The revision that has to be there; empty: none may be there; null: whatever is.</param>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    public WebhookChange Set(Webhook webhook, bool newSecret, string by, string? ifRevision)
    {
        var now = _clock.GetUtcNow();
        var changed = webhook with { Paused = null, Revision = Guid.CreateVersion7(now).ToString("N"), ChangedAt = now, By = by };
        string? secret = null;
        lock (_writing)
        {
            var present = _webhooks.GetValueOrDefault(webhook.Id);
            if (ifRevision is not null && ifRevision != (present?.Webhook.Revision ?? ""))
            {
                return new WebhookChange.Stale(present?.Webhook.Revision);
            }
            if (present is null && _webhooks.Count >= MaxWebhooks)
            {
                return new WebhookChange.TooMany();
            }
            var sealed_ = present?.Secret ?? default;
            if (present is null || newSecret)
            {
                secret = WebhookSignature.NewSecret();
                sealed_ = _sealer.Seal(NameOf(webhook.Id), Encoding.ASCII.GetBytes(secret));
            }
            Save(new SealedWebhook(changed, sealed_));
        }
        Tell(EventKind.WebhookSet, $"webhook {webhook.Id} was set by {by}", webhook.Id);
        Changed?.Invoke(webhook.Id);
        return new WebhookChange.Kept(changed, secret);
    }

    /// <summary>Forgets a target; false: there was none, or not this revision.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    public bool Remove(string id, string by, string? ifRevision)
    {
        lock (_writing)
        {
            if (Find(id) is not { } present || (ifRevision is not null && ifRevision != present.Revision))
            {
                return false;
            }
            _store.Remove(id);
            _webhooks = _webhooks.Remove(id);
        }
        Tell(EventKind.WebhookRemoved, $"webhook {id} was removed by {by}", id);
        Changed?.Invoke(id);
        return true;
    }

    /// <summary>Sends nothing more to a target until an admin sets it again; nothing happens when it was changed meanwhile.</summary>
    public void Pause(Webhook webhook, string why)
    {
        lock (_writing)
        {
            if (_webhooks.GetValueOrDefault(webhook.Id) is not { } present || present.Webhook.Revision != webhook.Revision || present.Webhook.Paused is not null)
            {
                return;
            }
            var now = _clock.GetUtcNow();
            var paused = present with
            {
                Webhook = present.Webhook with { Paused = why, Revision = Guid.CreateVersion7(now).ToString("N"), ChangedAt = now, By = "matchbox" },
            };
            try
            {
                Save(paused);
            }
            catch (IOException)
            {
                // It holds until the next start, which is enough to leave a full disk alone.
                _webhooks = _webhooks.SetItem(webhook.Id, paused);
            }
        }
        Tell(EventKind.WebhookPaused, $"webhook {webhook.Id} is paused, {why}: mend it and set it again", webhook.Id);
        Changed?.Invoke(webhook.Id);
    }

    /// <summary>The signing secret of a target, which the caller clears; null: there is no such target, or another master key sealed it.</summary>
    public byte[]? OpenSecret(string id) => _webhooks.GetValueOrDefault(id) is { } found ? _sealer.Open(NameOf(id), found.Secret.Span) : null;

    // A config's secret of the same name is sealed under another: no name of those has a colon.
    private static string NameOf(string id) => $"webhook:{id}";

    private void Save(SealedWebhook webhook)
    {
        _store.Save(webhook);
        _webhooks = _webhooks.SetItem(webhook.Webhook.Id, webhook);
    }

    private void Tell(EventKind kind, string text, string id) => _events.Publish(new ApplianceEvent
    {
        At = _clock.GetUtcNow(),
        Kind = kind,
        Known = true,
        Text = text,
        Data = ImmutableSortedDictionary<string, string>.Empty.Add("webhook", id),
    });
}
