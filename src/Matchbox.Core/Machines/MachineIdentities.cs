using Matchbox.Protocols;

namespace Matchbox.Core.Machines;

/// <summary>Ids of machines by what may name them beside their MACs; more than one where boards or ports say the same. Whoever holds it keeps others out.</summary>
internal sealed class MachineIdentities
{
    private readonly Index<MachineUuid> _byUuid = new(null);
    private readonly Index<string> _bySerial = new(StringComparer.OrdinalIgnoreCase);
    private readonly Index<string> _byReportedSerial = new(StringComparer.OrdinalIgnoreCase);
    private readonly Index<(IPv4Address Relay, string Port)> _byPort = new(null);

    /// <summary>Null: none, or it is a value that mainboards carry by the thousand.</summary>
    public HashSet<string>? WithUuid(MachineUuid? uuid) => uuid is { IsIdentity: true } value ? _byUuid.Of(value) : null;

    /// <summary>Those that were given this serial number; null: none, or it is no identity.</summary>
    public HashSet<string>? WithSerial(string? serial) => SerialNumber.IsIdentity(serial) ? _bySerial.Of(serial!) : null;

    /// <summary>Those whose inventory has it.</summary>
    public HashSet<string>? WithReportedSerial(string? serial) => SerialNumber.IsIdentity(serial) ? _byReportedSerial.Of(serial!) : null;

    /// <summary>Those that were last seen behind the same port of the same relay.</summary>
    public HashSet<string>? BehindPortOf(Machine machine) => machine.LastSeen is { RelayPort.Length: > 0 } seen ? _byPort.Of((seen.Relay, seen.RelayPort)) : null;

    public void Add(Machine machine) => Each(machine, remove: false);

    public void Remove(Machine machine) => Each(machine, remove: true);

    private void Each(Machine machine, bool remove)
    {
        if (machine.Uuid is { IsIdentity: true } uuid)
        {
            _byUuid.Change(uuid, machine.Id, remove);
        }
        if (SerialNumber.IsIdentity(machine.Serial))
        {
            _bySerial.Change(machine.Serial!, machine.Id, remove);
        }
        if (machine.Inventory?.System?.Serial is { } reported && SerialNumber.IsIdentity(reported))
        {
            _byReportedSerial.Change(reported, machine.Id, remove);
        }
        if (machine.LastSeen is { RelayPort.Length: > 0 } seen)
        {
            _byPort.Change((seen.Relay, seen.RelayPort), machine.Id, remove);
        }
    }

    private sealed class Index<TKey>(IEqualityComparer<TKey>? comparer)
        where TKey : notnull
    {
        private readonly Dictionary<TKey, HashSet<string>> _ids = new(comparer);

        public HashSet<string>? Of(TKey key) => _ids.GetValueOrDefault(key);

        public void Change(TKey key, string id, bool remove)
        {
            if (!remove)
            {
                (_ids.TryGetValue(key, out var ids) ? ids : _ids[key] = []).Add(id);
            }
            else if (_ids.TryGetValue(key, out var present) && present.Remove(id) && present.Count == 0)
            {
                _ids.Remove(key);
            }
        }
    }
}
