using Matchbox.Core.Repeats;

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

    /// <summary>It, or another request with this key, was done before the last start, and what was answered is not known any more: it held a secret.</summary>
    public sealed record DoneInSecret : KeyOutcome;
}

/// <summary>
/// Answers of requests that carried an Idempotency-Key, for a day, also over a restart. Bounded: the oldest make room. The store is read
/// when the first key comes. Safe for many threads.
/// </summary>
internal sealed class IdempotentAnswers(IAnswerStore store, TimeProvider clock)
{
    private const int MaxKeys = 4_096;
    private const int MaxOctets = 32 << 20;
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly Lock _access = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _ages = new();
    // Gone from memory, and not yet from the store.
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);
    private bool _isLoaded;
    private long _octets;

    /// <param name="key">The hash of the key, and of whose it is.</param>
    /// <param name="fingerprint">Equal for equal requests.</param>
    public KeyOutcome Begin(string key, string fingerprint)
    {
        lock (_access)
        {
            Load();
            var now = clock.GetUtcNow();
            while (_ages.First is { } oldest && (now - oldest.Value.Since > Life || _ages.Count >= MaxKeys || _octets > MaxOctets))
            {
                Remove(oldest);
            }
            if (_entries.TryGetValue(key, out var found))
            {
                return found.Value.Fingerprint is null ? new KeyOutcome.DoneInSecret()
                    : found.Value.Fingerprint != fingerprint ? new KeyOutcome.Other()
                    : found.Value.Answer is { } answer ? new KeyOutcome.Done(answer)
                    : new KeyOutcome.Running();
            }
            _entries[key] = _ages.AddLast(new Entry(key, fingerprint, now));
            return new KeyOutcome.New();
        }
    }

    /// <param name="key">The key that was begun.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="isSecret">The request or its answer holds a secret: both stay in memory, and only that it was done is stored.</param>
    public void Keep(string key, KeptAnswer answer, bool isSecret)
    {
        StoredAnswer stored;
        string[] forgotten;
        lock (_access)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                return;
            }
            entry.Value.Answer = answer;
            _octets += answer.Body.Length;
            stored = isSecret
                ? new StoredAnswer(key, entry.Value.Since, null, answer.Status, null, null, [])
                : new StoredAnswer(key, entry.Value.Since, entry.Value.Fingerprint, answer.Status, answer.ContentType, answer.ETag, answer.Body);
            _ = _forgotten.Remove(key);
            forgotten = [.. _forgotten];
        }
        try
        {
            store.Save(stored, forgotten);
        }
        catch (IOException)
        {
            // What was asked is done, and until the next start this is known all the same.
            return;
        }
        lock (_access)
        {
            _forgotten.ExceptWith(forgotten);
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

    private void Load()
    {
        if (_isLoaded)
        {
            return;
        }
        // A store that cannot be read now is asked again: to do a thing twice is worse than to refuse it.
        foreach (var kept in store.Load())
        {
            _entries[kept.Key] = _ages.AddLast(new Entry(kept.Key, kept.Fingerprint, kept.At) { Answer = new KeptAnswer(kept.Status, kept.ContentType, kept.ETag, kept.Body) });
            _octets += kept.Body.Length;
        }
        _isLoaded = true;
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        _ages.Remove(entry);
        _entries.Remove(entry.Value.Key);
        _octets -= entry.Value.Answer?.Body.Length ?? 0;
        if (entry.Value.Answer is not null)
        {
            _ = _forgotten.Add(entry.Value.Key);
        }
    }

    private sealed class Entry(string key, string? fingerprint, DateTimeOffset since)
    {
        public string Key => key;

        public string? Fingerprint => fingerprint;

        public DateTimeOffset Since => since;

        public KeptAnswer? Answer { get; set; }
    }
}
