using System.Collections.Immutable;
using Matchbox.Protocols;

namespace Matchbox.Core.Networks;

/// <summary>How we behave on a network. A network that nobody named is never answered.</summary>
public enum SubnetMode
{
    /// <summary>Silent.</summary>
    Off,

    /// <summary>The only DHCP server: pools, reservations, NAK.</summary>
    Authoritative,

    /// <summary>Beside somebody else's DHCP server: boot information only (PXE 2.1 §2.2).</summary>
    Proxy,
}

/// <summary>What an unknown machine gets.</summary>
public enum UnknownPolicy
{
    /// <summary>No boot answer: other people's PXE clients are not ours.</summary>
    Ignore,

    /// <summary>The default group's live profile, else a script that shows the machine and asks again.</summary>
    Discover,
}

/// <summary>Which first loader firmware gets. <see cref="Auto"/> follows the firmware and what it did before.</summary>
public enum LoaderKind
{
    Auto,
    Ipxe,
    SnpOnly,
    Shim,
    Http,
}

/// <summary>One DHCP option as it goes on the wire; the value was typed and checked when the settings were read.</summary>
public sealed record ConfiguredOption(byte Code, ImmutableArray<byte> Value);

/// <summary>A network we were told of: where it is, how we behave there and what its machines are told. Immutable.</summary>
public sealed record Subnet
{
    public required IPv4Network Network { get; init; }

    /// <summary>The interface on this link; null for a network that is reached only through relays.</summary>
    public string? Interface { get; init; }

    public SubnetMode Mode { get; init; } = SubnetMode.Off;

    /// <summary>Our address as this network sees it: siaddr, option 54 and URLs. Null: that of the arrival interface.</summary>
    public IPv4Address? Advertise { get; init; }

    /// <summary>Addresses for anybody.</summary>
    public ImmutableArray<AddressRange> Pools { get; init; } = [];

    /// <summary>Addresses for known machines only, so that strangers cannot drain them. Empty: the last eighth of <see cref="Pools"/>.</summary>
    public ImmutableArray<AddressRange> KnownPools { get; init; } = [];

    /// <summary>Relay agents whose giaddr we answer; empty: any giaddr inside <see cref="Network"/>.</summary>
    public ImmutableArray<IPv4Address> Relays { get; init; } = [];

    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(1);

    public UnknownPolicy Unknown { get; init; } = UnknownPolicy.Discover;

    public LoaderKind Loader { get; init; } = LoaderKind.Auto;

    /// <summary>Skip the search for a foreign server before the first answer.</summary>
    public bool Force { get; init; }

    /// <summary>Options of this network (routers, name servers, ...), in the order of the file.</summary>
    public ImmutableArray<ConfiguredOption> Options { get; init; } = [];

    /// <summary>The pools as they are given out: what anybody may have, and what is kept for known machines.</summary>
    public (ImmutableArray<AddressRange> Anyone, ImmutableArray<AddressRange> Known) DivideAddresses()
    {
        if (!KnownPools.IsEmpty)
        {
            return (Pools, KnownPools);
        }
        var anyone = Pools.ToBuilder();
        var known = ImmutableArray.CreateBuilder<AddressRange>();
        for (var kept = Pools.Sum(pool => pool.Count) / 8; kept > 0;)
        {
            var last = anyone[^1];
            anyone.RemoveAt(anyone.Count - 1);
            if (last.Count <= kept)
            {
                known.Add(last);
                kept -= last.Count;
                continue;
            }
            var cut = new IPv4Address((uint)(last.Last.Value - kept));
            anyone.Add(new AddressRange(last.First, cut));
            known.Add(new AddressRange(new IPv4Address(cut.Value + 1), last.Last));
            break;
        }
        return (anyone.ToImmutable(), known.ToImmutable());
    }

    public override string ToString() => Interface is null ? $"{Network}" : $"{Network} on {Interface}";
}
