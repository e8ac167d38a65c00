using System.Collections.Immutable;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>What a machine is told beside its address: of its network, its group, itself, in this order; the later one counts.</summary>
internal static class LeaseOptions
{
    private const double RenewalPart = 0.5;                    // RFC 2131 §4.4.5
    private const double RebindingPart = 0.875;

    public static void Write(DhcpReply reply, Subnet subnet, in ClientFacts facts)
    {
        var options = reply.Options;
        options.Set(DhcpOptionCode.SubnetMask, subnet.Network.Mask);
        if (reply.Request.Options.Requests(DhcpOptionCode.BroadcastAddress) && subnet.Network.PrefixLength <= 30)
        {
            options.Set(DhcpOptionCode.BroadcastAddress, subnet.Network.Last);
        }
        Write(options, subnet.Options);
        Write(options, facts.Group);
        WriteName(options, facts.Name);
        Write(options, facts.Own);
    }

    /// <summary>51, 58 and 59. Times that the settings name stay, unless they lie beyond the lease.</summary>
    public static void WriteTimes(DhcpReply reply, TimeSpan leaseTime)
    {
        var seconds = Seconds(leaseTime);
        reply.LeaseTime = seconds;
        if (seconds == uint.MaxValue)
        {
            reply.Options.Remove(DhcpOptionCode.RenewalTime);
            reply.Options.Remove(DhcpOptionCode.RebindingTime);
            return;
        }
        WriteTime(reply.Options, DhcpOptionCode.RenewalTime, (uint)(seconds * RenewalPart), seconds);
        WriteTime(reply.Options, DhcpOptionCode.RebindingTime, (uint)(seconds * RebindingPart), seconds);
    }

    private static uint Seconds(TimeSpan time) =>
        time.TotalSeconds >= uint.MaxValue || time <= TimeSpan.Zero ? uint.MaxValue : (uint)time.TotalSeconds;

    private static void WriteTime(DhcpOptionList options, DhcpOptionCode code, uint usual, uint lease)
    {
        if (options.View.GetUInt32(code) is not { } configured || configured >= lease)
        {
            options.Set(code, usual);
        }
    }

    private static void Write(DhcpOptionList options, ImmutableArray<ConfiguredOption> configured)
    {
        foreach (var option in configured)
        {
            options.Set((DhcpOptionCode)option.Code, option.Value.AsSpan());
        }
    }

    /// <summary>"node1" is 12 alone; "node1.rack.example" is 12 = node1 and 15 = rack.example, before the network's 15.</summary>
    private static void WriteName(DhcpOptionList options, string name)
    {
        if (name.Length == 0)
        {
            return;
        }
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        options.Set(DhcpOptionCode.HostName, dot < 0 ? name : name[..dot]);
        if (dot > 0 && dot + 1 < name.Length)
        {
            options.Set(DhcpOptionCode.DomainName, name[(dot + 1)..]);
        }
    }
}
