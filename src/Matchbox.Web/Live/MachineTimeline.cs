using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Http.Rest;
using Matchbox.Web.Calls;

namespace Matchbox.Web.Live;

/// <summary>The events of one machine: those of the past page by page from the API, those of now as they come. For one open page.</summary>
internal sealed class MachineTimeline(ConsoleApi api, EventStream events, string machine, Func<bool> may)
{
    private const int PageLength = 200;

    /// <summary>Drawn at most at this pace; what comes between is drawn together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private ImmutableList<EventView> _events = [];

    /// <summary>Newest first.</summary>
    public ImmutableArray<BootAttempt<EventView>> Attempts { get; private set; } = [];

    /// <summary>Are there older ones than those that were read.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>Reads the last page, then goes on with what happens, and calls back after each change, until the page is left.</summary>
    public async Task FollowAsync(Func<Task> changed, CancellationToken closing)
    {
        // The stream is joined before the past is read: nothing falls between the two, and what is in both is shown once.
        await using var following = new EventReader(events, closing);
        await OlderAsync(closing);
        await changed();
        while (await following.Next)
        {
            var news = Take(following.Current);
            following.Advance();
            while (following.Next.IsCompleted && await following.Next)
            {
                news |= Take(following.Current);
                following.Advance();
            }
            if (news)
            {
                Arrange();
                await changed();
                await Task.Delay(Pause, closing);
            }
        }
    }

    /// <summary>Reads the page before the oldest that is shown.</summary>
    public async Task OlderAsync(CancellationToken closing)
    {
        var before = _events.IsEmpty ? "" : $"&before={_events[0].Sequence}";
        var page = await api.GetAsync<EventList>($"/api/v1/events?machine={Uri.EscapeDataString(machine)}&limit={PageLength}{before}", closing);
        _events = _events.InsertRange(0, page.Events);
        HasOlder = page.Events.Length == PageLength;
        Arrange();
    }

    private bool Take(ApplianceEvent happened)
    {
        if (happened.Machine != machine || (!_events.IsEmpty && happened.Sequence <= _events[^1].Sequence) || !may())
        {
            return false;
        }
        _events = _events.Add(EventView.Of(happened));
        return true;
    }

    private void Arrange() => Attempts = BootTimeline.Of(_events, happened => EventFilter.KindOf(happened.Kind) ?? EventKind.Progress, happened => happened.At);
}
