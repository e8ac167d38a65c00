using System.Collections.Immutable;
using Matchbox.Core.Access;
using Matchbox.Core.Events;
using Matchbox.Core.Secrets;

namespace Matchbox.Core.Webhooks;

/// <summary>A target that events are sent to, without its signing secret.</summary>
public sealed record Webhook
{
    /// <summary>Characters of a URL at most.</summary>
    public const int MaxUrl = 2048;

    /// <summary>Letters, digits, hyphens, underscores and dots; see <see cref="IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>An absolute http or https URL. It may hold a key of the receiver's: it is told to admins only, and to no event.</summary>
    public required string Url { get; init; }

    /// <summary>Kinds of events that are sent; empty: all.</summary>
    public ImmutableArray<EventKind> Kinds { get; init; } = [];

    /// <summary>Labels of the inventory that an event's machine must carry (<see cref="LabelSelector"/>); empty: all events, also those of no machine.</summary>
    public string Selector { get; init; } = "";

    /// <summary>Off: nothing is queued for it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Why nothing is sent until an admin sets it again; null: it is not paused.</summary>
    public string? Paused { get; init; }

    /// <summary>Another one after every change.</summary>
    public string Revision { get; init; } = "";

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who changed it last.</summary>
    public string By { get; init; } = "";

    /// <summary>Are events sent to it now.</summary>
    public bool IsActive => Enabled && Paused is null;

    /// <summary>Is this the id of a target: the same letters as the name of a secret.</summary>
    public static bool IsId(ReadOnlySpan<char> text) => Secret.IsName(text);
}

/// <summary>A target with its signing secret sealed.</summary>
public sealed record SealedWebhook(Webhook Webhook, ReadOnlyMemory<byte> Secret);

/// <summary>Where targets survive. A small interface with one contract suite that every implementation passes.</summary>
public interface IWebhookStore
{
    /// <summary>Everything that is kept.</summary>
    IReadOnlyList<SealedWebhook> Load();

    /// <summary>Adds or replaces; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(SealedWebhook webhook);

    /// <summary>Forgets; durable when it returns. Nothing happens where there is none of that id.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Remove(string id);
}
