namespace Matchbox.Dhcp.V4.Serving;

/// <summary>Waits for the records of one import to be stored. Thread-safe.</summary>
internal sealed class Adoption(int count)
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = count;

    public Task WhenStored => _stored.Task;

    public void Stored()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _stored.TrySetResult();
        }
    }

    public void NotStored(Exception failure) =>
        _stored.TrySetException(failure as IOException ?? new IOException(failure.Message, failure));
}
