using System.Diagnostics;
using System.Text;
using Matchbox.Butane.Advice;

namespace Matchbox.Butane.Tests.Advice;

public sealed class AdviserTests
{
    // The mistakes of a well-known article: contents as a plain text, and a symbolic link that says that it is no hard one.
    private const string Article =
        """
        variant: flatcar
        version: 1.0.0
        storage:
          files:
            - path: /etc/hostname
              mode: 0644
              contents: node1
            - path: /etc/motd
              contents: |
                Welcome
          links:
            - path: /etc/localtime
              target: /usr/share/zoneinfo/Europe/Berlin
              hard: false
        """;

    [Fact]
    public void The_mistakes_of_a_well_known_article_get_help_at_their_lines()
    {
        var result = Convert(Article);

        Assert.Equal(
            "yaml: unmarshal errors:\n  line 7: cannot unmarshal !!str `node1` into v0_4.Resource\n  line 9: cannot unmarshal !!str `Welcome...` into v0_4.Resource",
            result.Failure!.Replace("`Welcome\n`", "`Welcome...`", StringComparison.Ordinal));
        Assert.Equal(
            [
                "line 7: did you mean contents.inline? contents is a section: put the text below \"inline:\" [section-as-text]",
                "line 9: did you mean contents.inline? contents is a section: put the text below \"inline:\" [section-as-text]",
                "line 14: hard: false is what a link is without it, a symbolic link: leave it out [symbolic-by-default]",
            ],
            Adviser.On(result).Select(advice => advice.ToString()));
    }

    [Theory]
    [InlineData("storage:\n  files:\n    - path: /a\n      mode: 644", "line 6: 644 in decimal is 1204 in octal; write 0644 [decimal-mode]")]
    [InlineData("passwd:\n  users:\n    - name: a\n      sshAuthorizedKeys: [x]\n      password_hash: x", "line 6: did you mean ssh_authorized_keys? [unknown-key]")]
    [InlineData("storage:\n  filse: []", "line 4: did you mean files? [unknown-key]")]
    [InlineData("boot_device:\n  layout: x86_64", "line 3: boot_device is Fedora CoreOS's; flatcar has nothing like it [unknown-key]")]
    [InlineData("systemd:\n  units:\n    - name: a.service\n      contents_local: x", "line 6: contents_local is known from version 1.1.0 of flatcar on [unknown-key]")]
    [InlineData("etcd:\n  name: x", "line 3: etcd is a section of Container Linux Config, which is another language: use matchbox ct, or write units and files [unknown-key]")]
    [InlineData("passwd:\n  users:\n    - name: a", "line 5: user a has neither a key nor a password: nobody can log in as it [user-without-login]")]
    [InlineData("systemd:\n  units:\n    - name: a.service\n      enabled: true\n      contents: |\n        [Service]\n        ExecStart=/usr/bin/rpm-ostree status\n        [Install]\n        WantedBy=x.target", "line 7: rpm-ostree is Fedora CoreOS's: Flatcar does not have it [foreign-system]")]
    [InlineData("passwd:\n  users:\n    - name: a\n      groups: sudo\n      password_hash: x", "line 6: groups is a list: write [sudo] [kind-of-value]")]
    [InlineData("storage:\n  files:\n    - path: /a\n      mode: \"0644\"", "line 6: mode is a number: leave the quotes out [kind-of-value]")]
    [InlineData("storage:\n  files:\n    - path: /a\n      mode: 0600\n      contents:\n        inline: |\n          password: hunter22", "/a seems to hold a secret (password): whoever can ask for this config can read it [plain-secret]")]
    [InlineData("passwd:\n  users:\n    - name: a\n      ssh_authorized_keys: [x]\nstorage:\n  files:\n    - path: /home/a/.ssh/authorized_keys", "line 9: /home/a/.ssh/authorized_keys is written by the keys of user a as well [two-writers]")]
    public void What_goes_wrong_often_gets_help(string config, string expected) =>
        Assert.Contains(Adviser.On(Convert($"variant: flatcar\nversion: 1.0.0\n{config}\n")), advice => advice.ToString().EndsWith(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("variant: flatcar\nversion: 1.9.0\n", "the newest known version of flatcar is 1.1.0")]
    [InlineData("variant: fcso\nversion: 1.5.0\n", "did you mean variant: fcos?")]
    public void An_unknown_dialect_gets_a_known_one(string config, string expected) =>
        Assert.Equal(expected, Assert.Single(Adviser.On(Convert(config))).Text);

    [Theory]
    [InlineData("fcos", "1.5.0", "Fedora CoreOS")]
    [InlineData("fiot", "1.0.0", "Fedora IoT")]
    [InlineData("r4e", "1.1.0", "RHEL for Edge")]
    public void What_is_another_systems_is_said_of_the_system_that_the_config_is_for(string variant, string version, string system)
    {
        var config = $"variant: {variant}\nversion: {version}\nsystemd:\n  units:\n    - name: locksmithd.service\n";

        Assert.Equal($"locksmithd is Flatcar's: {system} does not have it", Assert.Single(Adviser.On(Convert(config))).Text);
    }

    [Theory]
    [InlineData("flatcar", "1.1.0", 3)]
    [InlineData("fcos", "1.5.0", 0)]
    public void SELinux_is_permissive_on_Flatcar(string variant, string version, int told)
    {
        var config = $$"""
            variant: {{variant}}
            version: {{version}}
            kernel_arguments:
              should_exist: [selinux=1, enforcing=1]
            storage:
              files:
                - path: /etc/selinux/config
                  contents: {inline: "SELINUX=enforcing"}
            """;
        var advice = Adviser.On(Convert(config));

        Assert.Equal(told, advice.Count);
        Assert.All(advice, each => Assert.Contains("which Flatcar runs permissive", each.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"ignition": {"version": "3.4.0"}}""")]
    [InlineData("{\n  \"storage\": {},\n  \"ignition\": {\n    \"version\": \"2.3.0\"\n  }\n}\n")]
    public void An_Ignition_config_is_known_for_one(string config)
    {
        var result = Convert(config);

        Assert.Equal("error parsing variant; must be specified", result.Failure);
        Assert.Equal("this looks like an Ignition config; it needs no translation: name it .ign", Assert.Single(Adviser.On(result)).Text);
    }

    [Theory]
    [InlineData("storage: {}\n")]
    [InlineData("ignition: {config: {}}\n")]
    [InlineData("variant: flatcar\nversion: 1.0.0\nignition: {timeouts: {http_total: 1}}\n")]
    public void Other_configs_are_not_taken_for_Ignition(string config) =>
        Assert.DoesNotContain(Adviser.On(Convert(config)), advice => advice.Rule == AdviceRules.AlreadyIgnition);

    // Minutes, if the tree were walked for each finding.
    [Fact]
    public void Many_findings_are_advised_on_in_linear_time_and_up_to_a_bound()
    {
        var result = Convert("variant: flatcar\nversion: 1.0.0\nstorage:\n  files:\n" + string.Concat(Enumerable.Repeat("    - mode: abc\n", 40_000)));
        var clock = Stopwatch.StartNew();

        var advice = Adviser.On(result);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal(Adviser.MaxAdvice, advice.Count);
        Assert.Equal(("$.storage.files.0.mode", 5), (advice[0].Path.ToString(), advice[0].Line));
        Assert.Equal(("$.storage.files.199.mode", 204), (advice[^1].Path.ToString(), advice[^1].Line));
    }

    [Fact]
    public void A_rule_is_switched_off_by_its_name() =>
        Assert.Empty(Adviser.On(Convert("variant: flatcar\nversion: 1.0.0\npasswd:\n  users:\n    - name: a\n"), new HashSet<string> { AdviceRules.UserWithoutLogin }));

    [Fact]
    public void A_good_config_gets_none() => Assert.Empty(Adviser.On(Convert(
        """
        variant: flatcar
        version: 1.1.0
        passwd:
          users:
            - name: core
              ssh_authorized_keys: [ssh-ed25519 AAAA]
        storage:
          files:
            - path: /etc/hostname
              mode: 0644
              contents: {inline: node1}
        systemd:
          units:
            - name: hello.service
              enabled: true
              contents: |
                [Service]
                ExecStart=/usr/bin/echo hello
                [Install]
                WantedBy=multi-user.target
        """)));

    private static ButaneResult Convert(string config) => ButaneConverter.Convert(Encoding.UTF8.GetBytes(config), new ButaneOptions());
}
