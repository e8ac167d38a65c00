using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Serving;

/// <summary>What the lease table has to know, taken out of the settings.</summary>
internal static class LeaseLayouts
{
    /// <summary>Routers, our own and our advertised addresses lie in the network but are nobody's to get, also inside a pool.</summary>
    public static LeaseLayout Of(
        SubnetTable table, ImmutableDictionary<HardwareAddress, DeclaredMachine> declared, ImmutableArray<IPv4Address> own)
    {
        var subnets = table.All.Where(subnet => subnet.Mode == SubnetMode.Authoritative).ToArray();
        return new LeaseLayout
        {
            Subnets = subnets,
            Reservations = [.. declared.Where(pair => !pair.Value.Address.IsAny).Select(pair => new Reservation(pair.Key, pair.Value.Address))],
            Excluded = [.. own.Concat(subnets.Select(subnet => subnet.Advertise ?? default)).Concat(subnets.SelectMany(Routers)).Where(address => !address.IsAny).Distinct()],
        };
    }

    private static IEnumerable<IPv4Address> Routers(Subnet subnet)
    {
        foreach (var option in subnet.Options)
        {
            for (var at = 0; option.Code == (byte)DhcpOptionCode.Router && at + 4 <= option.Value.Length; at += 4)
            {
                yield return IPv4Address.Read(option.Value.AsSpan()[at..]);
            }
        }
    }
}
