using System.Collections.Concurrent;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Watching;

/// <summary>
/// Asks, beside the OFFER and never before it, whether somebody sits on an address that we give for the first time since we
/// run (RFC 2131 §2.2, §3.1 step 2). Whoever answers within the limit takes the address out of use before its REQUEST comes. Thread-safe.
/// </summary>
internal sealed class AddressProber(int probesPerSecond, TimeProvider time)
{
    private const int MaxRemembered = 1 << 18;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<IPv4Address, Probe> _probes = new();
    private readonly Lock _gate = new();
    private long _second;
    private int _inSecond;

    /// <summary>Sends a probe unless the address had one, or this second has had its number of them: each is a broadcast.</summary>
    public void Ask(LinkSocket socket, IPv4Address address, HardwareAddress client)
    {
        if (!socket.Link.IsEthernet || _probes.ContainsKey(address) || !MayAsk())
        {
            return;
        }
        if (_probes.Count >= MaxRemembered)
        {
            _probes.Clear();
        }
        if (_probes.TryAdd(address, new Probe(client, time.GetTimestamp())))
        {
            Span<byte> frame = stackalloc byte[ArpProbe.Length];
            ArpProbe.Write(frame, socket.Link.Hardware, address);
            socket.SendFrame(frame, ArpProbe.EtherType);
        }
    }

    /// <summary>Did this ARP reply answer a probe of ours, by somebody else than the machine that the address was offered to?</summary>
    public bool IsConflict(OverheardOwner owner) =>
        _probes.TryGetValue(owner.Address, out var probe)
        && time.GetElapsedTime(probe.At) <= Limit
        && probe.Client != owner.Hardware
        && owner.Hardware != owner.Link.Hardware;

    private bool MayAsk()
    {
        var second = (long)time.GetElapsedTime(0).TotalSeconds;
        lock (_gate)
        {
            if (second != _second)
            {
                _second = second;
                _inSecond = 0;
            }
            return _inSecond++ < probesPerSecond;
        }
    }

    private readonly record struct Probe(HardwareAddress Client, long At);
}
