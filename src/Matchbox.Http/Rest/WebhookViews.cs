using System.Collections.Immutable;
using Matchbox.Core.Webhooks;

namespace Matchbox.Http.Rest;

/// <summary>A webhook to keep.</summary>
public sealed record NewWebhook
{
    /// <summary>Where events are posted; http or https.</summary>
    public string? Url { get; init; }

    /// <summary>Kinds of events; none: all.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>Labels of the inventory that an event's machine must carry, such as <c>rack=b7</c>; empty: all events.</summary>
    public string? Selector { get; init; }

    /// <summary>Off: nothing is sent. Without it, on.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Make a new signing secret in place of the present one.</summary>
    public bool NewSecret { get; init; }
}

/// <summary>A webhook as the API shows it.</summary>
public sealed record WebhookView
{
    public required string Id { get; init; }

    public required string Url { get; init; }

    /// <summary>Kinds of events; none: all.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    public string Selector { get; init; } = "";

    public bool Enabled { get; init; }

    /// <summary><c>active</c>, <c>paused</c> or <c>disabled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is paused.</summary>
    public string? Paused { get; init; }

    /// <summary>Events that wait for it.</summary>
    public int Waiting { get; init; }

    /// <summary>Events that its full queue has dropped since the start.</summary>
    public long Dropped { get; init; }

    /// <summary>The signing secret: in the answer that made it, and in no other.</summary>
    public string? Secret { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string By { get; init; } = "";

    /// <summary>Everything but the secret.</summary>
    public override string ToString() => $"webhook {Id}, {State}";
}

public sealed record WebhookList(ImmutableArray<WebhookView> Webhooks);

/// <summary>What became of one event at one webhook.</summary>
/// <param name="Id">The value of <c>X-Matchbox-Delivery</c>.</param>
/// <param name="Event">The event's sequence number; 0: a test.</param>
/// <param name="Kind">The event's kind.</param>
/// <param name="At">When it was tried last.</param>
/// <param name="Tries">Tries so far.</param>
/// <param name="Outcome"><c>delivered</c>, <c>retrying</c> or <c>failed</c>.</param>
/// <param name="Status">The status of the last answer.</param>
/// <param name="Milliseconds">How long the last try took.</param>
/// <param name="Error">What is wrong.</param>
public sealed record DeliveryView(string Id, long Event, string Kind, DateTimeOffset At, int Tries, string Outcome, int? Status, int Milliseconds, string? Error)
{
    public static DeliveryView Of(Delivery delivery) => new(
        delivery.Id, delivery.Event, delivery.Kind, delivery.At, delivery.Tries,
        delivery.Outcome switch { DeliveryOutcome.Delivered => "delivered", DeliveryOutcome.Retrying => "retrying", _ => "failed" },
        delivery.Status, delivery.Milliseconds, delivery.Error);
}

public sealed record DeliveryList(ImmutableArray<DeliveryView> Deliveries);
