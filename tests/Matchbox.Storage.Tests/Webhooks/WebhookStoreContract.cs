using Matchbox.Core.Events;
using Matchbox.Core.Webhooks;

namespace Matchbox.Storage.Tests.Webhooks;

/// <summary>What every store of webhooks' targets promises. A new store adds one class that opens it.</summary>
public abstract class WebhookStoreContract : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract IWebhookStore Open();

    /// <summary>Closes and opens again, as a restart does.</summary>
    protected abstract IWebhookStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void A_new_store_is_empty() => Assert.Empty(Open().Load());

    [Fact]
    public void A_target_survives_a_restart_as_it_was_sealed()
    {
        var webhook = Named("chat", [1, 2, 0, 255]);
        Open().Save(webhook);
        var loaded = Assert.Single(Reopen().Load());
        Assert.Equal(webhook.Secret.ToArray(), loaded.Secret.ToArray());
        Assert.Equal((IEnumerable<EventKind>)webhook.Webhook.Kinds, loaded.Webhook.Kinds);
        Assert.Equal(webhook.Webhook with { Kinds = [] }, loaded.Webhook with { Kinds = [] });
    }

    [Fact]
    public void The_last_save_counts_and_a_removed_target_is_gone()
    {
        var store = Open();
        store.Save(Named("a", [1]));
        store.Save(Named("b", [2]));
        store.Save(Named("a", [3]));
        store.Remove("b");
        store.Remove("never there");
        Assert.Equal([3], Assert.Single(Reopen().Load()).Secret.ToArray());
    }

    [Fact]
    public void Ids_that_differ_in_case_are_two()
    {
        var store = Open();
        store.Save(Named("Chat", [1]));
        store.Save(Named("chat", [2]));
        Assert.Equal(["Chat", "chat"], Reopen().Load().Select(webhook => webhook.Webhook.Id).Order(StringComparer.Ordinal));
    }

    private static SealedWebhook Named(string id, byte[] secret) => new(
        new Webhook
        {
            Id = id, Url = "https://hooks.example.com/é?a=b&c=\"d\"", Kinds = [EventKind.Failed, EventKind.WebhookPaused], Selector = "rack=b7", Enabled = false, Paused = "why", Revision = "r",
            ChangedAt = Noon, By = "uid 0",
        },
        secret);
}
