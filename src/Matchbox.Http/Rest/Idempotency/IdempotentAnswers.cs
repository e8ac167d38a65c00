namespace Matchbox.Http.Rest.Idempotency;

/// <summary>An answer as it was given.</summary>
internal sealed record KeptAnswer(int Status, string? ContentType, string? ETag, byte[] Body);

/// <summary>What a key says of a request.</summary>
internal abstract record KeyOutcome
{
    private KeyOutcome()
    {
    }

    /// <summary>It is new: do it, then <see cref="IdempotentAnswers.Keep"/> or <see cref="IdempotentAnswers.Forget"/>.</summary>
    public sealed record New : KeyOutcome;

    /// <summary>The same request is being done.</summary>
    public sealed record Running : KeyOutcome;

    /// <summary>The key belongs to another request.</summary>
    public sealed record Other : KeyOutcome;

    /// <summary>It was done.</summary>
    public sealed record Done(KeptAnswer Answer) : KeyOutcome;
}

/// <summary>
/// Answers of requests that carried an Idempotency-Key, for a day. Bounded: the oldest make room. In memory: after a restart a repeated
/// request is a new one. Safe for many threads.
/// </summary>
internal sealed class IdempotentAnswers(TimeProvider clock)
{
    private const int MaxKeys = 4_096;
    private const int MaxOctets = 32 << 20;
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly Lock _access = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _ages = new();
    private long _octets;

    /// <param name="key">The key, with whose it is and what it was used on.</param>
    /// <param name="fingerprint">Equal for equal requests.</param>
    public KeyOutcome Begin(string key, string fingerprint)
    {
        lock (_access)
        {
            var now = clock.GetUtcNow();
            while (_ages.First is { } oldest && (now - oldest.Value.Since > Life || _ages.Count >= MaxKeys || _octets > MaxOctets))
            {
                Remove(oldest);
            }
            if (_entries.TryGetValue(key, out var found))
            {
                return found.Value.Fingerprint != fingerprint ? new KeyOutcome.Other()
                    : found.Value.Answer is { } answer ? new KeyOutcome.Done(answer)
                    : new KeyOutcome.Running();
            }
            _entries[key] = _ages.AddLast(new Entry(key, fingerprint, now));
            return new KeyOutcome.New();
        }
    }

    public void Keep(string key, KeptAnswer answer)
    {
        lock (_access)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Value.Answer = answer;
                _octets += answer.Body.Length;
            }
        }
    }

    /// <summary>Nothing came of it: the next with this key is a new one.</summary>
    public void Forget(string key)
    {
        lock (_access)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Value.Answer is null)
            {
                Remove(entry);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        _ages.Remove(entry);
        _entries.Remove(entry.Value.Key);
        _octets -= entry.Value.Answer?.Body.Length ?? 0;
    }

    private sealed class Entry(string key, string fingerprint, DateTimeOffset since)
    {
        public string Key => key;

        public string Fingerprint => fingerprint;

        public DateTimeOffset Since => since;

        public KeptAnswer? Answer { get; set; }
    }
}
