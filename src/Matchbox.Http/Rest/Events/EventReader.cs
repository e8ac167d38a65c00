using Matchbox.Core.Events;

namespace Matchbox.Http.Rest;

/// <summary>
/// Reads the event stream with one event asked for at any time, so that what happens while its owner does something else is not missed.
/// </summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending;
    private readonly IAsyncEnumerator<ApplianceEvent> _events;

    public EventReader(EventStream events, CancellationToken cancellation)
    {
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _events = events.FollowAsync(_ending.Token).GetAsyncEnumerator(_ending.Token);
        Next = _events.MoveNextAsync().AsTask();
    }

    /// <summary>Whether there is another event; true once it is <see cref="Current"/>.</summary>
    public Task<bool> Next { get; private set; }

    public ApplianceEvent Current => _events.Current;

    /// <summary>Asks for the event after <see cref="Current"/>.</summary>
    public void Advance() => Next = _events.MoveNextAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        // An enumerator that still waits cannot be let go.
        await _ending.CancelAsync();
        await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _events.DisposeAsync();
        _ending.Dispose();
    }
}
