using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Transport;

namespace Matchbox.Tftp.Transfers;

internal enum Admission
{
    Admitted,

    /// <summary>The same client end has a transfer under way; its timer answers.</summary>
    Duplicate,
    TooMany,
    TooManyFromSource,
}

/// <summary>The right to one transfer, held from the request until the transfer's end.</summary>
internal sealed class TransferSlot(UdpEndpoint client, TftpRequest request, TimeSpan now)
{
    private long _lastProgress = now.Ticks;
    private volatile bool _heard;
    private volatile bool _superseded;

    public UdpEndpoint Client => client;

    public TftpRequest Request => request;

    /// <summary>Another transfer took the client's end: this one ends without a word.</summary>
    public bool Superseded => _superseded;

    public void Progressed(TimeSpan at)
    {
        Volatile.Write(ref _lastProgress, at.Ticks);
        _heard = true;
    }

    public void Supersede() => _superseded = true;

    public bool Stalled(TimeSpan now, TimeSpan limit) => _heard && now.Ticks - Volatile.Read(ref _lastProgress) >= limit.Ticks;
}

/// <summary>Who is being served: the limits, and one transfer for one client end. Any thread.</summary>
internal sealed class TransferTable(TftpSettings settings)
{
    /// <summary>
    /// Firmware repeats a request from the same port, and some ROMs use one port for ever. The same request is a duplicate; but
    /// from a client that fell silent for so long in the middle of the file it is a machine that was switched off and on, and
    /// another request is the next file of a client whose last ACK is still on its way.
    /// </summary>
    public static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UdpEndpoint, TransferSlot> _slots = [];
    private readonly Dictionary<IPv4Address, int> _perSource = [];
    private int _count;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    public Admission TryAdmit(UdpEndpoint client, TftpRequest request, TimeSpan now, out TransferSlot? slot, out TransferSlot? superseded)
    {
        lock (_lock)
        {
            slot = null;
            superseded = null;
            if (_slots.TryGetValue(client, out var existing) && existing.Request == request && !existing.Stalled(now, RestartAfter))
            {
                return Admission.Duplicate;
            }
            var fromSource = _perSource.GetValueOrDefault(client.Address);
            var freed = existing is null ? 0 : 1;           // ends as soon as its loop hears of it
            if (_count - freed >= settings.MaxTransfers)
            {
                return Admission.TooMany;
            }
            if (fromSource - freed >= settings.MaxTransfersPerSource)
            {
                return Admission.TooManyFromSource;
            }
            existing?.Supersede();
            superseded = existing;
            slot = new TransferSlot(client, request, now);
            _slots[client] = slot;
            _perSource[client.Address] = fromSource + 1;
            _count++;
            return Admission.Admitted;
        }
    }

    /// <summary>Gives the slot back; once for each admission.</summary>
    public void Release(TransferSlot slot)
    {
        lock (_lock)
        {
            if (_slots.TryGetValue(slot.Client, out var present) && present == slot)
            {
                _slots.Remove(slot.Client);
            }
            var left = _perSource[slot.Client.Address] - 1;
            if (left == 0)
            {
                _perSource.Remove(slot.Client.Address);
            }
            else
            {
                _perSource[slot.Client.Address] = left;
            }
            _count--;
        }
    }
}
