using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>What to do with one message. A closed set; silence is a decision with a reason.</summary>
public abstract record DhcpDecision
{
    private DhcpDecision()
    {
    }

    /// <summary>Send now: an offer, a refusal, boot information. Nothing has to be stored first.</summary>
    public sealed record Reply(DhcpReply Message, ReplyRoute Route, Subnet Subnet) : DhcpDecision
    {
        /// <summary>The address was offered for the first time since we run: worth asking whether somebody sits on it.</summary>
        public bool FirstUse { get; init; }
    }

    /// <summary>Store the lease, then send. When it cannot be stored: take it back and stay silent.</summary>
    public sealed record Grant(RequestOutcome.Grant Lease, DhcpReply Message, ReplyRoute Route, Subnet Subnet) : DhcpDecision
    {
        /// <summary>In the inventory, or matched by a group with a selector.</summary>
        public bool Known { get; init; }
    }

    /// <summary>The client gave its address back: store the record; there is no answer.</summary>
    public sealed record Released(Lease Record) : DhcpDecision;

    /// <summary>Somebody else sits on the address, says the client: store the record if there is one, tell a person; no answer.</summary>
    public sealed record Declined(IPv4Address Address, HardwareAddress Client, Lease? Record, bool Storm, Subnet Subnet) : DhcpDecision;

    /// <summary>The machine takes an address from another server: where it will be found from now on.</summary>
    public sealed record Learned(HardwareAddress Client, IPv4Address Address, IPv4Address Server, Subnet Subnet) : DhcpDecision;

    /// <summary>Every address that this client may have is taken: tell a person; no answer.</summary>
    public sealed record Exhausted(HardwareAddress Client, Subnet Subnet) : DhcpDecision;

    public sealed record Silence(SilenceReason Reason) : DhcpDecision
    {
        private static readonly Silence[] All = [.. Enum.GetValues<SilenceReason>().Select(reason => new Silence(reason))];

        public static Silence For(SilenceReason reason) => All[(int)reason];
    }
}
