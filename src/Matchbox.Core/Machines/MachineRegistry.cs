using System.Collections.Concurrent;
using System.Threading.Channels;
using Matchbox.Protocols;
using Microsoft.Extensions.Hosting;

namespace Matchbox.Core.Machines;

/// <summary>
/// All machines, in memory, with a thread that makes changes durable in groups. Reading takes no lock. A change is visible
/// at once and its task ends when it is stored; what was only seen (<see cref="Sight"/>) is stored when there is time.
/// </summary>
public sealed class MachineRegistry : BackgroundService
{
    /// <summary>Strangers remembered at once; the one seen longest ago makes room.</summary>
    public const int MaxStrangers = 4_096;

    private const int SightingsPerSecond = 200;

    private readonly IMachineStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<string, Machine> _machines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<HardwareAddress, string> _byMac = new();
    private readonly MachineIdentities _identities = new();
    private readonly RetiredIdentities _retired = new();
    private readonly LinkedList<string> _strangers = new();

    // Sightings of strangers, stored later and at a bounded rate: a storm of them must not keep the disk from known machines.
    private readonly HashSet<string> _sighted = new(StringComparer.Ordinal);

    // Bounded: a writer waits for the disk like its caller does; sightings never wait, a lost one comes again.
    private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(8_192);

    public MachineRegistry(IMachineStore store, TimeProvider clock)
    {
        _store = store;
        _clock = clock;
        foreach (var machine in store.Load())
        {
            _machines[machine.Id] = machine;
            Index(machine);
        }
    }

    public ICollection<Machine> All => _machines.Values;

    public Machine? Find(string id) => _machines.GetValueOrDefault(id);

    /// <summary>By id, MAC in any spelling, UUID, serial or name.</summary>
    public Machine? Resolve(string text)
    {
        if (Find(text) is { } byId)
        {
            return byId;
        }
        if (HardwareAddress.TryParse(text, out var mac))
        {
            return ByMac(mac);
        }
        lock (_writing)
        {
            var ids = MachineUuid.TryParse(text, out var uuid) ? _identities.WithUuid(uuid) : _identities.WithSerial(text);
            if (ids is { Count: 1 })
            {
                return Find(ids.First());
            }
        }
        var named = _machines.Values.Where(machine => machine.Name.Length > 0 && machine.Name.Equals(text, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
        return named.Length == 1 ? named[0] : null;
    }

    public Machine? ByMac(HardwareAddress mac) => _byMac.TryGetValue(mac, out var id) ? Find(id) : null;

    /// <summary>
    /// Whom the claims name. The MAC comes first; a UUID or serial names a machine by itself only when that machine has no MAC
    /// yet. Values that mainboards carry by the thousand name nobody.
    /// </summary>
    public Recognition Recognise(MachineClaims claims)
    {
        var byMac = claims.Mac is { } mac ? ByMac(mac) : null;
        lock (_writing)
        {
            var byUuid = _identities.WithUuid(claims.Uuid);
            var bySerial = _identities.WithSerial(claims.Serial);
            if (byMac is not null)
            {
                return new Recognition(byMac, Disagreement(byMac, byUuid, "UUID") ?? Disagreement(byMac, bySerial, "serial number"));
            }
            var named = Only(byUuid, claims) ?? Only(bySerial, claims);
            return new Recognition(named, named is null ? null : Disagreement(named, bySerial, "serial number"));
        }
    }

    /// <summary>Whose these were, until that machine was replaced; null: nobody's.</summary>
    public RetiredIdentity? RetiredOf(MachineClaims claims)
    {
        lock (_writing)
        {
            return _retired.Of(claims.Mac, claims.Uuid);
        }
    }

    /// <summary>Other machines with the same UUID or serial number, or seen behind the same port of the same relay; each once, with what is alike.</summary>
    public IReadOnlyList<(Machine Machine, string Because)> AlikeTo(Machine machine)
    {
        lock (_writing)
        {
            var found = new List<(Machine, string)>();
            Add(_identities.WithUuid(machine.Uuid), "the same UUID");
            var serial = machine.Serial ?? machine.Inventory?.System?.Serial;
            Add(_identities.WithSerial(serial), "the same serial number");
            Add(_identities.WithReportedSerial(serial), "the same serial number");
            Add(_identities.BehindPortOf(machine), "the same switch port");
            return found;

            void Add(HashSet<string>? ids, string because) =>
                found.AddRange((ids ?? []).Where(id => id != machine.Id && found.TrueForAll(known => known.Item1.Id != id)).Select(Find).OfType<Machine>().Select(alike => (alike, because)));
        }
    }

    /// <summary>Remembers what the wire told, and makes the machine's record when there is none. Never waits for the disk.</summary>
    public Machine Sight(HardwareAddress mac, MachineUuid? uuid, Sighting sighting)
    {
        lock (_writing)
        {
            var known = ByMac(mac) ?? Only(_identities.WithUuid(uuid), new MachineClaims(mac));
            var learned = uuid is { IsIdentity: true } board && !_retired.Contains(board) ? uuid : null;
            var before = known ?? new Machine { Id = mac.ToHyphenString(), Macs = [mac], FirstSeenAt = sighting.At, Retired = _retired.Of(mac, uuid) };
            var after = before with
            {
                Macs = before.Macs.Contains(mac) ? before.Macs : before.Macs.Add(mac),
                Uuid = before.Uuid ?? learned,
                LastSeen = sighting,
            };
            var changed = known is null || after.Uuid != before.Uuid || after.Macs != before.Macs;
            Put(after);
            if (changed)
            {
                _sighted.Add(after.Id);
            }
            return after;
        }
    }

    /// <summary>Changes one machine by a pure function, and stores it when there is time. Never waits for the disk.</summary>
    public void Note(string id, Func<Machine, Machine> change)
    {
        lock (_writing)
        {
            if (Find(id) is { } before && change(before) is var after && !ReferenceEquals(before, after))
            {
                Put(after);
                _sighted.Add(id);
            }
        }
    }

    /// <summary>
    /// Changes one machine by a pure function; the task ends when the result is stored. The function may be called again when
    /// another change came first, and may return its argument to change nothing.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such machine.</exception>
    public Task<Machine> UpdateAsync(string id, Func<Machine, Machine> change, CancellationToken cancellation = default)
    {
        Machine after;
        lock (_writing)
        {
            var before = Find(id) ?? throw new KeyNotFoundException($"no machine {id}");
            after = change(before);
            if (ReferenceEquals(before, after))
            {
                return Task.FromResult(before);
            }
            Put(after);
        }
        return StoreAsync(after, cancellation);
    }

    /// <summary>Adds a machine to the inventory, or changes the record that a sighting made.</summary>
    public Task<Machine> PutAsync(Machine machine, CancellationToken cancellation = default)
    {
        lock (_writing)
        {
            Put(machine);
        }
        return StoreAsync(machine, cancellation);
    }

    /// <summary>
    /// One machine takes another's place: the other's record goes and its own becomes what the function makes of both, stored together.
    /// A function that gives null changes nothing.
    /// </summary>
    /// <exception cref="KeyNotFoundException">One of them is not there.</exception>
    public async Task<Machine?> ReplaceAsync(string oldId, string newId, Func<Machine, Machine, Machine?> merge, CancellationToken cancellation = default)
    {
        Machine? after;
        lock (_writing)
        {
            var old = Find(oldId) ?? throw new KeyNotFoundException($"no machine {oldId}");
            after = merge(old, Find(newId) ?? throw new KeyNotFoundException($"no machine {newId}"));
            if (after is null)
            {
                return null;
            }
            _machines.TryRemove(oldId, out _);
            Unindex(old);
            Put(after);
        }
        await QueueAsync(newId, cancellation, oldId);
        return after;
    }

    public Task RemoveAsync(string id, CancellationToken cancellation = default)
    {
        lock (_writing)
        {
            if (_machines.TryRemove(id, out var machine))
            {
                Unindex(machine);
                _strangers.Remove(id);
            }
        }
        return QueueAsync(id, cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Change>(512);
        // Ends when the writer is completed, so that nothing queued is lost on a stop.
        await using var _ = stoppingToken.Register(() => _changes.Writer.TryComplete());
        await using var sightings = _clock.CreateTimer(_ => QueueSightings(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        while (await _changes.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < 512 && _changes.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }
            Store(batch);
            batch.Clear();
        }
    }

    private void QueueSightings()
    {
        lock (_writing)
        {
            foreach (var id in _sighted.Take(SightingsPerSecond).ToArray())
            {
                if (_changes.Writer.TryWrite(new Change(id, null)))
                {
                    _sighted.Remove(id);
                }
            }
        }
    }

    private void Store(List<Change> batch)
    {
        var ids = batch.Select(change => change.Id).Concat(batch.Select(change => change.With).OfType<string>()).Distinct(StringComparer.Ordinal).ToArray();
        try
        {
            // The newest value of each: what a waiter asked for, or something later that contains it.
            _store.Save([.. ids.Select(Find).OfType<Machine>()], [.. ids.Where(id => Find(id) is null)]);
        }
        catch (Exception failure)
        {
            foreach (var change in batch)
            {
                change.Stored?.TrySetException(failure);
            }
            if (failure is not IOException)
            {
                throw;
            }
            return;
        }
        foreach (var change in batch)
        {
            change.Stored?.TrySetResult();
        }
    }

    private async Task<Machine> StoreAsync(Machine machine, CancellationToken cancellation)
    {
        await QueueAsync(machine.Id, cancellation);
        return machine;
    }

    private async Task QueueAsync(string id, CancellationToken cancellation, string? with = null)
    {
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _changes.Writer.WriteAsync(new Change(id, stored) { With = with }, cancellation);
        await stored.Task.WaitAsync(cancellation);
    }

    // Callers hold the lock.
    private void Put(Machine machine)
    {
        if (_machines.TryGetValue(machine.Id, out var before))
        {
            Unindex(before);
        }
        else if (!machine.InInventory)
        {
            MakeRoom();
            _strangers.AddLast(machine.Id);
        }
        if (machine.InInventory && before is { InInventory: false })
        {
            _strangers.Remove(machine.Id);
        }
        _machines[machine.Id] = machine;
        Index(machine);
    }

    private void MakeRoom()
    {
        while (_strangers.Count >= MaxStrangers && _strangers.First is { } oldest)
        {
            _strangers.RemoveFirst();
            // A machine with a history is no stranger to be forgotten.
            if (_machines.TryGetValue(oldest.Value, out var machine) && !machine.HasHistory)
            {
                _machines.TryRemove(machine.Id, out _);
                Unindex(machine);
                _sighted.Add(machine.Id);
            }
        }
    }

    private void Index(Machine machine)
    {
        foreach (var mac in machine.Macs)
        {
            _byMac[mac] = machine.Id;
        }
        _identities.Add(machine);
        _retired.Add(machine.Replaced);
    }

    private void Unindex(Machine machine)
    {
        foreach (var mac in machine.Macs)
        {
            _byMac.TryRemove(new(mac, machine.Id));
        }
        _identities.Remove(machine);
        _retired.Remove(machine.Replaced);
    }

    private Machine? Only(HashSet<string>? ids, MachineClaims claims) =>
        ids is { Count: 1 } && Find(ids.First()) is { } machine && (claims.Mac is null || machine.Macs.IsEmpty) ? machine : null;

    private string? Disagreement(Machine named, HashSet<string>? ids, string what)
    {
        if (ids is null || ids.Contains(named.Id))
        {
            return null;
        }
        return $"the MAC is that of {Call(named)}, the {what} that of {string.Join(" and ", ids.Select(id => Find(id) is { } other ? Call(other) : id))}";
    }

    private static string Call(Machine machine) => machine.Name.Length > 0 ? $"{machine.Name} ({machine.Id})" : machine.Id;

    private readonly record struct Change(string Id, TaskCompletionSource? Stored)
    {
        /// <summary>Another machine, stored or removed by the same write.</summary>
        public string? With { get; init; }
    }
}
