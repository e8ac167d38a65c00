using Matchbox.Core.Events;

namespace Matchbox.Testing;

/// <summary>Keeps what was published, in order.</summary>
public sealed class RecordedEvents : IEventSink
{
    private readonly List<ApplianceEvent> _all = [];

    public IReadOnlyList<ApplianceEvent> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    public void Publish(ApplianceEvent happened)
    {
        lock (_all)
        {
            _all.Add(happened);
        }
    }
}
