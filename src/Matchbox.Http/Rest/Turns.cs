namespace Matchbox.Http.Rest;

/// <summary>So many at once, so many more waiting, and none of those for longer than the patience. Safe for many threads.</summary>
internal sealed class Turns(int atOnce, int mayWait, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim _free = new(atOnce);
    private int _waiting;

    public void Dispose() => _free.Dispose();

    /// <summary>Whether a turn was had; whoever has one leaves.</summary>
    public async Task<bool> TryEnterAsync(CancellationToken cancellation)
    {
        if (_free.Wait(0, CancellationToken.None))
        {
            return true;
        }
        try
        {
            return Interlocked.Increment(ref _waiting) <= mayWait && await _free.WaitAsync(patience, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _free.Release();
}
