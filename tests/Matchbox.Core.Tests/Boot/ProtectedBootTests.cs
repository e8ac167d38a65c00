using System.Collections.Immutable;
using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Secrets;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

/// <summary>Protected configs from power-on to late readers, over restarts of ours; each attacker of docs/security.md has his test.</summary>
public class ProtectedBootTests
{
    private const string Value = "hunter2-hunter2";

    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");
    private static readonly HardwareAddress Other = HardwareAddress.Parse("52:54:00:77:00:02");
    private static readonly IPv4Address Own = IPv4Address.Parse("10.77.0.20");
    private static readonly IPv4Address Elsewhere = IPv4Address.Parse("10.77.0.66");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_live_machine_gets_its_config_with_its_secret_by_the_token_of_its_script()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        Assert.Contains(Value, Text(await AskAsync(rig, nonce, token)), StringComparison.Ordinal);
        // Ignition's retry, and what its tools fetch beside it.
        Assert.Contains(Value, Text(await AskAsync(rig, nonce, token)), StringComparison.Ordinal);
        Assert.Equal($"key={Value}", Text(await AskAsync(rig, nonce, token, "generic")));
        Assert.Null((await rig.Boot.ForMetadataAsync(Request(nonce, token, "metadata"), Cancel)).Withheld);
    }

    [Fact]
    public async Task A_guesser_without_nonce_or_token_gets_nothing_and_raises_the_alarm()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        var wrong = token[..^1] + (token[^1] == '0' ? '1' : '0');
        foreach (var (n, t) in ((string?, string?)[])[(null, null), (nonce, null), (null, token), (nonce, wrong), (nonce, ""), (wrong + "00000000", token)])
        {
            foreach (var resource in (string[])["ignition", "generic", "cloud", "metadata", "ignition.sig"])
            {
                Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, n, t, resource));
            }
        }
        var alarm = Assert.Single(rig.Events.All, happened => happened.Kind == EventKind.ConfigDenied);
        Assert.Equal("true", alarm.Data["alarm"]);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await AskAsync(rig, null, null);
        Assert.Contains("29 more tries", rig.Events.All.Last(happened => happened.Kind == EventKind.ConfigDenied).Text, StringComparison.Ordinal);
        Assert.Contains(Value, Text(await AskAsync(rig, nonce, token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_who_replays_nonce_and_token_from_another_address_gets_nothing()
    {
        await using var rig = await StartAsync();
        rig.Lease(Other, Elsewhere);
        var (nonce, token) = await BootAsync(rig);
        Assert.IsType<ConfigAnswer.Denied>(await rig.Boot.ForIgnitionAsync(Request(nonce, token, "ignition") with { Source = Elsewhere }, Cancel));
        Assert.IsType<ConfigAnswer.Denied>(await rig.Boot.ForIgnitionAsync(Request(nonce, token, "ignition") with { Source = IPv4Address.Parse("10.77.0.99") }, Cancel));
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Elsewhere, nonce));
    }

    [Fact]
    public async Task Plain_HTTP_gets_no_octet_of_it()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        foreach (var resource in (string[])["ignition", "generic", "metadata"])
        {
            var request = Request(nonce, token, resource) with { IsEncrypted = false };
            Assert.IsType<ConfigAnswer.OverTls>(resource switch
            {
                "generic" => await rig.Boot.ForGenericAsync(request, Cancel),
                "metadata" => (await rig.Boot.ForMetadataAsync(request, Cancel)).Withheld!,
                _ => await rig.Boot.ForIgnitionAsync(request, Cancel),
            });
        }
    }

    [Fact]
    public async Task A_late_reader_gets_nothing_after_five_minutes_nor_after_the_machine_has_it()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        await AskAsync(rig, nonce, token);
        rig.Clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token));
        rig.Clock.Advance(TimeSpan.FromMinutes(0.1));
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token, "generic"));
        Assert.Equal(ReportOutcome.Unverified, await rig.ReportAsync(Node, Own, ReportStep.Fetched, "0123456789abcdef0123456789abcdef"));
        Assert.Equal(ReportOutcome.Unverified, await rig.ReportAsync(Node, Elsewhere, ReportStep.Fetched, token));
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token, "generic"));
        Assert.Equal(ReportOutcome.Accepted, await rig.ReportAsync(Node, Own, ReportStep.Fetched, token));
        Assert.Equal(ReportOutcome.Accepted, await rig.ReportAsync(Node, Own, ReportStep.Fetched, token));
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token, "generic"));
        Assert.Single(rig.Events.All, happened => happened.Kind == EventKind.ConfigFetched);
    }

    [Fact]
    public async Task A_restart_in_the_middle_loses_nothing_and_opens_nothing_again()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        await rig.RestartAsync();
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token));
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await rig.RestartAsync();
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
    }

    [Fact]
    public async Task A_new_power_on_ends_the_token_of_the_one_before_for_good()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        rig.Clock.Advance(TimeSpan.FromMinutes(3));
        var (again, newToken) = await BootAsync(rig);
        Assert.NotEqual(token, newToken);
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
        await rig.RestartAsync();
        // The nonce is still young, and we know of no present boot.
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce));
        await rig.RestartAsync();
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, again, newToken));
    }

    [Fact]
    public async Task An_installer_gets_it_while_armed_with_its_attempts_token_and_nobody_after_it_reported()
    {
        await using var rig = await StartAsync(install: true);
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce));
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, "x"));
        await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "a test", null, Cancel);
        var token = BootRig.TokenOf(Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce)));
        var config = Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token));
        Assert.Equal(token, config.Report!.Token);
        await rig.ReportAsync(Node, Own, ReportStep.Installed, token);
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
    }

    [Fact]
    public async Task Another_value_of_a_secret_that_the_config_names_ends_the_arming_and_one_that_it_does_not_name_nothing()
    {
        await using var rig = await StartAsync(install: true);
        rig.Dhcp(Node, ipxe: true);
        await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "a test", null, Cancel);
        Set(rig, "unrelated", "x");
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce));
        Set(rig, "token", Value);
        Assert.IsNotType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce));
        Assert.Null(rig.Machines.ByMac(Node)!.Installation.Arming);
    }

    [Fact]
    public async Task Headers_alone_count_as_nothing()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        Assert.IsType<ConfigAnswer.Config>(await rig.Boot.ForIgnitionAsync(Request(nonce, token, "ignition") with { IsHead = true }, Cancel));
        rig.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.IsType<ConfigAnswer.Config>(await AskAsync(rig, nonce, token));
    }

    [Fact]
    public async Task What_is_not_stored_is_not_given()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        rig.Store.Failure = new IOException("full");
        await Assert.ThrowsAsync<IOException>(async () => await AskAsync(rig, nonce, token));
    }

    [Fact]
    public async Task A_denied_request_holds_the_machine_where_the_group_says_so()
    {
        await using var rig = await StartAsync(holds: true);
        var (nonce, token) = await BootAsync(rig);
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, null, null));
        Assert.NotNull(rig.Machines.ByMac(Node)!.Installation.Hold);
        Assert.IsType<ConfigAnswer.Denied>(await AskAsync(rig, nonce, token));
        Assert.IsType<ScriptAnswer.Hold>(await rig.ScriptAsync(Node, Own, nonce));
    }

    [Fact]
    public async Task A_secret_that_does_not_name_the_profile_is_an_error_without_its_value()
    {
        await using var rig = await StartAsync();
        rig.Vault.Set(new Secret { Name = "token", Profiles = ["another"] }, Encoding.UTF8.GetBytes(Value), "a test");
        var (nonce, token) = await BootAsync(rig);
        var broken = Assert.IsType<ConfigAnswer.Broken>(await AskAsync(rig, nonce, token));
        Assert.Contains("names neither profile p", broken.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", broken.Reason, StringComparison.Ordinal);
        Assert.Contains(rig.Events.All, happened => happened.Kind == EventKind.Failed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_preview_shows_placeholders_for_secret_and_token_and_counts_as_nothing(bool install)
    {
        await using var rig = await StartAsync(install);
        var (nonce, token) = install ? ("", "") : await BootAsync(rig);
        if (install)
        {
            rig.Dhcp(Node, ipxe: true);
            await rig.Commands.ArmAsync(rig.Machines.ByMac(Node)!, "a test", null, Cancel);
        }
        var machine = rig.Machines.ByMac(Node)!;
        var script = Assert.IsType<ScriptAnswer.Boot>(rig.Boot.PreviewScript(machine, BootStage.IpxeScript, [], BootRig.BaseUrl));
        Assert.Contains($"token={BootService.PreviewSecret}", script.Args[0], StringComparison.Ordinal);
        foreach (var shown in (ConfigAnswer[])[rig.Boot.PreviewIgnition(machine, [], null, BootRig.BaseUrl), rig.Boot.PreviewGeneric(machine, [])])
        {
            Assert.Contains(SecretFunctions.Placeholder, Text(shown), StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", Text(shown), StringComparison.Ordinal);
        }
        Assert.Same(machine, rig.Machines.ByMac(Node));
        if (!install)
        {
            Assert.Contains(Value, Text(await AskAsync(rig, nonce, token)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_event_holds_a_token_or_a_value()
    {
        await using var rig = await StartAsync();
        var (nonce, token) = await BootAsync(rig);
        await AskAsync(rig, nonce, token);
        await AskAsync(rig, null, token);
        await rig.ReportAsync(Node, Own, ReportStep.Fetched, token);
        await AskAsync(rig, nonce, token);
        Assert.All(rig.Events.All, happened =>
        {
            var text = $"{happened} {string.Join(' ', happened.Data)}";
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        });
    }

    private static async Task<BootRig> StartAsync(bool install = false, bool holds = false)
    {
        const string Config = "variant: flatcar\nversion: 1.1.0\nstorage:\n  files: [{path: /etc/key, contents: {inline: '{{ secret \"token\" }}'}}]\n";
        var group = new Group { Id = "g", Profile = "p", Selector = ImmutableSortedDictionary<string, string>.Empty.Add("mac", Node.ToString()), Protection = new Protection(holds) };
        var profile = new Profile
        {
            Id = "p", IgnitionId = "p.yaml", GenericId = "p.cfg", Install = install,
            Boot = new NetBoot("kernel", [], [$"ignition.config.url={BootRig.BaseUrl}/ignition?mac=x", $"inst.ks={BootRig.BaseUrl}/generic?mac=x", "other=http://10.9.9.9/generic"]),
        };
        var catalog = new Catalog([group], [new("p", profile)], [new("p.yaml", Compiled(Config))], [new("p.cfg", Compiled("key={{ secret \"token\" }}"))]);
        var rig = await BootRig.StartAsync(catalog);
        rig.Lease(Node, Own);
        Set(rig, "token", Value);
        return rig;
    }

    private static void Set(BootRig rig, string name, string value) =>
        rig.Vault.Set(new Secret { Name = name, Groups = ["g"] }, Encoding.UTF8.GetBytes(value), "a test");

    private static async Task<(string Nonce, string Token)> BootAsync(BootRig rig)
    {
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        var nonce = BootRig.NonceOf(rig.Dhcp(Node, ipxe: true));
        var boot = Assert.IsType<ScriptAnswer.Boot>(await rig.ScriptAsync(Node, Own, nonce));
        var token = boot.Args[0].Split("&token=")[1];
        Assert.Equal([$"&nonce={nonce}&token={token}", $"&nonce={nonce}&token={token}", ""], boot.Args.Select(argument => argument.Contains("mac=x", StringComparison.Ordinal) ? argument.Split("mac=x")[1] : ""));
        return (nonce, token);
    }

    private static BootRequest Request(string? nonce, string? token, string resource) =>
        BootRig.Request(BootStage.Ignition, Node, Own, nonce, token) with { Resource = resource, IsEncrypted = true };

    private static async Task<ConfigAnswer> AskAsync(BootRig rig, string? nonce, string? token, string resource = "ignition")
    {
        var request = Request(nonce, token, resource);
        return resource switch
        {
            "generic" => await rig.Boot.ForGenericAsync(request, Cancel),
            "cloud" => await rig.Boot.ForCloudAsync(request, Cancel),
            "metadata" => (await rig.Boot.ForMetadataAsync(request, Cancel)).Withheld!,
            _ => await rig.Boot.ForIgnitionAsync(request, Cancel),
        };
    }

    private static string Text(ConfigAnswer answer) => Uri.UnescapeDataString(Encoding.UTF8.GetString(Assert.IsType<ConfigAnswer.Config>(answer).Bytes.Span));

    private static ConfigFile Compiled(string text)
    {
        Assert.True(ConfigFile.TryCompile("ignition/x", Encoding.UTF8.GetBytes(text), out var file, out _));
        return file;
    }
}
