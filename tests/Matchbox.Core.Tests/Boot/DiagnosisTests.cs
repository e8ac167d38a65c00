using System.Collections.Immutable;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;
using Matchbox.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchbox.Core.Tests.Boot;

/// <summary>Each usual failure, made by what a machine and the network do, and what is said of it.</summary>
public sealed class DiagnosisTests : IAsyncDisposable
{
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly IPv4Address Address = IPv4Address.Parse("10.77.0.101");

    private readonly List<ApplianceEvent> _network = [];
    private BootRig _rig = null!;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private async Task<BootRig> StartAsync(bool install = false, bool known = true, string kernel = "/assets/vmlinuz", Catalog? catalog = null)
    {
        _rig = await BootRig.StartAsync(catalog ?? BootRig.OneProfile(Node, kernel, install));
        if (known)
        {
            await _rig.Commands.AddAsync(new Machine { Id = Node.ToHyphenString(), Macs = [Node], FirstSeenAt = _rig.Clock.GetUtcNow() }, "test", CancellationToken.None);
        }
        return _rig;
    }

    private Machine Machine => _rig.Machines.ByMac(Node)!;

    private ImmutableArray<Finding> Findings()
    {
        using var events = new EventStream(new MemoryEventStore(), _rig.Clock);
        var facts = new BootDiagnosis(_rig.Boot, events, _rig, _rig.Clock).FactsOf(Machine, [.. _rig.Events.All.Where(happened => happened.Machine == Machine.Id)]);
        return Diagnosis.Of(facts with { Network = [.. _network] });
    }

    private Finding Only(FindingKind kind, FindingSeverity severity = FindingSeverity.Problem)
    {
        var finding = Assert.Single(Findings());
        Assert.Equal((kind, severity), (finding.Kind, finding.Severity));
        Assert.True(severity == FindingSeverity.Information || !finding.WhatToDo.IsEmpty);
        return finding;
    }

    private void Pass(double seconds) => _rig.Clock.Advance(TimeSpan.FromSeconds(seconds));

    // DHCP's own part of the story, as ClientNotices tells it.
    private void Leased()
    {
        _rig.Lease(Node, Address);
        Tell(EventKind.Leased, "10.77.0.101 on 10.77.0.0/24");
    }

    private void Tell(EventKind kind, string text, params (string Key, string Value)[] data) => _rig.Boot.Tell(Machine, kind, text, data);

    private string FetchLoader(ushort architecture = 7)
    {
        var offer = _rig.Dhcp(Node, ipxe: false, architecture);
        Leased();
        var nonce = BootRig.NonceOf(offer);
        _rig.Boot.LoaderFetched(Address, nonce, "snponly.efi");
        return nonce;
    }

    private async Task<(ScriptAnswer Script, string Nonce)> GetScriptAsync()
    {
        FetchLoader();
        Pass(5);
        var nonce = BootRig.NonceOf(_rig.Dhcp(Node, ipxe: true, 7));
        return (await _rig.ScriptAsync(Node, Address, nonce), nonce);
    }

    private async Task ArmAsync() => Assert.IsType<CommandOutcome.Done>(await _rig.Commands.ArmAsync(Machine, "test", null, CancellationToken.None));

    [Fact]
    public async Task No_discover_was_seen()
    {
        await StartAsync();
        Assert.Contains("No Discover of 52:54:00:77:00:01", Only(FindingKind.NotSeen).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Armed_it_waits_for_a_network_boot_and_how_to_force_one_is_said()
    {
        await StartAsync(install: true);
        await GetScriptAsync();
        Pass(3600);
        await ArmAsync();
        Pass(61);
        var finding = Only(FindingKind.WaitingForNetworkBoot, FindingSeverity.Information);
        Assert.Contains("for 1 minute.", finding.Text, StringComparison.Ordinal);
        Assert.Contains(finding.WhatToDo, line => line.Contains("bootdev pxe", StringComparison.Ordinal));
        Pass(12 * 60);
        Assert.Contains("for 13 minutes", Only(FindingKind.WaitingForNetworkBoot, FindingSeverity.Warning).Text, StringComparison.Ordinal);
        await GetScriptAsync();
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task An_offer_was_sent_and_no_request_came()
    {
        await StartAsync();
        _rig.Dhcp(Node, ipxe: false, 7);
        Assert.Empty(Findings());
        Pass(70);
        Assert.Contains("sent no Request", Only(FindingKind.OfferNotTaken).Text, StringComparison.Ordinal);
        Leased();
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task Beside_another_server_it_was_told_what_to_boot_and_fetched_nothing()
    {
        await StartAsync();
        _rig.Subnet = _rig.Subnet with { Mode = SubnetMode.Proxy };
        _rig.Dhcp(Node, ipxe: false, 7);
        Pass(70);
        Assert.Contains("fetched nothing", Only(FindingKind.OfferNotTaken).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_server_was_faster()
    {
        await StartAsync();
        _rig.Dhcp(Node, ipxe: false, 7);
        Tell(EventKind.ForeignServer, "took the offer of another DHCP server, 10.77.0.9", ("server", "10.77.0.9"), ("subnet", "10.77.0.0/24"));
        Assert.Contains("10.77.0.9", Only(FindingKind.ForeignServer).Text, StringComparison.Ordinal);
        Leased();
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task A_foreign_server_that_was_overheard_on_the_network_counts_for_an_hour()
    {
        await StartAsync();
        _network.Add(new ApplianceEvent
        {
            At = _rig.Clock.GetUtcNow(),
            Kind = EventKind.ForeignServer,
            Text = "another DHCP server answers",
            Data = ImmutableSortedDictionary<string, string>.Empty.Add("server", "10.77.0.9").Add("mac", "52:54:00:99:00:09").Add("subnet", "10.77.0.0/24"),
        });
        _rig.Dhcp(Node, ipxe: false, 7);
        Assert.Contains(Only(FindingKind.ForeignServer).WhatToDo, line => line.Contains("52:54:00:99:00:09", StringComparison.Ordinal));
        Pass(3700);
        Only(FindingKind.OfferNotTaken);
    }

    [Fact]
    public async Task The_pool_is_exhausted()
    {
        await StartAsync();
        Tell(EventKind.PoolExhausted, "no address is left on 10.77.0.0/24 for 52:54:00:77:00:01", ("subnet", "10.77.0.0/24"));
        Assert.Contains("none is left on 10.77.0.0/24", Only(FindingKind.PoolExhausted).Text, StringComparison.Ordinal);
        _rig.Dhcp(Node, ipxe: false, 7);
        Leased();
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task There_is_no_loader_for_its_architecture()
    {
        await StartAsync();
        Assert.IsType<DhcpBoot.Nothing>(_rig.Dhcp(Node, ipxe: false, 10));
        Assert.Contains("ARM32 UEFI", Only(FindingKind.WrongArchitecture).Text, StringComparison.Ordinal);
        _rig.Dhcp(Node, ipxe: false, 10);
        Assert.Single(_rig.Events.All, happened => happened.Kind == EventKind.Silent);
    }

    [Fact]
    public async Task The_loader_never_called_back()
    {
        await StartAsync();
        FetchLoader();
        Assert.Empty(Findings());
        Pass(61);
        var finding = Only(FindingKind.LoaderSilent);
        Assert.Contains("snponly.efi", finding.Text, StringComparison.Ordinal);
        Assert.Contains(finding.WhatToDo, line => line.Contains("Secure Boot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_loader_is_loaded_again_and_again()
    {
        await StartAsync();
        for (var boot = 0; boot < 3; boot++)
        {
            FetchLoader();
            Pass(40);
        }
        Assert.Contains("3 boots in a row", Only(FindingKind.ChainloadLoop).Text, StringComparison.Ordinal);
        await GetScriptAsync();
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task Tftp_had_to_send_again_and_broke_off()
    {
        await StartAsync();
        var tftp = new BootTftpFiles(_rig.Boot, _rig.Sessions, new BootServiceSettings(), "/nowhere", NullLogger<BootTftpFiles>.Instance);
        var nonce = BootRig.NonceOf(_rig.Dhcp(Node, ipxe: false, 7));
        Leased();
        tftp.Failed(Address, $"boot/{nonce}/snponly.efi", 0, TimeSpan.Zero, 0, "the client asked for a size");
        Assert.Empty(Findings());
        tftp.Failed(Address, $"boot/{nonce}/snponly.efi", 51200, TimeSpan.FromSeconds(12), 5, "no answer");
        var finding = Only(FindingKind.TransferTroubled);
        Assert.Contains("snponly.efi broke off after 51200 octets and 12.0 s, 5 blocks sent again", finding.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(nonce, finding.Text, StringComparison.Ordinal);
        tftp.Completed(Address, $"boot/{nonce}/snponly.efi", 512000, TimeSpan.FromSeconds(30), 40);
        Only(FindingKind.TransferTroubled, FindingSeverity.Warning);
    }

    [Fact]
    public async Task It_has_its_script_and_did_not_fetch_the_kernel()
    {
        await StartAsync();
        await GetScriptAsync();
        Assert.Empty(Findings());
        Pass(61);
        Assert.Contains("/assets/vmlinuz", Only(FindingKind.KernelNotFetched).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kernel_is_not_there()
    {
        await StartAsync();
        await GetScriptAsync();
        _rig.Boot.AssetRefused(Address, "/assets/vmlinuz", "no such file");
        Pass(61);
        Assert.Contains("/assets/vmlinuz is asked for and not given: no such file", Only(FindingKind.AssetMissing).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_its_kernel_and_never_asked_for_its_config()
    {
        await StartAsync();
        var (_, nonce) = await GetScriptAsync();
        _rig.Boot.AssetFetched(Address, "/assets/vmlinuz");
        Pass(100);
        Assert.Empty(Findings());
        Pass(100);
        Assert.Contains("p.ign", Only(FindingKind.ConfigNotFetched).Text, StringComparison.Ordinal);
        await _rig.ConfigAsync(Node, Address, nonce, null);
        Assert.Empty(Findings());
    }

    [Fact]
    public async Task Its_protected_config_was_denied_for_its_token()
    {
        await StartAsync(catalog: new Catalog(
            [new Group { Id = "one", Profile = "p", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", Node.ToString()), Protection = new Protection(HoldOnDenial: false) }],
            [new("p", new Profile { Id = "p", IgnitionId = "p.ign", Boot = new NetBoot("/assets/vmlinuz", [], []) })],
            [new("p.ign", ConfigFile.Raw("ignition/p.ign", """{"ignition":{"version":"3.3.0"}}"""u8.ToArray()))]));
        var (_, nonce) = await GetScriptAsync();
        Assert.IsType<ConfigAnswer.Denied>(await _rig.ConfigAsync(Node, Address, nonce, "wrong"));
        Assert.Contains("token", Only(FindingKind.ConfigDenied).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: {{.missing.name}}\n", "template")]
    [InlineData("variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: relative\n", "Butane")]
    [InlineData(null, "Mend the profile")]
    public async Task Its_config_cannot_be_made(string? config, string advice)
    {
        await StartAsync(catalog: new Catalog(
            [new Group { Id = "one", Profile = "p", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", Node.ToString()) }],
            [new("p", new Profile { Id = "p", IgnitionId = "p.yaml", Boot = new NetBoot("/assets/vmlinuz", [], []) })],
            config is null ? [] : [new("p.yaml", Template(config))]));
        var (_, nonce) = await GetScriptAsync();
        await _rig.ConfigAsync(Node, Address, nonce, null);
        Assert.Contains(advice, Only(FindingKind.ConfigBroken).WhatToDo[0], StringComparison.Ordinal);
    }

    private static ConfigFile Template(string config) =>
        ConfigFile.TryCompile("ignition/p.yaml", System.Text.Encoding.UTF8.GetBytes(config), out var file, out var error) ? file : throw new InvalidOperationException(error.Message);

    [Fact]
    public async Task The_installer_reported_a_failure()
    {
        await StartAsync(install: true);
        await ArmAsync();
        var (script, nonce) = await GetScriptAsync();
        await _rig.ConfigAsync(Node, Address, nonce, BootRig.TokenOf((ScriptAnswer.Boot)script));
        await _rig.Boot.ReportAsync(new MachineReport(Node, null, ReportStep.Failed, "/dev/sda is too small", null), Address, CancellationToken.None);
        var finding = Only(FindingKind.InstallerFailed);
        Assert.Contains("/dev/sda is too small", finding.Text, StringComparison.Ordinal);
        Assert.Contains(finding.WhatToDo, line => line.Contains("1 of 2 are left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_installer_never_reported()
    {
        await StartAsync(install: true);
        await ArmAsync();
        var (script, nonce) = await GetScriptAsync();
        await _rig.ConfigAsync(Node, Address, nonce, BootRig.TokenOf((ScriptAnswer.Boot)script));
        Pass(46 * 60);
        Only(FindingKind.InstallNotReported);
        await _rig.ReportAsync(Node, Address, ReportStep.Installed, "not the token");
        Only(FindingKind.ReportUnverified, FindingSeverity.Warning);
    }

    [Fact]
    public async Task It_boots_the_network_again_although_it_is_installed()
    {
        await StartAsync(install: true);
        await ArmAsync();
        var (script, _) = await GetScriptAsync();
        await _rig.ReportAsync(Node, Address, ReportStep.Installed, BootRig.TokenOf((ScriptAnswer.Boot)script));
        Pass(30);
        await GetScriptAsync();
        Only(FindingKind.BootsNetworkAgain, FindingSeverity.Information);
        Pass(30);
        await GetScriptAsync();
        Assert.Contains("2 boots in a row", Only(FindingKind.BootsNetworkAgain).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_unknown()
    {
        await StartAsync(known: false, catalog: Catalog.Empty);
        await GetScriptAsync();
        Assert.Contains("not in the inventory", Only(FindingKind.UnknownMachine).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_group_selects_it()
    {
        await StartAsync(catalog: Catalog.Empty);
        await GetScriptAsync();
        Assert.Contains("no group selects this machine", Only(FindingKind.NoProfile).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_profile_installs_and_it_is_not_armed()
    {
        await StartAsync(install: true);
        await GetScriptAsync();
        Assert.Contains("not armed", Only(FindingKind.NotArmed).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_held()
    {
        await StartAsync(install: true);
        await ArmAsync();
        for (var boot = 0; boot < 3; boot++)
        {
            await GetScriptAsync();
            Pass(10);
        }
        var finding = Findings()[0];
        Assert.Equal(FindingKind.Held, finding.Kind);
        Assert.Contains("ended without a report", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_ignored()
    {
        await StartAsync();
        await GetScriptAsync();
        Assert.IsType<CommandOutcome.Done>(await _rig.Commands.IgnoreAsync(Machine, "alice", CancellationToken.None));
        Assert.Contains("alice said that it is none of ours", Only(FindingKind.Ignored).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_protected_and_so_not_armed()
    {
        await StartAsync(install: true);
        await GetScriptAsync();
        Assert.IsType<CommandOutcome.Done>(await _rig.Commands.ProtectAsync(Machine, "alice", CancellationToken.None));
        Assert.Contains("unprotect", Only(FindingKind.NotArmed).WhatToDo[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_comes_with_what_named_a_machine_that_was_replaced()
    {
        await StartAsync();
        await GetScriptAsync();
        using var events = new EventStream(new MemoryEventStore(), _rig.Clock);
        var facts = new BootDiagnosis(_rig.Boot, events, _rig, _rig.Clock).FactsOf(Machine, []);
        var retired = new RetiredIdentity("52-54-00-77-00-09", "node9", _rig.Clock.GetUtcNow(), "alice") { Mac = Node };
        var found = Diagnosis.Of(facts with { Machine = Machine with { Origin = MachineOrigin.Seen, Retired = retired } });
        Assert.Contains(found, finding => finding.Kind == FindingKind.Retired && finding.Text.Contains("node9", StringComparison.Ordinal));
        Assert.DoesNotContain(found, finding => finding.Kind == FindingKind.UnknownMachine);
    }

    [Fact]
    public async Task What_boots_well_has_no_finding()
    {
        await StartAsync();
        var (_, nonce) = await GetScriptAsync();
        _rig.Boot.AssetFetched(Address, "/assets/vmlinuz");
        await _rig.ConfigAsync(Node, Address, nonce, null);
        await _rig.ReportAsync(Node, Address, ReportStep.Booted);
        Pass(3600);
        Assert.Empty(Findings());
    }
}
