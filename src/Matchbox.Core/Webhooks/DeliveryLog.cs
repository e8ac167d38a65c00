using System.Collections.Immutable;

namespace Matchbox.Core.Webhooks;

/// <summary>What came of one delivery, so far.</summary>
/// <param name="Id">The value of <see cref="WebhookSignature.DeliveryHeader"/>.</param>
/// <param name="Event">The event's sequence number; 0: a test.</param>
/// <param name="Kind">The event's kind as the API writes it.</param>
/// <param name="At">When it was tried last.</param>
/// <param name="Tries">Tries so far.</param>
/// <param name="Outcome">How it stands.</param>
/// <param name="Status">The status of the last answer; null: there was none.</param>
/// <param name="Milliseconds">How long the last try took.</param>
/// <param name="Error">What is wrong, in words; null: nothing.</param>
public sealed record Delivery(
    string Id, long Event, string Kind, DateTimeOffset At, int Tries, DeliveryOutcome Outcome, int? Status, int Milliseconds, string? Error);

/// <summary>How a delivery stands.</summary>
public enum DeliveryOutcome
{
    /// <summary>The receiver has it.</summary>
    Delivered,

    /// <summary>It is tried again.</summary>
    Retrying,

    /// <summary>It is given up.</summary>
    Failed,
}

/// <summary>The last deliveries of one target, in memory. Thread-safe.</summary>
public sealed class DeliveryLog
{
    /// <summary>Deliveries that are remembered.</summary>
    public const int Capacity = 100;

    private readonly Lock _access = new();
    private readonly LinkedList<Delivery> _last = [];

    /// <summary>Newest first.</summary>
    public ImmutableArray<Delivery> Read()
    {
        lock (_access)
        {
            return [.. _last];
        }
    }

    /// <summary>Adds a delivery, or replaces what was known of the same one.</summary>
    public void Write(Delivery delivery)
    {
        lock (_access)
        {
            for (var node = _last.First; node is not null; node = node.Next)
            {
                if (node.Value.Id == delivery.Id)
                {
                    node.Value = delivery;
                    return;
                }
            }
            _last.AddFirst(delivery);
            if (_last.Count > Capacity)
            {
                _last.RemoveLast();
            }
        }
    }
}
