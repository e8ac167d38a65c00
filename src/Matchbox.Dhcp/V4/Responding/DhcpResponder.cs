using Matchbox.Core.Boot;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Quirks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>
/// Decides what is answered to one message: RFC 2131 §4.3, PXE 2.1 §2.2. No socket, no clock, no waiting; what it changes is
/// the lease table and the boot sessions. Thread-safe.
/// </summary>
public sealed partial class DhcpResponder
{
    private readonly LeaseTable _leases;
    private readonly BootService _boot;
    private readonly BootSessions _sessions;
    private readonly ISubnetSource _subnets;
    private readonly ISubnetOpenings _openings;
    private readonly ClientDirectory _clients;

    internal DhcpResponder(
        LeaseTable leases, BootService boot, BootSessions sessions, ISubnetSource subnets, ISubnetOpenings openings, ClientDirectory clients)
    {
        _leases = leases;
        _boot = boot;
        _sessions = sessions;
        _subnets = subnets;
        _openings = openings;
        _clients = clients;
    }

    /// <summary>Decides about a message that came to port 67.</summary>
    public DhcpDecision Decide(in DhcpArrival arrival)
    {
        var message = arrival.Message;
        if (message.Op != DhcpOperation.BootRequest)
        {
            return Silent(SilenceReason.NotAQuestion);
        }
        if (!IsMachine(message))
        {
            return Silent(SilenceReason.NoIdentity);
        }
        if (SubnetChoice.For(_subnets.Current, arrival, out var unserved) is not { } subnet)
        {
            return Silent(unserved);
        }
        if (subnet.Mode == SubnetMode.Off)
        {
            return Silent(SilenceReason.NetworkOff);
        }
        var server = subnet.Advertise ?? arrival.Link.AddressIn(subnet.Network);
        if (server.IsAny)
        {
            return Silent(SilenceReason.NoServerAddress);
        }
        var exchange = new Exchange(arrival, subnet, server, BootClient.Of(message));
        if (subnet.Mode == SubnetMode.Proxy)
        {
            return DecideAsProxy(exchange);
        }
        if (!_openings.IsOpen(subnet))
        {
            return Silent(SilenceReason.NetworkNotOpened);
        }
        var options = message.Options;
        return message.Type switch
        {
            DhcpMessageType.Discover => Offer(exchange),
            DhcpMessageType.Request when options.ServerIdentifier is { } named && !exchange.IsUs(named) => ForgetOffer(exchange, named),
            DhcpMessageType.Request when options.ServerIdentifier is not null => Grant(exchange, RequestState.Selecting, options.RequestedAddress),
            DhcpMessageType.Request when message.Ciaddr.IsAny => Grant(exchange, RequestState.InitReboot, options.RequestedAddress),
            DhcpMessageType.Request => Grant(exchange, exchange.CameByUnicast ? RequestState.Renewing : RequestState.Rebinding, message.Ciaddr),
            DhcpMessageType.Decline => Decline(exchange),
            DhcpMessageType.Release => Release(exchange),
            DhcpMessageType.Inform => Inform(exchange),
            _ => Silent(SilenceReason.NotAQuestion),
        };
    }

    private DhcpDecision Offer(in Exchange exchange)
    {
        var facts = _clients.Of(exchange.Client);
        switch (_leases.Offer(exchange.Subnet, exchange.LeaseClient(facts.Known), exchange.Message.Options.RequestedAddress))
        {
            case OfferOutcome.Offered offered:
                var reply = Compose(exchange, DhcpMessageType.Offer, facts, offered.Address, offered.LeaseTime);
                return new DhcpDecision.Reply(reply, exchange.RouteFor(reply), exchange.Subnet)
                {
                    FirstUse = offered.Choice is LeaseChoice.NeverUsed or LeaseChoice.LongestUnused or LeaseChoice.Requested,
                };
            case OfferOutcome.Exhausted:
                return new DhcpDecision.Exhausted(exchange.Client.Mac, exchange.Subnet);
            default:
                return Silent(SilenceReason.NoIdentity);
        }
    }

    /// <summary>RFC 2131 §4.3.2, table 4.</summary>
    private DhcpDecision Grant(in Exchange exchange, RequestState state, IPv4Address? address)
    {
        if (address is not { IsAny: false } wanted)
        {
            return Silent(SilenceReason.Malformed);
        }
        var facts = _clients.Of(exchange.Client);
        switch (_leases.Request(exchange.Subnet, exchange.LeaseClient(facts.Known), state, wanted))
        {
            case RequestOutcome.Grant grant:
                var reply = Compose(exchange, DhcpMessageType.Ack, facts, grant.Lease.Address, grant.LeaseTime);
                return new DhcpDecision.Grant(grant, reply, exchange.RouteFor(reply), exchange.Subnet) { Known = facts.Known };
            case RequestOutcome.Nak nak:
                return Refuse(exchange, nak.Reason);
            case RequestOutcome.Silent { Reason: RefusalReason.NoIdentity }:
                return Silent(SilenceReason.NoIdentity);
            default:
                return Silent(SilenceReason.NoRecord);
        }
    }

    private static DhcpDecision.Reply Refuse(in Exchange exchange, RefusalReason reason)
    {
        var reply = exchange.Message.ReplyWith(DhcpMessageType.Nak);
        reply.ServerIdentifier = exchange.ServerIdentifier;
        reply.Options.Set(DhcpOptionCode.Message, reason switch
        {
            RefusalReason.WrongNetwork => "wrong network",
            RefusalReason.InUse => "address in use",
            RefusalReason.NotForThisClient => "address not available",
            RefusalReason.OtherAddress => "another address is kept for this client",
            _ => "lease unknown",
        });
        return new DhcpDecision.Reply(reply, ReplyRoute.For(exchange.Message, reply), exchange.Subnet);
    }

    /// <summary>The client took another server's offer: ours is free again (RFC 2131 §3.1 step 4).</summary>
    private DhcpDecision ForgetOffer(in Exchange exchange, IPv4Address named)
    {
        _leases.ForgetOffer(exchange.LeaseClient(known: false));
        return Learn(exchange, named);
    }

    private DhcpDecision Decline(in Exchange exchange)
    {
        var options = exchange.Message.Options;
        if (options.RequestedAddress is not { IsAny: false } address || options.ServerIdentifier is not { } named)
        {
            return Silent(SilenceReason.Malformed);
        }
        if (!exchange.IsUs(named))
        {
            return Silent(SilenceReason.OtherServer);
        }
        return _leases.Decline(exchange.LeaseClient(known: false), address) switch
        {
            DeclineOutcome.Quarantined quarantined =>
                new DhcpDecision.Declined(address, exchange.Client.Mac, quarantined.Record, Storm: false, exchange.Subnet),
            DeclineOutcome.Storm storm => new DhcpDecision.Declined(address, exchange.Client.Mac, storm.Record, Storm: true, exchange.Subnet),
            _ => Silent(SilenceReason.NotTheirs),
        };
    }

    private DhcpDecision Release(in Exchange exchange)
    {
        if (exchange.Message.Ciaddr.IsAny)
        {
            return Silent(SilenceReason.Malformed);
        }
        if (exchange.Message.Options.ServerIdentifier is { } named && !exchange.IsUs(named))
        {
            return Silent(SilenceReason.OtherServer);
        }
        return _leases.Release(exchange.LeaseClient(known: false), exchange.Message.Ciaddr) is { } record
            ? new DhcpDecision.Released(record)
            : Silent(SilenceReason.NotTheirs);
    }

    /// <summary>RFC 2131 §4.3.5: options without an address, to ciaddr, which has to lie in the network that asked.</summary>
    private DhcpDecision Inform(in Exchange exchange)
    {
        var ciaddr = exchange.Message.Ciaddr;
        if (ciaddr.IsAny)
        {
            return Silent(SilenceReason.Malformed);
        }
        if (!exchange.Subnet.Network.IsHost(ciaddr))
        {
            return Silent(SilenceReason.ForeignSource);
        }
        var reply = Compose(exchange, DhcpMessageType.Ack, _clients.Of(exchange.Client), default, leaseTime: null);
        return new DhcpDecision.Reply(reply, exchange.RouteFor(reply), exchange.Subnet);
    }

    private DhcpReply Compose(in Exchange exchange, DhcpMessageType type, in ClientFacts facts, IPv4Address address, TimeSpan? leaseTime)
    {
        var reply = exchange.Message.ReplyWith(type);
        reply.ServerIdentifier = exchange.ServerIdentifier;
        reply.Yiaddr = address;
        LeaseOptions.Write(reply, exchange.Subnet, facts);
        if (leaseTime is { } time)
        {
            LeaseOptions.WriteTimes(reply, time);
        }
        BootRules.Write(new BootReply(reply, exchange.Client, BootFor(exchange), exchange.Server, BootForm.WithLease));
        return reply;
    }

    private DhcpBoot BootFor(in Exchange exchange)
    {
        var client = exchange.Client;
        if (client.Kind == DhcpClientKind.Ordinary || client.Mac.IsEmpty)
        {
            return NothingToBoot;
        }
        var message = exchange.Message;
        return _boot.ForDhcp(new DhcpBootRequest
        {
            Subnet = exchange.Subnet,
            Server = exchange.Server,
            Mac = client.Mac,
            Uuid = client.Uuid,
            Kind = client.Kind,
            Architecture = (ushort)client.Architecture,
            IsIpxe = client.IsIpxe,
            IpxeHasHttp = client.IpxeHasHttp,
            VendorClass = ClientText.Escape(message.Options.VendorClass),
            Relay = message.Giaddr,
            RelayPort = ClientText.TextOrHex(message.Options.RelayAgentInformation.CircuitId),
        });
    }

    private static bool IsMachine(DhcpMessage message)
    {
        var mac = message.Chaddr;
        return mac.IsEmpty || mac.IsZero ? !message.Options.ClientId.IsEmpty : !(message.Htype == 1 && mac.IsMulticast);
    }

    private static DhcpDecision.Silence Silent(SilenceReason reason) => DhcpDecision.Silence.For(reason);

    private static readonly DhcpBoot NothingToBoot = new DhcpBoot.Nothing("no PXE or HTTP client");
}
