using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Sockets;
using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Leases;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Dhcp.V4.Responding;
using Matchbox.Dhcp.V4.Transport;
using Matchbox.Dhcp.V4.Watching;
using Matchbox.Protocols;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp.V4.Serving;

/// <summary>Tells people: events, warnings, each kind at a bounded rate. Thread-safe; never waits.</summary>
internal sealed partial class ClientNotices(
    IEventSink events, BootSessions sessions, MachineRegistry machines, DhcpMetrics metrics, AddressProber prober,
    TimeProvider time, ILogger logger) : IOpeningNotices
{
    private const int MaxBoots = 65_536;

    private readonly ConcurrentDictionary<HardwareAddress, string> _leasedIn = new();
    private readonly RateLimit _everyMinute = new(TimeSpan.FromMinutes(1), time);
    private readonly RateLimit _everyTenMinutes = new(TimeSpan.FromMinutes(10), time);

    /// <summary>Once in each boot of a machine: later ones of the same boot (iPXE, initramfs, system) are the same lease.</summary>
    public void Leased(Lease lease, Subnet subnet)
    {
        var mac = lease.Hardware;
        if (sessions.Present(mac) is not { } boot
            || (_leasedIn.TryGetValue(mac, out var told) && string.Equals(told, boot.Nonce, StringComparison.Ordinal)))
        {
            return;
        }
        if (_leasedIn.Count >= MaxBoots)
        {
            _leasedIn.Clear();
        }
        _leasedIn[mac] = boot.Nonce;
        Publish(EventKind.Leased, $"{lease.Address} on {subnet.Network}", machines.ByMac(mac)?.Id ?? mac.ToHyphenString(), known: true,
            ("address", lease.Address.ToString()), ("subnet", subnet.Network.ToString()), ("mac", mac.ToString()));
    }

    public void FirstUse(DhcpDecision.Reply offer, LinkSocket socket)
    {
        if (!offer.Message.Request.Giaddr.IsAny)
        {
            return;
        }
        try
        {
            prober.Ask(socket, offer.Message.Yiaddr, offer.Message.Request.Chaddr);
        }
        catch (SocketException failure)
        {
            Log.ProbeFailed(logger, offer.Message.Yiaddr, failure.Message);
        }
    }

    public void Declined(DhcpDecision.Declined declined)
    {
        if (declined.Storm && _everyMinute.Allows($"storm {declined.Subnet.Network}"))
        {
            Publish(EventKind.DeclineStorm,
                $"{declined.Client} and perhaps others decline address after address on {declined.Subnet.Network}: they are no longer put aside",
                ("subnet", declined.Subnet.Network.ToString()), ("mac", declined.Client.ToString()));
        }
        else if (!declined.Storm && _everyMinute.Allows($"decline {declined.Address}"))
        {
            Publish(EventKind.AddressDeclined, $"{declined.Client} found somebody else at {declined.Address}: it is put aside",
                ("address", declined.Address.ToString()), ("mac", declined.Client.ToString()));
        }
    }

    public void Conflict(OverheardOwner owner, Lease record)
    {
        metrics.Conflict();
        Log.Conflict(logger, record.Address, owner.Hardware, owner.Link.Name);
        if (_everyMinute.Allows($"decline {record.Address}"))
        {
            Publish(EventKind.AddressDeclined, $"{owner.Hardware} sits on {record.Address} and has it not from us: it is put aside",
                ("address", record.Address.ToString()), ("mac", owner.Hardware.ToString()), ("interface", owner.Link.Name));
        }
    }

    public void Exhausted(DhcpDecision.Exhausted exhausted)
    {
        // Each known machine is told of by itself: who looks why it does not boot finds it there.
        var machine = machines.ByMac(exhausted.Client) is { InInventory: true } known ? known.Id : null;
        if (_everyMinute.Allows(machine is null ? $"exhausted {exhausted.Subnet.Network}" : $"exhausted for {machine}"))
        {
            Log.Exhausted(logger, exhausted.Subnet.Network, exhausted.Client);
            Publish(EventKind.PoolExhausted, $"no address is left on {exhausted.Subnet.Network} for {exhausted.Client}", machine, known: true,
                ("subnet", exhausted.Subnet.Network.ToString()), ("mac", exhausted.Client.ToString()));
        }
    }

    /// <param name="subnet">The network of ours.</param>
    /// <param name="server">Its option 54.</param>
    /// <param name="hardware">Its MAC; null when only a client named it.</param>
    /// <param name="interfaceName">Where it was noticed.</param>
    /// <param name="client">Who took its offer, where that is known.</param>
    public void ForeignServer(Subnet subnet, IPv4Address server, HardwareAddress? hardware, string interfaceName, HardwareAddress? client = null)
    {
        metrics.ForeignServer();
        var machine = client is { } taker && machines.ByMac(taker) is { InInventory: true } known ? known.Id : null;
        if (_everyTenMinutes.Allows($"server {interfaceName} {server} {hardware} {machine}"))
        {
            Log.ForeignServer(logger, server, hardware?.ToString() ?? "MAC unknown", interfaceName);
            Publish(EventKind.ForeignServer, hardware is { } mac
                    ? $"another DHCP server, {server} ({mac}), answers on {interfaceName}, where {subnet.Network} is ours"
                    : $"{client?.ToString() ?? "a client"} on {interfaceName} took the offer of another DHCP server, {server}",
                machine, known: true,
                ("server", server.ToString()), ("mac", hardware?.ToString() ?? ""), ("interface", interfaceName),
                ("subnet", subnet.Network.ToString()));
        }
    }

    public void Opened(Subnet subnet, string why)
    {
        Log.Opened(logger, subnet.ToString(), why);
        Publish(EventKind.SubnetOpened, $"{subnet} is answered: {why}", ("subnet", subnet.Network.ToString()), ("interface", subnet.Interface ?? ""));
    }

    public void Refused(Subnet subnet, IPv4Address server, HardwareAddress hardware)
    {
        Log.RefusedToOpen(logger, subnet.ToString(), server, hardware);
        Publish(EventKind.SubnetRefused,
            $"{subnet} is not answered: another DHCP server, {server} ({hardware}), serves it. Switch that one off, use mode Proxy, or force it",
            ("subnet", subnet.Network.ToString()), ("server", server.ToString()), ("mac", hardware.ToString()), ("interface", subnet.Interface ?? ""));
    }

    private void Publish(EventKind kind, string text, params ReadOnlySpan<(string Key, string Value)> data) =>
        Publish(kind, text, machine: null, known: true, data);

    private void Publish(EventKind kind, string text, string? machine, bool known, params ReadOnlySpan<(string Key, string Value)> data)
    {
        var details = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in data)
        {
            details[key] = value;
        }
        events.Publish(new ApplianceEvent
        {
            At = time.GetUtcNow(),
            Kind = kind,
            Machine = machine,
            Known = known,
            Text = text,
            Data = details.ToImmutable(),
        });
    }

    private static partial class Log
    {
        [LoggerMessage(1020, LogLevel.Warning, "No address left on {Network} for {Chaddr}")]
        public static partial void Exhausted(ILogger logger, IPv4Network network, HardwareAddress chaddr);

        [LoggerMessage(1021, LogLevel.Warning, "Another DHCP server, {Server} ({Hardware}), was noticed on {Interface}")]
        public static partial void ForeignServer(ILogger logger, IPv4Address server, string hardware, string @interface);

        [LoggerMessage(1022, LogLevel.Warning, "{Address} is put aside: {Hardware} answers there on {Interface} and has it not from us")]
        public static partial void Conflict(ILogger logger, IPv4Address address, HardwareAddress hardware, string @interface);

        [LoggerMessage(1023, LogLevel.Information, "DHCP serves {Subnet}: {Why}")]
        public static partial void Opened(ILogger logger, string subnet, string why);

        [LoggerMessage(1024, LogLevel.Error, "DHCP does not serve {Subnet}: another server, {Server} ({Hardware}), answers there")]
        public static partial void RefusedToOpen(ILogger logger, string subnet, IPv4Address server, HardwareAddress hardware);

        [LoggerMessage(1025, LogLevel.Debug, "ARP probe for {Address} not sent: {Error}")]
        public static partial void ProbeFailed(ILogger logger, IPv4Address address, string error);
    }
}
