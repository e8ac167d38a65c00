using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Networks;

/// <summary>The networks we were told of, at one moment; swapped whole on a reload.</summary>
public sealed class SubnetTable(ImmutableArray<Subnet> subnets)
{
    public static readonly SubnetTable Empty = new([]);

    public ImmutableArray<Subnet> All => subnets;

    /// <summary>The narrowest network that contains the address; null: nobody named one.</summary>
    public Subnet? Containing(IPv4Address address)
    {
        Subnet? best = null;
        foreach (var subnet in subnets)
        {
            if (subnet.Network.Contains(address) && (best is null || subnet.Network.PrefixLength > best.Network.PrefixLength))
            {
                best = subnet;
            }
        }
        return best;
    }

    /// <summary>The network on this link; null: the interface was not named.</summary>
    public Subnet? OnLink(string interfaceName)
    {
        foreach (var subnet in subnets)
        {
            if (string.Equals(subnet.Interface, interfaceName, StringComparison.Ordinal))
            {
                return subnet;
            }
        }
        return null;
    }
}

/// <summary>Gives the table in use.</summary>
public interface ISubnetSource
{
    SubnetTable Current { get; }
}
