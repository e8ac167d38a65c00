namespace Matchbox.Core.Access.Audit;

/// <summary>What an entry of the audit log tells of. Values are stored: never renumber.</summary>
public enum AuditKind
{
    /// <summary>Somebody changed something, or tried and it came to nothing.</summary>
    Change = 1,

    /// <summary>Somebody signed in or out.</summary>
    SignIn = 2,

    /// <summary>Somebody was not let in, or had no right.</summary>
    Refusal = 3,
}

/// <summary>Who did what, when, from where and why. Texts of clients are escaped; secrets are never part of it.</summary>
public sealed record AuditEntry
{
    /// <summary>Counts up over all entries, restarts included.</summary>
    public long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required AuditKind Kind { get; init; }

    /// <summary>Such as <c>alice</c>, <c>token 0123456789 (ci)</c> or <c>uid 0 (root)</c>; empty: nobody who is known.</summary>
    public required string Who { get; init; }

    /// <summary>The address, or <c>control socket</c>.</summary>
    public required string From { get; init; }

    /// <summary>By which way: <c>rest</c>, <c>grpc</c>, <c>socket</c> or <c>console</c>.</summary>
    public required string Via { get; init; }

    /// <summary>What was done, such as <c>POST /api/v1/machines/{id}/arm</c> or <c>GroupPut</c>.</summary>
    public required string Action { get; init; }

    /// <summary>To what, such as <c>/api/v1/machines/node1/arm</c>.</summary>
    public required string Object { get; init; }

    /// <summary>How it ended: an HTTP status or a gRPC code's name.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was there, where the call tells it; secrets are left out.</summary>
    public string? Before { get; init; }

    /// <summary>What is there now.</summary>
    public string? After { get; init; }

    /// <summary>Why, in the words of who did it.</summary>
    public string? Reason { get; init; }

    /// <summary>How many alike came before this one and were not written, to bound what strangers cause.</summary>
    public int Unwritten { get; init; }
}

/// <summary>Which entries somebody asks for. Null: whatever.</summary>
public sealed record AuditQuery
{
    public AuditKind? Kind { get; init; }

    /// <summary>The whole <see cref="AuditEntry.Who"/>.</summary>
    public string? Who { get; init; }

    /// <summary>A part of <see cref="AuditEntry.Action"/>.</summary>
    public string? Action { get; init; }

    /// <summary>A part of <see cref="AuditEntry.Object"/>.</summary>
    public string? Object { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>Only entries before this sequence number.</summary>
    public long Before { get; init; } = long.MaxValue;

    public int Limit { get; init; } = 100;

    public bool Fits(AuditEntry entry) =>
        (Kind is null || entry.Kind == Kind)
        && (Who is null || entry.Who == Who)
        && (Action is null || entry.Action.Contains(Action, StringComparison.OrdinalIgnoreCase))
        && (Object is null || entry.Object.Contains(Object, StringComparison.OrdinalIgnoreCase))
        && !(entry.At < Since)
        && !(entry.At > Until)
        && entry.Sequence < Before;
}

/// <summary>Where the audit log survives. Appends come from one thread; reading from any.</summary>
public interface IAuditStore
{
    /// <summary>The highest sequence number ever stored; 0 when empty.</summary>
    long LastSequence { get; }

    /// <summary>
    /// Writes all or none; durable when it returns. Bounded: the oldest are forgotten, and refusals push out only refusals.
    /// </summary>
    /// <exception cref="IOException">The medium refused.</exception>
    void Append(IReadOnlyList<AuditEntry> batch);

    /// <summary>Newest first.</summary>
    IReadOnlyList<AuditEntry> Read(AuditQuery query);
}

/// <summary>Takes what is to be audited. Thread-safe.</summary>
public interface IAuditLog
{
    /// <summary>Takes an entry of a change. Waits only when thousands are on their way to the disk: a change is never lost silently.</summary>
    ValueTask RecordAsync(AuditEntry entry);

    /// <summary>Takes an entry that strangers can cause at will: beyond a rate they are counted instead.</summary>
    void RecordRefusal(AuditEntry entry);
}
