using LiteDB;
using Matchbox.Core.Access.Audit;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// The audit log in LiteDB: the last <see cref="Changes"/> changes, and apart from them the last <see cref="Refusals"/> refusals, so that
/// strangers push out only what strangers did. Thread-safe.
/// </summary>
public sealed class LiteDbAuditStore : IAuditStore
{
    public const int Changes = 50_000;
    public const int Refusals = 5_000;

    private const string Changed = "audit";
    private const string Refused = "audit_refusals";
    private const int Page = 256;

    private readonly ApplianceDatabase _database;

    // What is there, so that forgetting the oldest needs no counting.
    private readonly Queue<long> _changes;
    private readonly Queue<long> _refusals;

    public LiteDbAuditStore(ApplianceDatabase database)
    {
        _database = database;
        _changes = SequencesOf(Changed);
        _refusals = SequencesOf(Refused);
        LastSequence = Math.Max(_changes.LastOrDefault(), _refusals.LastOrDefault());
    }

    public long LastSequence { get; private set; }

    public void Append(IReadOnlyList<AuditEntry> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
        var changes = batch.Where(entry => entry.Kind != AuditKind.Refusal).ToArray();
        var refusals = batch.Where(entry => entry.Kind == AuditKind.Refusal).ToArray();
        _database.Write(writes =>
        {
            Write(writes, Changed, changes, _changes, Changes);
            Write(writes, Refused, refusals, _refusals, Refusals);
        });
        // Only now: a write that failed is tried again with the same entries.
        Count(_changes, changes, Changes);
        Count(_refusals, refusals, Refusals);
        LastSequence = batch[^1].Sequence;
    }

    public IReadOnlyList<AuditEntry> Read(AuditQuery query) =>
        [.. Merge(query.Kind is AuditKind.Refusal ? [] : NewestFirst(Changed, query.Before), query.Kind is null or AuditKind.Refusal ? NewestFirst(Refused, query.Before) : [])
            .TakeWhile(entry => !(entry.At < query.Since))
            .Where(query.Fits)
            .Take(query.Limit)];

    // In pages, so that nobody else waits for the database while somebody searches all of it.
    private IEnumerable<AuditEntry> NewestFirst(string collection, long before)
    {
        while (true)
        {
            var bound = before;
            var page = _database.Read(reads => reads.GetCollection(collection).Query()
                .Where(Query.LT("_id", bound)).OrderByDescending("_id").Limit(Page).ToArray());
            if (page.Length == 0)
            {
                yield break;
            }
            foreach (var document in page)
            {
                yield return Documents.Read<AuditEntry>(document["body"].AsString);
            }
            before = page[^1]["_id"].AsInt64;
        }
    }

    private static IEnumerable<AuditEntry> Merge(IEnumerable<AuditEntry> one, IEnumerable<AuditEntry> other)
    {
        using var left = one.GetEnumerator();
        using var right = other.GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
        {
            if (!hasRight || (hasLeft && left.Current.Sequence > right.Current.Sequence))
            {
                yield return left.Current;
                hasLeft = left.MoveNext();
            }
            else
            {
                yield return right.Current;
                hasRight = right.MoveNext();
            }
        }
    }

    private static void Write(LiteDatabase writes, string collection, AuditEntry[] entries, Queue<long> present, int bound)
    {
        if (entries.Length == 0)
        {
            return;
        }
        var documents = writes.GetCollection(collection);
        documents.Insert(entries.Select(entry => new BsonDocument { ["_id"] = entry.Sequence, ["body"] = Documents.Write(entry) }));
        foreach (var sequence in present.Take(present.Count + entries.Length - bound))
        {
            documents.Delete(sequence);
        }
    }

    private static void Count(Queue<long> present, AuditEntry[] entries, int bound)
    {
        foreach (var entry in entries)
        {
            present.Enqueue(entry.Sequence);
        }
        while (present.Count > bound)
        {
            present.Dequeue();
        }
    }

    private Queue<long> SequencesOf(string collection) =>
        new(_database.Read(reads => reads.GetCollection(collection).Find(Query.All("_id")).Select(document => document["_id"].AsInt64).ToArray()));
}
