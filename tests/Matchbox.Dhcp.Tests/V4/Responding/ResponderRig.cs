using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Serving;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Dhcp.Tests.V4.Responding;

/// <summary>The responder with everything that it decides over, on one interface, rack0 = 10.77.0.1/24, and no socket.</summary>
internal sealed class ResponderRig : ISubnetSource, ICatalogSource, ISubnetOpenings, IAddressOwners
{
    public static readonly IPv4Address Server = IPv4Address.Parse("10.77.0.1");
    public static readonly HardwareAddress Mac = HardwareAddress.Parse("52:54:00:77:00:01");

    private readonly MachinePolicies _policies = new();

    public ResponderRig(params Subnet[] subnets)
    {
        Table = new SubnetTable([.. subnets.Length > 0 ? subnets : [Authoritative]]);
        Machines = new MachineRegistry(new MemoryMachineStore(), Clock);
        Leases = new LeaseTable(new LeaseTableSettings(), Clock);
        Sessions = new BootSessions(new BootNonce(new byte[32], Clock), this, Clock);
        var boot = new BootService(Machines, this, this, Sessions, _policies, Events, Clock, new BootServiceSettings());
        Responder = new DhcpResponder(Leases, boot, Sessions, this, this, new ClientDirectory(Machines, this, _policies));
        Configure();
    }

    public static Subnet Authoritative { get; } = new()
    {
        Network = IPv4Network.Parse("10.77.0.0/24"),
        Interface = "rack0",
        Mode = SubnetMode.Authoritative,
        Pools = [new AddressRange(IPv4Address.Parse("10.77.0.100"), IPv4Address.Parse("10.77.0.199"))],
        Options = [new ConfiguredOption(3, [10, 77, 0, 1])],
    };

    public static Subnet Proxy { get; } = Authoritative with { Mode = SubnetMode.Proxy, Pools = [] };

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public RecordedEvents Events { get; } = new();

    public MachineRegistry Machines { get; }

    public LeaseTable Leases { get; }

    public BootSessions Sessions { get; }

    public DhcpResponder Responder { get; }

    public SubnetTable Table { get; }

    public Catalog Catalog { get; set; } = Catalog.Empty;

    public bool IsOpened { get; set; } = true;

    public NetworkLink Link { get; set; } = new()
    {
        Name = "rack0",
        Index = 2,
        IsUp = true,
        IsEthernet = true,
        Hardware = HardwareAddress.Parse("52:54:00:77:ff:01"),
        Addresses = [new LinkAddress(Server, 24)],
    };

    SubnetTable ISubnetSource.Current => Table;

    Catalog ICatalogSource.Current => Catalog;

    bool ISubnetOpenings.IsOpen(Subnet subnet) => IsOpened;

    HardwareAddress? IAddressOwners.OwnerOf(IPv4Address address) => Leases.OwnerOf(address);

    public void Declare(params DeclaredMachine[] machines)
    {
        _policies.Replace(machines);
        Configure();
    }

    public DhcpDecision Decide(DhcpPacket packet, bool unicast = false) => Decide(packet.ToMessage(), unicast);

    public DhcpDecision Decide(DhcpMessage message, bool unicast = false) =>
        Responder.Decide(new DhcpArrival(message, Link, message.Ciaddr, 68, unicast));

    public DhcpDecision DecideBootServer(DhcpMessage message, IPv4Address source, ushort port = 4011) =>
        Responder.DecideBootServer(new DhcpArrival(message, Link, source, port, Unicast: true));

    /// <summary>The answer as its client reads it.</summary>
    public Answer Ask(DhcpPacket packet, bool unicast = false) => Answer.Of(Decide(packet, unicast));

    public SilenceReason Silence(DhcpPacket packet, bool unicast = false) =>
        Assert.IsType<DhcpDecision.Silence>(Decide(packet, unicast)).Reason;

    /// <summary>A DISCOVER and the REQUEST for what was offered.</summary>
    public Answer Lease(HardwareAddress mac)
    {
        var offer = Ask(new DhcpPacket { Chaddr = mac }.Option(DhcpOptionCode.MessageType, 1));
        return Ask(Selecting(offer.Message.Yiaddr, mac));
    }

    public static DhcpPacket Discover => DhcpPacket.Of(DhcpMessageType.Discover);

    public static DhcpPacket Selecting(IPv4Address address, HardwareAddress? mac = null, IPv4Address? server = null) =>
        new DhcpPacket { Chaddr = mac ?? Mac }
            .Option(DhcpOptionCode.MessageType, (byte)DhcpMessageType.Request)
            .Option(DhcpOptionCode.RequestedAddress, Octets(address))
            .Option(DhcpOptionCode.ServerIdentifier, Octets(server ?? Server));

    public static byte[] Octets(IPv4Address address)
    {
        var octets = new byte[4];
        address.Write(octets);
        return octets;
    }

    private void Configure() => Leases.Configure(LeaseLayouts.Of(Table, _policies.ByMac, [Server]));
}

/// <summary>A reply written and read again, with its way.</summary>
internal sealed record Answer(DhcpMessage Message, ReplyRoute Route, byte[] Octets)
{
    public DhcpOptions Options => Message.Options;

    public static Answer Of(DhcpDecision decision)
    {
        var (reply, route) = decision switch
        {
            DhcpDecision.Reply sent => (sent.Message, sent.Route),
            DhcpDecision.Grant grant => (grant.Message, grant.Route),
            _ => throw new InvalidOperationException($"no answer: {decision}"),
        };
        var octets = new byte[DhcpReply.MaxLength];
        Assert.True(reply.TryWrite(octets, out var length));
        octets = octets[..length];
        Assert.True(DhcpMessage.TryParse(octets, out var message, out var error), $"our own reply is unreadable: {error}");
        return new Answer(message, route, octets);
    }
}
