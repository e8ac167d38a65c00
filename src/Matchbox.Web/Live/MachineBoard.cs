using System.Collections.Immutable;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Http.Rest;

namespace Matchbox.Web.Live;

/// <summary>
/// All machines as pages show them, one picture for all open pages. What changed is looked at again at most four times a second, and
/// everything every few seconds (leases and armings end by themselves). Nobody looks: nothing is done.
/// </summary>
internal sealed class MachineBoard(MachineRegistry machines, MachineViews views, EventStream events, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Everything = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly HashSet<Action> _watchers = [];
    private CancellationTokenSource? _running;
    private volatile ImmutableSortedDictionary<string, MachineView> _now = ImmutableSortedDictionary.Create<string, MachineView>(StringComparer.Ordinal);

    /// <summary>By id.</summary>
    public ImmutableSortedDictionary<string, MachineView> Now => _now;

    /// <summary>Calls back after each change, from any thread, until what it returns is disposed of.</summary>
    public IDisposable Watch(Action changed)
    {
        lock (_lock)
        {
            if (_watchers.Count == 0)
            {
                ReadAll();
                _running = new CancellationTokenSource();
                _ = RunAsync(_running.Token);
            }
            _watchers.Add(changed);
        }
        return new Watching(this, changed);
    }

    public void Dispose() => _running?.Dispose();

    private void Leave(Action changed)
    {
        lock (_lock)
        {
            if (_watchers.Remove(changed) && _watchers.Count == 0)
            {
                _running?.Cancel();
                _running?.Dispose();
                _running = null;
                _now = _now.Clear();
            }
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var everything = clock.GetTimestamp();
        await using var following = new EventReader(events, stopping);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await Task.Delay(Pause, clock, stopping);
                while (following.Next.IsCompleted && await following.Next)
                {
                    if (following.Current.Machine is { } id)
                    {
                        touched.Add(id);
                    }
                    following.Advance();
                }
                if (clock.GetElapsedTime(everything) >= Everything)
                {
                    everything = clock.GetTimestamp();
                    ReadAll();
                    Tell();
                }
                else if (touched.Count > 0)
                {
                    Read(touched);
                    Tell();
                }
                touched.Clear();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The last page was closed.
        }
    }

    private void ReadAll() => _now = machines.All.ToImmutableSortedDictionary(machine => machine.Id, views.Of, StringComparer.Ordinal);

    private void Read(IEnumerable<string> ids)
    {
        var now = _now.ToBuilder();
        foreach (var id in ids)
        {
            if (machines.Find(id) is { } machine)
            {
                now[id] = views.Of(machine);
            }
            else
            {
                now.Remove(id);
            }
        }
        _now = now.ToImmutable();
    }

    private void Tell()
    {
        Action[] watchers;
        lock (_lock)
        {
            watchers = [.. _watchers];
        }
        foreach (var watcher in watchers)
        {
            watcher();
        }
    }

    private sealed class Watching(MachineBoard board, Action changed) : IDisposable
    {
        public void Dispose() => board.Leave(changed);
    }
}
