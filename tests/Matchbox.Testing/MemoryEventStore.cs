using Matchbox.Core.Events;

namespace Matchbox.Testing;

/// <summary>Events in memory.</summary>
public sealed class MemoryEventStore : IEventStore
{
    private readonly List<ApplianceEvent> _all = [];
    private readonly Lock _access = new();

    public long LastSequence
    {
        get
        {
            lock (_access)
            {
                return _all.Count == 0 ? 0 : _all[^1].Sequence;
            }
        }
    }

    public void Append(IReadOnlyList<ApplianceEvent> batch)
    {
        lock (_access)
        {
            _all.AddRange(batch);
        }
    }

    public void Move(string from, string to)
    {
        lock (_access)
        {
            for (var i = 0; i < _all.Count; i++)
            {
                _all[i] = _all[i].Machine == from ? _all[i] with { Machine = to } : _all[i];
            }
        }
    }

    public IReadOnlyList<ApplianceEvent> Read(string? machine, long before, int limit)
    {
        lock (_access)
        {
            return [.. _all.Where(happened => happened.Sequence < before && (machine is null || happened.Machine == machine)).Reverse().Take(limit)];
        }
    }
}
