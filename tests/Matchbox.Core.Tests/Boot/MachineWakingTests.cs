using Matchbox.Core.Boot;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>Where machines are woken.</summary>
public class MachineWakingTests
{
    private static readonly Subnet[] Networks =
    [
        new() { Network = IPv4Network.Parse("10.1.0.0/24"), Interface = "a", Mode = SubnetMode.Authoritative },
        new() { Network = IPv4Network.Parse("10.2.0.0/24"), Interface = "b", Mode = SubnetMode.Proxy },
        new() { Network = IPv4Network.Parse("10.3.0.0/24"), Interface = "c", Mode = SubnetMode.Off },
        new() { Network = IPv4Network.Parse("10.4.0.0/24"), Mode = SubnetMode.Authoritative },
    ];

    [Theory]
    [InlineData("10.1.0.0/24", "a")]
    [InlineData("10.2.0.0/24", "b")]
    [InlineData("", "a b")]                          // never seen
    [InlineData("10.3.0.0/24", "a b")]               // off: as if nobody had named it
    [InlineData("10.4.0.0/24", "")]                  // behind relays
    public async Task A_machine_is_woken_where_it_was_seen_and_never_on_a_network_that_is_off(string seen, string interfaces)
    {
        await using var rig = await BootRig.StartAsync();
        var sender = new Sender();
        var waking = new MachineWaking(new Served(), rig.Boot, sender);
        var machine = new Machine
        {
            Id = "m",
            Macs = [HardwareAddress.Parse("52:54:00:77:00:01"), HardwareAddress.Parse("52:54:00:77:00:02")],
            LastSeen = new Sighting { Subnet = seen },
        };

        var dry = waking.Wake(machine, "test", dryRun: true);
        Assert.Empty(sender.Sent);
        var outcome = waking.Wake(machine, "test");

        Assert.Equal(dry.GetType(), outcome.GetType());
        Assert.Equal(
            interfaces.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(name => machine.Macs.Select(mac => (name, mac))),
            sender.Sent);
        Assert.Equal(interfaces.Length > 0, outcome is CommandOutcome.Done);
        Assert.Equal(interfaces.Length > 0, rig.Events.All.Any(happened => happened.Kind == EventKind.MachineWoken));
    }

    [Fact]
    public async Task What_the_network_says_is_told()
    {
        await using var rig = await BootRig.StartAsync();
        var waking = new MachineWaking(new Served(), rig.Boot, new Sender { Failure = "the interface is down" });
        var machine = new Machine { Id = "m", Macs = [HardwareAddress.Parse("52:54:00:77:00:01")] };
        Assert.Contains("a: the interface is down", Assert.IsType<CommandOutcome.Refused>(waking.Wake(machine, "test")).Reason, StringComparison.Ordinal);
        Assert.IsType<CommandOutcome.Refused>(waking.Wake(machine with { Macs = [] }, "test"));
        Assert.IsType<CommandOutcome.Refused>(waking.Wake(machine with { Ignored = new PersonMark(default, "x") }, "test"));
    }

    private sealed class Served : ISubnetSource
    {
        public SubnetTable Current { get; } = new([.. Networks]);
    }

    private sealed class Sender : IWakeSender
    {
        public List<(string Interface, HardwareAddress Mac)> Sent { get; } = [];

        public string? Failure { get; init; }

        public string? Send(string interfaceName, HardwareAddress mac)
        {
            Sent.Add((interfaceName, mac));
            return Failure;
        }
    }
}
