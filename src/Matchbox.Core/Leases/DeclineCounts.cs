namespace Matchbox.Core.Leases;

/// <summary>How many declines a client made in the last hour or so. Bounded: beyond 4,096 clients it starts anew.</summary>
internal sealed class DeclineCounts(int perHour)
{
    private const int MaxClients = 4096;

    private readonly Dictionary<ClientKey, (long Since, int Count)> _clients = [];

    /// <summary>Counts one decline; false if it is one too many.</summary>
    public bool TryCount(ClientKey client, long now)
    {
        if (_clients.Count >= MaxClients)
        {
            _clients.Clear();
        }
        var (since, count) = _clients.GetValueOrDefault(client, (now, 0));
        if (now - since >= TimeSpan.TicksPerHour)
        {
            (since, count) = (now, 0);
        }
        _clients[client] = (since, count + 1);
        return count < perHour;
    }
}
