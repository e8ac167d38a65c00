using System.Collections.Concurrent;
using System.Security.Claims;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest;

namespace Matchbox.Web.Live;

/// <summary>
/// Events as one page shows them, newest first: those of the past that were read, and new ones, which wait until the page takes them.
/// Everything but <see cref="FollowAsync"/> is called by one thread at a time.
/// </summary>
internal sealed class EventFeed(EventStream events, MachineRegistry machines, Func<ClaimsPrincipal> user)
{
    /// <summary>The most that wait; with more, the newest are read anew.</summary>
    public const int MostWaiting = 1_000;

    /// <summary>The most that are kept while new ones come on top.</summary>
    private const int MostShown = 2_000;

    private readonly ConcurrentQueue<ApplianceEvent> _came = new();
    private readonly List<EventView> _waiting = [];
    private List<EventView> _shown = [];
    private long _newest;

    public List<EventView> Shown => _shown;

    /// <summary>How many wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The <c>before</c> of older ones; null: there are none.</summary>
    public long? Older { get; private set; }

    public EventFilter Filter { get; private set; } = EventFilter.Of(null, []);

    /// <summary>Collects what happens until it is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var happened in events.FollowAsync(cancellation))
            {
                // What nobody takes is read from the store later.
                if (_came.Count <= MostWaiting)
                {
                    _came.Enqueue(happened);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    /// <summary>Begins anew with the newest page of what fits.</summary>
    public void Begin(EventFilter filter, EventList page)
    {
        Filter = filter;
        _waiting.Clear();
        _shown = [.. page.Events.Reverse()];
        _newest = _shown.Count > 0 ? _shown[0].Sequence : 0;
        Older = page.Next;
    }

    /// <summary>Puts older ones beneath.</summary>
    public void Append(EventList page)
    {
        _shown = [.. _shown, .. page.Events.Reverse()];
        Older = page.Next;
    }

    /// <summary>Looks at what came.</summary>
    /// <returns>Does more wait than before.</returns>
    public bool Take()
    {
        var before = _waiting.Count;
        while (_came.TryDequeue(out var happened))
        {
            if (happened.Sequence > _newest && _waiting.Count <= MostWaiting && Filter.Wants(happened) && user().MaySee(machines, happened))
            {
                _newest = happened.Sequence;
                _waiting.Add(EventView.Of(happened));
            }
        }
        return _waiting.Count > before;
    }

    /// <summary>Puts what waits on top.</summary>
    public void Show()
    {
        var shown = new List<EventView>(_waiting.Count + _shown.Count);
        shown.AddRange(_waiting);
        shown.Reverse();
        shown.AddRange(_shown);
        if (shown.Count > MostShown)
        {
            shown.RemoveRange(MostShown, shown.Count - MostShown);
            Older = shown[^1].Sequence;
        }
        _waiting.Clear();
        _shown = shown;
    }
}
