using Matchbox.Core.Access.Audit;

namespace Matchbox.Testing;

/// <summary>The audit log in memory, bounded as the interface promises.</summary>
public sealed class MemoryAuditStore : IAuditStore
{
    public const int Changes = 2_000;
    public const int Refusals = 500;

    private readonly List<AuditEntry> _entries = [];
    private readonly Lock _access = new();

    /// <summary>Thrown by the next appends; null: they succeed.</summary>
    public IOException? Failure { get; set; }

    public long LastSequence { get; private set; }

    public void Append(IReadOnlyList<AuditEntry> batch)
    {
        lock (_access)
        {
            if (Failure is { } failure)
            {
                throw failure;
            }
            foreach (var entry in batch)
            {
                _entries.Add(entry);
                LastSequence = entry.Sequence;
            }
            Trim(entry => entry.Kind == AuditKind.Refusal, Refusals);
            Trim(entry => entry.Kind != AuditKind.Refusal, Changes);
        }
    }

    public IReadOnlyList<AuditEntry> Read(AuditQuery query)
    {
        lock (_access)
        {
            return [.. _entries.OrderByDescending(entry => entry.Sequence).Where(query.Fits).Take(query.Limit)];
        }
    }

    private void Trim(Func<AuditEntry, bool> kind, int bound)
    {
        var surplus = _entries.Count(kind) - bound;
        if (surplus > 0)
        {
            var oldest = _entries.Where(kind).Take(surplus).ToHashSet();
            _entries.RemoveAll(oldest.Contains);
        }
    }
}
