using System.Net;
using Matchbox.Core;
using Matchbox.Core.Boot;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Appliance.Settings;

/// <summary>What can be said only about several values together. Every fault, each at the later one of the two that disagree.</summary>
internal sealed class SettingsChecks(List<SettingsFault> faults)
{
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(10);

    public void Check(
        ApplianceSettings settings,
        SettingsSection root,
        SettingsSection dhcp,
        (Subnet Subnet, SettingsSection At)[] subnets,
        (DeclaredMachine Machine, SettingsSection At)[] machines)
    {
        CheckFolders(settings, root);
        CheckListeners(settings, root);
        CheckCertificate(settings, root);
        if (settings.Dhcp.Port == settings.Dhcp.ProxyPort)
        {
            Fault(dhcp.PositionOf("proxy-port"), $"port {settings.Dhcp.Port} is DHCP's already: give proxy-port another (the standard's is 4011)");
        }
        for (var index = 0; index < subnets.Length; index++)
        {
            CheckSubnet(subnets[index].Subnet, subnets[index].At, machines);
            foreach (var earlier in subnets.Take(index))
            {
                CheckNeighbours(earlier.Subnet, subnets[index].Subnet, subnets[index].At);
            }
        }
        for (var index = 0; index < machines.Length; index++)
        {
            CheckMachine(machines[index].Machine, machines[index].At, subnets);
            foreach (var earlier in machines.Take(index))
            {
                CheckTwins(earlier.Machine, machines[index].Machine, machines[index].At);
            }
        }
    }

    private void CheckFolders(ApplianceSettings settings, SettingsSection root)
    {
        var state = settings.StatePath ?? ApplianceSettings.DefaultStatePath;
        if (IsInside(state, settings.DataPath) || IsInside(state, ApplianceSettings.DefaultDataPath))
        {
            Fault(root.PositionOf("state-path"), $"state may not be kept in {(IsInside(state, settings.DataPath) ? settings.DataPath : ApplianceSettings.DefaultDataPath)}, "
                + $"the place of declared groups and profiles: name a folder of its own, such as {ApplianceSettings.DefaultStatePath}");
        }
        else if (settings.AssetsPath is { } assets && (IsInside(assets, state) || IsInside(state, assets)))
        {
            Fault(root.PositionOf("assets-path"), $"assets are served to everybody and may not lie together with the state in {state}: name another folder");
        }
        if (settings.SecretsKeyFile is { } key && IsInside(key, state))
        {
            Fault(root.Section("secrets").PositionOf("key-file"), $"the master key may not lie in {state} with what it seals: name a file elsewhere");
        }
    }

    private void CheckListeners(ApplianceSettings settings, SettingsSection root)
    {
        var boot = root.Section("boot");
        var admin = root.Section("admin");
        var grpc = root.Section("grpc");
        (IPEndPoint listen, SettingsPosition at)[] all =
        [
            .. settings.Boot.Listen.Select((listen, index) => (listen, boot.PositionOf("listen", index))),
            .. (settings.Boot.SecureAtStart ? settings.Boot.SecureListen : []).Select((listen, index) => (listen, boot.PositionOf("secure-listen", index))),
            .. settings.Grpc.Listen.Select((listen, index) => (listen, grpc.PositionOf("listen", index))),
            .. settings.Admin.Listen.Select((listen, index) => (listen, admin.PositionOf("listen", index))),
        ];
        for (var index = 0; index < all.Length; index++)
        {
            var (listen, at) = all[index];
            if (listen.Port != 0 && all.Take(index).Any(other => other.listen.Port == listen.Port && other.listen.AddressFamily == listen.AddressFamily
                && (other.listen.Address.Equals(listen.Address) || IsAny(other.listen.Address) || IsAny(listen.Address))))
            {
                Fault(at, $"{listen} is taken by another listener of this file: give one of them another port");
            }
        }
    }

    private void CheckCertificate(ApplianceSettings settings, SettingsSection root)
    {
        var (cert, key) = (settings.Admin.Tls.CertFile, settings.Admin.Tls.KeyFile);
        if (cert is null != key is null)
        {
            Fault(root.Section("admin").Section("tls").PositionOf(cert is null ? "key-file" : "cert-file"),
                $"a certificate and its key belong together: name {(cert is null ? "cert-file" : "key-file")} as well");
        }
    }

    private void CheckSubnet(Subnet subnet, SettingsSection at, (DeclaredMachine Machine, SettingsSection At)[] machines)
    {
        if (subnet.LeaseTime != Timeout.InfiniteTimeSpan && subnet.LeaseTime < ShortestLease)
        {
            Fault(at.PositionOf("lease-time"), $"a lease of {Durations.Write(subnet.LeaseTime)} is renewed all the time: give at least {Durations.Write(ShortestLease)}");
        }
        if (subnet.Network.PrefixLength is < 8 or > 30)
        {
            Fault(at.PositionOf("network"), $"{subnet.Network} is no network of machines: between /8 and /30 please");
        }
        CheckPools(subnet, at, "pools", [.. subnet.Pools]);
        CheckPools(subnet, at, "known-pools", [.. subnet.KnownPools]);
        if (subnet.Mode == SubnetMode.Proxy && (at.Has("pools") || at.Has("known-pools")))
        {
            Fault(at.PositionOf(at.Has("pools") ? "pools" : "known-pools"), "in mode proxy the other server gives the addresses: remove the pools, or choose mode authoritative");
        }
        if (subnet.Mode == SubnetMode.Authoritative && subnet.Pools.IsEmpty && subnet.KnownPools.IsEmpty
            && !at.Has("pools") && !at.Has("known-pools") && !machines.Any(machine => subnet.Network.Contains(machine.Machine.Address)))
        {
            Fault(at.At, $"{subnet.Network} has no address to give: add pools: [{Example(subnet.Network)}], or machines with addresses");
        }
        if (subnet.Advertise is { } advertise)
        {
            if (advertise.IsAny || advertise.IsLoopback || advertise == IPv4Address.Broadcast || (subnet.Network.Contains(advertise) && !subnet.Network.IsHost(advertise)))
            {
                Fault(at.PositionOf("advertise"), $"{advertise} is no address that machines can reach: name one of this appliance's own");
            }
            else if (subnet.Pools.Concat(subnet.KnownPools).FirstOrDefault(pool => pool.Contains(advertise)) is { First.IsAny: false } pool)
            {
                Fault(at.PositionOf("advertise"), $"{advertise} lies in the pool {pool}: it would be given to a machine");
            }
        }
        for (var index = 0; index < subnet.Relays.Length; index++)
        {
            var relay = subnet.Relays[index];
            if (relay.IsAny || subnet.Pools.Concat(subnet.KnownPools).Any(pool => pool.Contains(relay)))
            {
                Fault(at.PositionOf("relays", index), relay.IsAny ? "0.0.0.0 is no relay" : $"the relay {relay} lies in a pool: its address would be given to a machine");
            }
        }
    }

    private void CheckPools(Subnet subnet, SettingsSection at, string key, AddressRange[] pools)
    {
        for (var index = 0; index < pools.Length; index++)
        {
            var pool = pools[index];
            if (!subnet.Network.IsHost(pool.First) || !subnet.Network.IsHost(pool.Last))
            {
                Fault(at.PositionOf(key, index), subnet.Network.Contains(pool.First) && subnet.Network.Contains(pool.Last)
                    ? $"the pool {pool} holds the network's own or its broadcast address: leave out {subnet.Network.Base} and {subnet.Network.Last}"
                    : $"the pool {pool} is not inside {subnet.Network}");
            }
            if (pools.Take(index).FirstOrDefault(pool.Overlaps) is { First.IsAny: false } other)
            {
                Fault(at.PositionOf(key, index), $"the pool {pool} overlaps {other}");
            }
        }
    }

    private void CheckNeighbours(Subnet earlier, Subnet later, SettingsSection at)
    {
        if (earlier.Network.Overlaps(later.Network))
        {
            Fault(at.PositionOf("network"), $"{later.Network} overlaps {earlier.Network}: an address must belong to one network");
        }
        if (earlier.Interface is not null && earlier.Interface == later.Interface)
        {
            Fault(at.PositionOf("interface"), $"{later.Interface} carries {earlier.Network} already: one network to an interface (others are reached through relays)");
        }
        for (var index = 0; index < later.Relays.Length; index++)
        {
            if (earlier.Relays.Contains(later.Relays[index]))
            {
                Fault(at.PositionOf("relays", index), $"the relay {later.Relays[index]} belongs to {earlier.Network} already");
            }
        }
    }

    private void CheckMachine(DeclaredMachine machine, SettingsSection at, (Subnet Subnet, SettingsSection At)[] subnets)
    {
        if (machine.Macs.IsEmpty && machine.Uuid is null && machine.Serial is null && !at.Has("mac") && !at.Has("macs") && !at.Has("uuid") && !at.Has("serial"))
        {
            Fault(at.At, "a machine needs something that names it: mac, uuid or serial");
        }
        if (machine.Macs.Distinct().Count() != machine.Macs.Length)
        {
            Fault(at.PositionOf(at.Has("macs") ? "macs" : "mac"), "the same MAC twice: keep one");
        }
        if (machine.Address.IsAny)
        {
            return;
        }
        var position = at.PositionOf("address");
        if (machine.Macs.IsEmpty && !at.Has("mac") && !at.Has("macs"))
        {
            Fault(position, "an address is reserved by MAC: add 'mac'");
        }
        var subnet = subnets.Select(pair => pair.Subnet).FirstOrDefault(subnet => subnet.Network.Contains(machine.Address));
        if (subnet is null)
        {
            Fault(position, $"{machine.Address} is in none of the networks under dhcp.subnets");
        }
        else if (!subnet.Network.IsHost(machine.Address))
        {
            Fault(position, $"{machine.Address} is the network's own or its broadcast address");
        }
        else if (subnet.Mode == SubnetMode.Proxy)
        {
            Fault(position, $"{subnet.Network} is in mode proxy, where the other server gives the addresses: reserve it there");
        }
        else if (subnet.Advertise == machine.Address || subnet.Relays.Contains(machine.Address))
        {
            Fault(position, $"{machine.Address} is {(subnet.Advertise == machine.Address ? "the appliance's own" : "a relay's")} address");
        }
    }

    private void CheckTwins(DeclaredMachine earlier, DeclaredMachine later, SettingsSection at)
    {
        foreach (var mac in later.Macs.Where(mac => earlier.Macs.Contains(mac)))
        {
            Fault(at.PositionOf(at.Has("mac") ? "mac" : "macs"), $"{mac} is {NameOf(earlier)} already");
        }
        if (!later.Address.IsAny && later.Address == earlier.Address)
        {
            Fault(at.PositionOf("address"), $"{later.Address} is reserved for {NameOf(earlier)} already");
        }
        if (later.Uuid is { } uuid && earlier.Uuid == uuid)
        {
            Fault(at.PositionOf("uuid"), $"{uuid} is {NameOf(earlier)} already (UUIDs are the same in either byte order)");
        }
        if (later.Serial is { } serial && serial.Equals(earlier.Serial, StringComparison.OrdinalIgnoreCase))
        {
            Fault(at.PositionOf("serial"), $"serial number {serial} is {NameOf(earlier)} already");
        }
        if (later.Name.Length > 0 && later.Name.Equals(earlier.Name, StringComparison.OrdinalIgnoreCase))
        {
            Fault(at.PositionOf("name"), $"another machine is called {later.Name} already");
        }
    }

    private void Fault(SettingsPosition at, string text) => faults.Add(new SettingsFault(at, text));

    private static string NameOf(DeclaredMachine machine) =>
        machine.Name.Length > 0 ? machine.Name : machine.Macs.IsEmpty ? $"{machine.Uuid?.ToString() ?? machine.Serial}" : machine.Macs[0].ToString();

    private static string Example(IPv4Network network)
    {
        var size = network.Last.Value - network.Base.Value;
        return $"{new IPv4Address(network.Base.Value + Math.Max(1, size / 2))}-{new IPv4Address(network.Last.Value - 1)}";
    }

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith($"{folder.TrimEnd('/')}/", StringComparison.Ordinal);

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
