namespace Matchbox.Tftp;

/// <summary>Work given to the thread pool, counted so that stopping can wait for it. The work catches its own faults.</summary>
internal sealed class OpeningCount
{
    private readonly Lock _lock = new();
    private int _running;
    private TaskCompletionSource? _none;

    public void Run(Func<Task> work)
    {
        lock (_lock)
        {
            _running++;
        }
        _ = Task.Run(() => CountedAsync(work));
    }

    public Task WhenNoneAsync()
    {
        lock (_lock)
        {
            if (_running == 0)
            {
                return Task.CompletedTask;
            }
            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }

    private async Task CountedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                if (--_running == 0)
                {
                    _none?.SetResult();
                    _none = null;
                }
            }
        }
    }
}
