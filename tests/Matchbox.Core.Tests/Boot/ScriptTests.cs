using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Catalogs;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Boot;

public class ScriptTests
{
    private const string Nonce = "0123456789abcdef0123456789abcdef";
    private const string BaseUrl = "http://10.77.0.1:8080";
    private static readonly HardwareAddress Node = HardwareAddress.Parse("52:54:00:77:00:01");

    [Fact]
    public void Without_a_nonce_iPXE_gets_upstreams_text()
    {
        Assert.Equal("#!ipxe\nkernel /k a b=c\ninitrd /i1\ninitrd /i2\nboot\n", IpxeScript.Boot(Offer("/k", ["/i1", "/i2"], "a", "b=c"), ["a", "b=c"], null));
        Assert.Equal(
            "#!ipxe\nchain ipxe?uuid=${uuid}&mac=${mac:hexhyp}&domain=${domain}&hostname=${hostname}&serial=${serial}&arch=${buildarch:uristring}\n",
            IpxeScript.Chain(null));
    }

    [Fact]
    public void With_a_nonce_every_fetch_has_a_way_on_and_nothing_ends_in_a_shell()
    {
        var offer = Offer("/k", ["/a/initrd.img", "/b/initrd.img", "--name main /c"], "x");
        foreach (var script in new[] { IpxeScript.Chain(Nonce), IpxeScript.Boot(offer, ["x"], Nonce), IpxeScript.Hold("m", "r", Nonce) })
        {
            Assert.All(Lines(script, "kernel ", "initrd ", "boot", "chain "), line => Assert.Matches(@" \|\| goto \w+$", line));
            Assert.All(Lines(script, "goto "), line => Assert.Contains($":{line["goto ".Length..]}\n", script, StringComparison.Ordinal));
            Assert.EndsWith("goto again\n", script, StringComparison.Ordinal);
            Assert.Contains($"&nonce={Nonce} ", script, StringComparison.Ordinal);
            Assert.DoesNotContain("shell", script, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Initrds_have_different_names_and_the_arguments_name_them_all()
    {
        var script = IpxeScript.Boot(Offer("/k", ["/a/initrd.img", "/b/initrd.img", "--name main /c", "/d?x=${uuid}"], "x"), ["x"], Nonce);
        Assert.Equal(
            "kernel /k x initrd=initrd.img initrd=initrd1 initrd=main initrd=d BOOTIF=01-${netX/mac:hexhyp} || goto failed", Assert.Single(Lines(script, "kernel ")));
        Assert.Equal(
            ["initrd /a/initrd.img || goto failed", "initrd --name initrd1 /b/initrd.img || goto failed", "initrd --name main /c || goto failed", "initrd /d?x=${uuid} || goto failed"],
            Lines(script, "initrd "));
    }

    [Fact]
    public void A_profile_that_names_its_initrds_is_left_as_it_is()
    {
        var script = IpxeScript.Boot(Offer("/k", ["--name main /c"], "initrd=main"), ["initrd=main"], Nonce);
        Assert.StartsWith("kernel /k initrd=main BOOTIF=", Assert.Single(Lines(script, "kernel ")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${net0/ip}\n#!ipxe || shell && exit ; #x")]
    [InlineData("'; exit\n`reboot` $net_default_mac \\")]
    [InlineData("\u001b[2J\u202e\0\r\nshell")]
    public void Reasons_cannot_become_commands(string hostile)
    {
        foreach (var script in new[] { IpxeScript.Wait(hostile, hostile, LocalBoot.Exit, Nonce), IpxeScript.Hold(hostile, hostile, Nonce), IpxeScript.Local(LocalBoot.SanBoot, hostile) })
        {
            Assert.All(Lines(script, "echo matchbox"), line => Assert.DoesNotMatch(@"\|\||&&|;|#|\$(?!\{(uuid|mbwait|cwuri)\})", line));
            Assert.Empty(Lines(script, "shell", "exit\n", "#!ipxe ||"));
            Assert.All(script, character => Assert.InRange(character, '\n', '~'));
        }
        foreach (var config in new[] { GrubConfig.Wait(hostile, hostile), GrubConfig.Hold(hostile, hostile), GrubConfig.Local(hostile) })
        {
            Assert.All(Lines(config, "echo"), line => Assert.Matches("^echo '[^']*'$", line));
            Assert.All(config, character => Assert.InRange(character, '\n', '~'));
        }
    }

    [Fact]
    public void A_long_reason_is_cut() =>
        Assert.All(IpxeScript.Hold("m", new string('x', 5_000), Nonce).Split('\n'), line => Assert.InRange(line.Length, 0, 250));

    [Fact]
    public void Six_questions_then_the_disk()
    {
        var script = IpxeScript.Wait("m", "r", LocalBoot.SanBoot, Nonce);
        Assert.Contains("set mbtries ${mbtries}x\n", script, StringComparison.Ordinal);
        Assert.Contains("iseq ${mbtries} xxxxxxx && goto local ||\n", script, StringComparison.Ordinal);
        Assert.EndsWith("sanboot --no-describe --drive 0x80 || exit 1\n", script, StringComparison.Ordinal);
        Assert.EndsWith("exit 1\n", IpxeScript.Local(LocalBoot.Exit, "r"), StringComparison.Ordinal);
    }

    [Fact]
    public void GRUB_gets_paths_quoted_words_and_the_MAC()
    {
        var offer = Offer($"{BaseUrl}/assets/vmlinuz", ["--name main (http;10.77.0.1:8080)/assets/initrd.img", "http://other/i"]);
        var text = GrubConfig.Boot(offer, ["a=b", $"url={BaseUrl}/ignition?mac=${{mac:hexhyp}}&nonce={Nonce}", "x=\"y z\"", "m=$net_default_mac"], Node, BaseUrl);
        Assert.Contains(
            $"if linux /assets/vmlinuz a=b 'url={BaseUrl}/ignition?mac=52-54-00-77-00-01&nonce={Nonce}' 'x=\"y z\"' m=52:54:00:77:00:01 BOOTIF=01-52-54-00-77-00-01; then\n",
            text, StringComparison.Ordinal);
        Assert.Contains("if initrd /assets/initrd.img '(http,other)/i'; then\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GRUBs_own_parser_takes_what_GRUB_gets()
    {
        const string Checker = "/usr/bin/grub-script-check";
        Assert.SkipUnless(File.Exists(Checker), $"{Checker} is not there (Debian package grub-common)");
        var offer = Offer("/assets/vmlinuz", ["/assets/a", "/assets/b"]);
        string[] texts =
        [
            GrubConfig.Generic, GrubConfig.Wait("m", "it's | a; test"), GrubConfig.Hold("m", "r"), GrubConfig.Local("r"),
            GrubConfig.Boot(offer, ["a=b", "u=x?mac=${mac:hexhyp}&y=${uuid}", "it's", "$(x)", "{}", ""], Node, BaseUrl), GrubConfig.Boot(Offer("/k", []), [], null, BaseUrl),
        ];
        foreach (var text in texts)
        {
            var start = new System.Diagnostics.ProcessStartInfo(Checker) { RedirectStandardInput = true, RedirectStandardError = true };
            using var checker = System.Diagnostics.Process.Start(start)!;
            await checker.StandardInput.WriteAsync(text);
            checker.StandardInput.Close();
            var errors = await checker.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await checker.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(checker.ExitCode == 0, $"{errors}\n{text}");
        }
    }

    private static IEnumerable<string> Lines(string script, params string[] beginnings) =>
        script.Split('\n').Where(line => beginnings.Any(beginning => line.StartsWith(beginning, StringComparison.Ordinal)));

    private static BootOffer Offer(string kernel, string[] initrd, params string[] args) =>
        BootOffer.Of(new Profile { Id = "p", Boot = new NetBoot(kernel, [.. initrd], [.. args]) }, ConfigFile.Raw("ignition/p.ign", Encoding.UTF8.GetBytes("{}")));
}
