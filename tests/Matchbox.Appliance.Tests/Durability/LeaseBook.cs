using Matchbox.Protocols;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>
/// What the clients were promised, in the order in which the promises came, and each promise that broke another one.
/// Thread-safe. Nothing here expires: the leases of these tests last longer than the tests.
/// </summary>
internal sealed class LeaseBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<HardwareAddress, IPv4Address> _held = [];
    private readonly Dictionary<IPv4Address, HardwareAddress> _holders = [];
    private readonly Dictionary<HardwareAddress, uint> _released = [];
    private readonly List<string> _faults = [];
    private long _acknowledged;

    /// <summary>Acknowledgements that arrived.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public string[] Faults
    {
        get
        {
            lock (_gate)
            {
                return [.. _faults];
            }
        }
    }

    public KeyValuePair<HardwareAddress, IPv4Address>[] Held
    {
        get
        {
            lock (_gate)
            {
                return [.. _held];
            }
        }
    }

    public IPv4Address? HeldBy(HardwareAddress client)
    {
        lock (_gate)
        {
            return _held.TryGetValue(client, out var address) ? address : null;
        }
    }

    /// <summary>An ACK arrived. Transaction numbers ascend: one from before the client's last RELEASE promises nothing any more.</summary>
    public void Grant(HardwareAddress client, IPv4Address address, uint xid)
    {
        lock (_gate)
        {
            _acknowledged++;
            if (_released.TryGetValue(client, out var end) && xid < end)
            {
                return;
            }
            if (_holders.TryGetValue(address, out var holder) && holder != client)
            {
                _faults.Add($"{address} was acknowledged to {client} while {holder} has it");
                return;
            }
            if (_held.TryGetValue(client, out var before) && before != address)
            {
                _faults.Add($"{client} has {before} and was acknowledged {address}");
                return;
            }
            _held[client] = address;
            _holders[address] = client;
        }
    }

    /// <summary>The client is about to give its address back, from this transaction on.</summary>
    public void Release(HardwareAddress client, uint xid)
    {
        lock (_gate)
        {
            _released[client] = xid;
            if (_held.Remove(client, out var address))
            {
                _holders.Remove(address);
            }
        }
    }

    public void Fault(string text)
    {
        lock (_gate)
        {
            _faults.Add(text);
        }
    }
}
