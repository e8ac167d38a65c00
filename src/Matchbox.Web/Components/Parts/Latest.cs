namespace Matchbox.Web.Components.Parts;

/// <summary>Does what was asked last, once nothing more was asked for a moment: for what follows typing. One component owns it.</summary>
internal sealed class Latest(TimeSpan pause, TimeProvider clock) : IDisposable
{
    private CancellationTokenSource? _running;

    /// <summary>Ends what runs, and after the pause does this instead.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work)
    {
        _running?.Cancel();
        using var own = new CancellationTokenSource();
        _running = own;
        try
        {
            await Task.Delay(pause, clock, own.Token);
            await work(own.Token);
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested)
        {
            // Something newer was asked.
        }
        finally
        {
            if (_running == own)
            {
                _running = null;
            }
        }
    }

    public void Dispose() => _running?.Cancel();
}
