using System.Collections.Immutable;
using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>What a live boot reports of the machine, and the disk that is chosen from it.</summary>
public class ArmedDiskTests
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    private static readonly MachineInventory Reported = new()
    {
        Disks =
        [
            new InventoryDisk { Path = "/dev/sda", Serial = "S1", Size = 1 << 30 },
            new InventoryDisk { Path = "/dev/sdb", Id = "/dev/disk/by-id/wwn-0x5002", Serial = "S2", Wwn = "0x5002" },
        ],
        Cards = [],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_live_boot_that_asks_for_it_gets_where_to_report_and_its_report_is_kept()
    {
        await using var rig = await StartAsync();
        await rig.Machines.PutAsync(new Machine { Id = Node.ToHyphenString(), Macs = [Node] }, Cancellation);
        await rig.Commands.BootOnceAsync(Machine(rig), "inventory", "test", null, Cancellation);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var script = Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce));
        Assert.DoesNotContain("matchbox.report", script.Args);
        Assert.Contains($"matchbox.report={BootRig.BaseUrl}/report?nonce={nonce}", script.Args);
        var token = BootRig.TokenOf(script);
        Assert.Contains($"ignition.config.url={BootRig.BaseUrl}/ignition?mac=x&nonce={nonce}&token={token}", script.Args);
        var address = Assert.IsType<ConfigAnswer.Config>(await rig.ConfigAsync(Node, Address, nonce, token)).Report;
        Assert.Equal(new ReportAddress($"{BootRig.BaseUrl}/report?nonce={nonce}", token, Node), address);
        Assert.Null(Assert.IsType<ConfigAnswer.Config>(await rig.ConfigAsync(Node, Address, nonce, new string('0', 32))).Report);

        Assert.Equal(ReportOutcome.Unverified, await ReportAsync(rig, nonce, null));
        Assert.Equal(ReportOutcome.Unverified, await ReportAsync(rig, nonce, new string('0', 32)));
        Assert.Equal(ReportOutcome.Unverified, await ReportAsync(rig, new string('0', 32), token));
        Assert.Equal(ReportOutcome.Unverified, await ReportAsync(rig, nonce, token, IPv4Address.Parse("10.77.0.9")));
        Assert.Null(Machine(rig).Inventory);
        // A restart of ours in the middle loses nothing.
        await rig.RestartAsync();
        Assert.Equal(ReportOutcome.Accepted, await ReportAsync(rig, nonce, token));
        Assert.Equal(rig.Clock.GetUtcNow(), Machine(rig).Inventory!.At);
        Assert.Contains(rig.Events.All, happened => happened.Kind == EventKind.InventoryReported);

        // The next boot's is another token.
        var next = BootRig.NonceOf(rig.Dhcp(Node, ipxe: false));
        Assert.Equal(ReportOutcome.Unverified, await ReportAsync(rig, next, token));
    }

    [Fact]
    public async Task The_chosen_disk_is_what_the_installer_gets_by_the_name_that_it_keeps()
    {
        await using var rig = await StartAsync();
        rig.Dhcp(Node, ipxe: true);
        await rig.Machines.UpdateAsync(Machine(rig).Id, machine => machine with { Inventory = Reported }, Cancellation);

        var armed = Assert.IsType<CommandOutcome.Done>(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation, disk: "S2"));
        Assert.Contains("on /dev/disk/by-id/wwn-0x5002", armed.Text, StringComparison.Ordinal);
        Assert.Contains("wwn-0x5002", TextOf(rig.Boot.PreviewIgnition(Machine(rig), [], null, BootRig.BaseUrl)), StringComparison.Ordinal);
        await rig.RestartAsync();
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var token = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Address, nonce)));
        Assert.Contains("wwn-0x5002", TextOf(await rig.ConfigAsync(Node, Address, nonce, token)), StringComparison.Ordinal);

        await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation, disk: "/dev/sda");
        Assert.Equal(("/dev/sda", "S1"), (Machine(rig).Installation.Arming!.Disk!.Device, Machine(rig).Installation.Arming!.Disk!.Serial));
    }

    [Fact]
    public async Task A_disk_that_is_not_there_or_that_nobody_reads_and_one_that_is_missing_are_refused()
    {
        await using var rig = await StartAsync();
        rig.Dhcp(Node, ipxe: true);
        Assert.Contains("asks for the disk", Refusal(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation)), StringComparison.Ordinal);
        Assert.Contains("boot-once", Refusal(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation, disk: "S1")), StringComparison.Ordinal);
        await rig.Machines.UpdateAsync(Machine(rig).Id, machine => machine with { Inventory = Reported }, Cancellation);
        Assert.Contains("no disk", Refusal(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation, disk: "S9")), StringComparison.Ordinal);
        rig.Catalog = BootRig.OneProfile(Node, "vmlinuz", install: true);
        Assert.Contains("change nothing", Refusal(await rig.Commands.ArmAsync(Machine(rig), "test", null, Cancellation, disk: "S1")), StringComparison.Ordinal);
    }

    private static async Task<BootRig> StartAsync()
    {
        var template = "variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n  - path: /etc/disk\n    contents:\n      inline: \"{{ .arming.disk }}\"\n"u8.ToArray();
        Assert.True(ConfigFile.TryCompile("ignition/disk.yaml", template, out var config, out _));
        var rig = await BootRig.StartAsync(new Catalog(
            [new Group { Id = "one", Profile = "disk", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", Node.ToString()) }],
            [
                new("disk", new Profile { Id = "disk", Install = true, IgnitionId = "disk.yaml", Boot = new NetBoot("disk-kernel", [], []) }),
                new("inventory", new Profile
                {
                    Id = "inventory",
                    IgnitionId = "inventory.ign",
                    Boot = new NetBoot("live-kernel", [], ["matchbox.report", $"ignition.config.url={BootRig.BaseUrl}/ignition?mac=x"]),
                }),
            ],
            [new("disk.yaml", config), new("inventory.ign", ConfigFile.Raw("ignition/inventory.ign", """{"ignition":{"version":"3.3.0"}}"""u8.ToArray()))]));
        rig.Lease(Node, Address);
        return rig;
    }

    private static async Task<ReportOutcome> ReportAsync(BootRig rig, string nonce, string? token, IPv4Address? source = null) =>
        await rig.Boot.ReportAsync(new MachineReport(Node, null, ReportStep.Inventory, "", token) { Nonce = nonce, Inventory = Reported }, source ?? Address, Cancellation);

    private static Machine Machine(BootRig rig) => rig.Machines.ByMac(Node)!;

    // Butane puts a file's text into a URL.
    private static string TextOf(ConfigAnswer answer) => Uri.UnescapeDataString(Encoding.UTF8.GetString(Assert.IsType<ConfigAnswer.Config>(answer).Bytes.Span));

    private static string Refusal(CommandOutcome outcome) => Assert.IsType<CommandOutcome.Refused>(outcome).Reason;
}
