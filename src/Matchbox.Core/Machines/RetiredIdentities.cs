using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>All retired identities, by what they are. Whoever holds it keeps others out.</summary>
internal sealed class RetiredIdentities
{
    private readonly Dictionary<HardwareAddress, RetiredIdentity> _macs = [];
    private readonly Dictionary<MachineUuid, RetiredIdentity> _uuids = [];

    public void Add(IReadOnlyList<RetiredIdentity>? retired)
    {
        foreach (var identity in retired ?? [])
        {
            if (identity.Mac is { } mac)
            {
                _macs[mac] = identity;
            }
            if (identity.Uuid is { IsIdentity: true } uuid)
            {
                _uuids[uuid] = identity;
            }
        }
    }

    public void Remove(IReadOnlyList<RetiredIdentity>? retired)
    {
        foreach (var identity in retired ?? [])
        {
            if (identity.Mac is { } mac)
            {
                _macs.Remove(mac);
            }
            if (identity.Uuid is { } uuid)
            {
                _uuids.Remove(uuid);
            }
        }
    }

    public bool Contains(MachineUuid uuid) => _uuids.ContainsKey(uuid);

    public RetiredIdentity? Of(HardwareAddress? mac, MachineUuid? uuid) =>
        mac is { } card && _macs.TryGetValue(card, out var byMac) ? byMac
        : uuid is { IsIdentity: true } board ? _uuids.GetValueOrDefault(board)
        : null;
}
