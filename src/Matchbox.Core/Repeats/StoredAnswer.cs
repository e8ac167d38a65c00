namespace Matchbox.Core.Repeats;

/// <summary>What came of a request that carried an Idempotency-Key, for whoever repeats it after a restart.</summary>
/// <param name="Key">SHA-256 of the key and of whose it is, in hexadecimal.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Fingerprint">SHA-256 of the request in hexadecimal; null: it or its answer held a secret, so that only that it was done is kept.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="ContentType">The answer's.</param>
/// <param name="ETag">The answer's.</param>
/// <param name="Body">The answer's octets; empty without a fingerprint.</param>
public sealed record StoredAnswer(string Key, DateTimeOffset At, string? Fingerprint, int Status, string? ContentType, string? ETag, byte[] Body);

/// <summary>Where answers survive. A small interface with one contract suite that every implementation passes.</summary>
public interface IAnswerStore
{
    /// <summary>Everything that is kept, the oldest first.</summary>
    IReadOnlyList<StoredAnswer> Load();

    /// <summary>Adds or replaces one, and forgets others; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(StoredAnswer answer, IReadOnlyCollection<string> forgotten);
}
