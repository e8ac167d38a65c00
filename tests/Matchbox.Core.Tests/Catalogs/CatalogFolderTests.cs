using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Tests.Catalogs;

public class CatalogFolderTests
{
    private const string LiveProfile = """{"id": "live", "boot": {"kernel": "/assets/vmlinuz", "initrd": ["/assets/initrd"], "args": ["a=b"]}}""";

    [Fact]
    public void Groups_profiles_and_configs_are_read_with_keys_in_any_case()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/node.json", """{"ID": "n", "Profile": "live", "selector": {"MAC": "52-54-00-77-00-01", "os": "x"}, "metadata": {"a": 1}, "unknown": 5}""")
            .Write("profiles/live.json", """{"id": "live", "Boot": {"KERNEL": "/k", "args": ["x"]}, "ignition_id": "node.ign", "generic_id": "who.cfg"}""")
            .Write("ignition/node.ign", """{"ignition": {"version": "3.3.0"}}""")
            .Write("generic/who.cfg", "hello");
        var reading = CatalogFolder.Read(folder.Path);

        Assert.Empty(reading.Faults);
        var group = Assert.Single(reading.Catalog.Groups);
        Assert.Equal("52:54:00:77:00:01", group.Selector["MAC"]);
        Assert.Equal("""{"a":1}""", group.Metadata);
        var offer = reading.Catalog.OfferOf(group)!;
        Assert.Equal("/k", offer.Profile.Boot!.Kernel);
        Assert.Null(offer.Fault);
        Assert.NotNull(offer.Config);
        Assert.Equal("hello"u8, reading.Catalog.Generic("who.cfg")!.Source.Span);
        Assert.Contains(reading.Notes, note => note.Contains("groups/node.json:1:", StringComparison.Ordinal) && note.Contains("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_told_at_once_with_their_places_and_the_rest_is_used()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/comma.json", "{\n  \"id\": \"a\",\n}")
            .Write("groups/mac.json", "{\n  \"id\": \"b\", \"profile\": \"live\",\n  \"selector\": {\"mac\": \"zz\"}\n}")
            .Write("groups/lost.json", "{\"id\": \"c\", \"selector\": {\"c\": \"1\"},\n \"profile\": \"nowhere\"}")
            .Write("groups/good.json", """{"id": "d", "profile": "live", "selector": {"d": "1"}}""")
            .Write("profiles/live.json", LiveProfile)
            .Write("profiles/noid.json", "\n\n {\"boot\": {}}")
            .Write("profiles/type.json", "{\"id\": \"t\",\n\"boot\": {\"args\": [\"x\", 7]}}");
        var faults = CatalogFolder.Read(folder.Path).Faults.Select(fault => $"{fault.File}:{fault.Line}:{fault.Column}").ToArray();

        Assert.Equal(["groups/comma.json:3:1", "groups/lost.json:2:13", "groups/mac.json:3:23", "profiles/noid.json:3:2", "profiles/type.json:2:24"], faults);
        Assert.Equal(["c", "d"], CatalogFolder.Read(folder.Path).Catalog.Groups.Select(group => group.Id).Order());
    }

    [Fact]
    public void A_broken_profile_tells_its_machines_why()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
            .Write("profiles/p.json", "{\"id\": \"p\", \"boot\": 3}");
        var catalog = CatalogFolder.Read(folder.Path).Catalog;
        Assert.Contains("profiles/p.json:1:21", catalog.OfferOf(catalog.Groups[0])!.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"ignition\": {\"version\": \"3.3.0\"}", "ignition/x.ign:1:34")]
    [InlineData("{\"ignition\": {}}", "ignition/x.ign:1:1")]
    [InlineData("[]", "ignition/x.ign:1:1")]
    public void A_config_that_is_no_Ignition_is_a_fault_and_not_served(string config, string place)
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.ign"}""")
            .Write("ignition/x.ign", config);
        var reading = CatalogFolder.Read(folder.Path);
        Assert.StartsWith(place, reading.Faults[0].ToString(), StringComparison.Ordinal);
        Assert.Contains(place, reading.Catalog.OfferOf(reading.Catalog.Groups[0])!.Fault, StringComparison.Ordinal);
        Assert.True(reading.Catalog.Ignition("x.ign")!.IsBroken);
    }

    [Fact]
    public void A_Butane_config_is_rendered_for_each_group_and_what_would_fail_is_told_for_whom()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "p", "selector": {"mac": "52:54:00:77:00:01"}, "metadata": {"name": "node-a"}}""")
            .Write("groups/b.json", """{"id": "b", "profile": "p", "selector": {"mac": "52:54:00:77:00:02"}}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.yaml"}""")
            .Write("ignition/x.yaml", "variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: /etc/hostname\n      contents: {inline: {{.name}}}\n");
        var reading = CatalogFolder.Read(folder.Path);

        var fault = Assert.Single(reading.Faults);
        Assert.Equal("ignition/x.yaml", fault.File);
        Assert.Contains("map has no entry for key \"name\"", fault.What, StringComparison.Ordinal);
        Assert.Contains("for machines of group b", fault.What, StringComparison.Ordinal);
        Assert.Null(reading.Catalog.OfferOf(reading.Catalog.Groups.Single(group => group.Id == "a"))!.Fault);
        Assert.NotNull(reading.Catalog.OfferOf(reading.Catalog.Groups.Single(group => group.Id == "b"))!.Fault);
    }

    [Fact]
    public void A_template_fault_names_its_place_once_for_all_groups()
    {
        using var folder = new TemporaryFolder()
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.bu"}""")
            .Write("ignition/x.bu", "variant: flatcar\nversion: 1.1.0\n# the request says more\nstorage:\n  files: [{path: {{.where}}}]\n");
        for (var i = 0; i < 9; i++)
        {
            folder.Write($"groups/{i}.json", $$$"""{"id": "g{{{i}}}", "profile": "p", "selector": {"mac": "52:54:00:77:00:0{{{i}}}"}}""");
        }
        var fault = Assert.Single(CatalogFolder.Read(folder.Path).Faults);
        Assert.Equal(("ignition/x.bu", 5, 20), (fault.File, fault.Line, fault.Column));
        Assert.EndsWith("for machines of group g0, g1, g2 and 6 more", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_reads_the_request_is_not_a_fault_because_the_sample_does_not_say_it()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.bu"}""")
            .Write("ignition/x.bu", "variant: flatcar\nversion: 1.1.0\nstorage:\n  files: [{path: {{.request.query.where}}}]\n");
        var reading = CatalogFolder.Read(folder.Path);
        Assert.Empty(reading.Faults);
        Assert.Contains(reading.Notes, note => note.Contains("cannot be tried before one asks", StringComparison.Ordinal));
        Assert.Null(reading.Catalog.OfferOf(reading.Catalog.Groups[0])!.Fault);
    }

    [Fact]
    public void Metadata_that_no_template_can_hold_is_a_fault_at_its_place()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", "{\"profile\": \"p\",\n \"metadata\": {\"big\": 1e999}}")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}}""");
        var fault = Assert.Single(CatalogFolder.Read(folder.Path).Faults);
        Assert.Equal(("groups/g.json", 2), (fault.File, fault.Line));
        Assert.Contains("\"big\"", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generic_file_that_installs_makes_an_installer()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "generic_id": "setup.sh"}""")
            .Write("generic/setup.sh", "coreos-installer install /dev/sda\n");
        var catalog = CatalogFolder.Read(folder.Path).Catalog;
        var offer = catalog.OfferOf(catalog.Groups[0])!;
        Assert.True(offer.Installs);
        Assert.Contains("setup.sh", offer.Mark.Sign, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Butane_error_names_its_line()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.yaml"}""")
            .Write("ignition/x.yaml", "variant: flatcar\nversion: 1.1.0\nstorage:\n  files:\n    - path: etc/hostname\n");
        var fault = Assert.Single(CatalogFolder.Read(folder.Path).Faults);
        Assert.Equal(("ignition/x.yaml", 5, 13), (fault.File, fault.Line, fault.Column));
        Assert.Contains("path not absolute", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wipe_makes_an_installer_of_a_Butane_config_only_when_it_is_switched_on()
    {
        foreach (var wipes in (bool[])[true, false])
        {
            using var folder = new TemporaryFolder()
                .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
                .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "x.bu"}""")
                .Write("ignition/x.bu", $"variant: flatcar\nversion: 1.1.0\nstorage:\n  disks:\n    - device: /dev/sda\n      wipe_table: {(wipes ? "true" : "false")}\n");
            var catalog = CatalogFolder.Read(folder.Path).Catalog;
            Assert.Equal(wipes, catalog.OfferOf(catalog.Groups[0])!.Installs);
        }
    }

    [Theory]
    [InlineData("/assets/flatcar_production_pxe.vmlinuz", "", "flatcar.config.url=http://x", "kernel-argument-old,kernel-argument-first-boot")]
    [InlineData("/assets/flatcar_production_pxe.vmlinuz", "", "flatcar.first_boot=1 ignition.config.url=http://x", "")]
    [InlineData("/assets/flatcar_production_pxe.vmlinuz", "", "coreos.first_boot=1 coreos.config.url=http://x", "kernel-argument-old,kernel-argument-old")]
    [InlineData("/assets/fedora-coreos-live-kernel", "", "ignition.firstboot", "kernel-argument-config,kernel-argument-rootfs")]
    [InlineData("/assets/fedora-coreos-live-kernel", "/assets/fedora-coreos-live-rootfs.img", "ignition.firstboot ignition.config.url=http://x", "")]
    [InlineData("/assets/vmlinuz", "", "ignition.config.url=http://x", "")]
    public void Kernel_arguments_that_boot_badly_are_told(string kernel, string initrd, string args, string rules)
    {
        var profile = new Profile { Id = "p", IgnitionId = "x.ign", Boot = new NetBoot(kernel, [initrd], [.. args.Split(' ')]) };
        Assert.Equal(rules, string.Join(',', KernelArgumentAdvice.On(profile).Select(advice => advice.Rule)));
    }

    [Fact]
    public void A_hint_is_told_once_and_switched_off_by_its_name()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k", "args": ["ignition.config.url=http://x"]}, "ignition_id": "x.yaml"}""")
            .Write("ignition/x.yaml", "variant: flatcar\nversion: 1.1.0\npasswd:\n  users:\n    - name: a\n");
        Assert.Equal(
            "ignition/x.yaml:5:7: user a has neither a key nor a password: nobody can log in as it [user-without-login]",
            Assert.Single(CatalogFolder.Read(folder.Path).Notes));
        Assert.Empty(CatalogFolder.Read(folder.Path, ["user-without-login"]).Notes);
    }

    [Fact]
    public void Nothing_outside_of_the_folder_is_read()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"profile": "p"}""")
            .Write("profiles/p.json", """{"id": "p", "boot": {"kernel": "/k"}, "ignition_id": "../../secret.ign", "generic_id": "link"}""")
            .Write("generic/keep", "");
        File.WriteAllText(System.IO.Path.Combine(folder.Outside, "secret.ign"), """{"ignition": {"version": "3.3.0"}}""");
        File.CreateSymbolicLink(System.IO.Path.Combine(folder.Path, "generic", "link"), System.IO.Path.Combine(folder.Outside, "secret.ign"));
        var reading = CatalogFolder.Read(folder.Path);
        Assert.Contains(reading.Faults, fault => fault.What.Contains("secret.ign is not there", StringComparison.Ordinal));
        Assert.Contains(reading.Faults, fault => fault.What.Contains("leads out of the folder", StringComparison.Ordinal));
        Assert.Null(reading.Catalog.Generic("link"));
    }

    [Fact]
    public void Profiles_below_folders_and_by_cleaned_paths_are_found()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "profile": "rack/one", "selector": {"a": "1"}}""")
            .Write("groups/b.json", """{"id": "b", "profile": "../profiles/live", "selector": {"b": "1"}}""")
            .Write("profiles/rack/one.json", """{"id": "one", "boot": {"kernel": "/one"}}""")
            .Write("profiles/live.json", LiveProfile);
        var reading = CatalogFolder.Read(folder.Path);
        Assert.Empty(reading.Faults);
        Assert.Equal(["/one", "/assets/vmlinuz"], reading.Catalog.Groups.OrderBy(group => group.Id).Select(group => reading.Catalog.OfferOf(group)!.Profile.Boot!.Kernel));
    }

    [Fact]
    public void Keys_that_stand_twice_are_merged_as_Go_does()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"profile": "x", "profile": "live", "selector": {"a": "1"}, "selector": {"b": "2"}, "metadata": {"x": 1, "y": 1}, "metadata": {"x": 2}}""")
            .Write("profiles/live.json", """{"id": "live", "boot": {"kernel": "/a", "args": ["1"]}, "boot": {"args": ["2"]}}""");
        var reading = CatalogFolder.Read(folder.Path);
        Assert.Empty(reading.Faults);
        var group = reading.Catalog.Groups[0];
        Assert.Equal(["a", "b"], group.Selector.Keys);
        Assert.Equal("""{"y":1,"x":2}""", group.Metadata);
        var boot = reading.Catalog.OfferOf(group)!.Profile.Boot!;
        Assert.Equal(("/a", "2"), (boot.Kernel, Assert.Single(boot.Args)));
    }

    [Fact]
    public void Options_are_encoded_and_wrong_ones_named()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/a.json", """{"id": "a", "selector": {"a": "1"}, "profile": "live", "options": {"ntp-servers": ["10.0.0.1"], "209": {"type": "text", "value": "x"}}}""")
            .Write("groups/b.json", "{\"id\": \"b\", \"profile\": \"live\",\n\"options\": {\"no-such-option\": 1}}")
            .Write("profiles/live.json", LiveProfile);
        var reading = CatalogFolder.Read(folder.Path);
        Assert.Equal("groups/b.json:2:13", Assert.Single(reading.Faults) is var fault ? $"{fault.File}:{fault.Line}:{fault.Column}" : "");
        Assert.Equal(new byte[] { 42, 209 }, Assert.Single(reading.Catalog.Groups).Options.Select(option => option.Code));
    }

    [Fact]
    public void A_uuid_selects_in_either_byte_order_and_any_case()
    {
        using var folder = new TemporaryFolder()
            .Write("groups/g.json", """{"id": "g", "profile": "live", "selector": {"uuid": "16E7D8A7-BFA9-428B-9117-363341BB330B"}}""")
            .Write("profiles/live.json", LiveProfile);
        var catalog = CatalogFolder.Read(folder.Path).Catalog;
        Assert.NotNull(catalog.Select(new Labels { { "uuid", "16e7d8a7-bfa9-428b-9117-363341bb330b" } }));
        Assert.NotNull(catalog.Select(new Labels { { "uuid", "a7d8e716-a9bf-8b42-9117-363341bb330b" } }));
        Assert.Null(catalog.Select(new Labels { { "uuid", "a7d8e716-a9bf-8b42-9117-363341bb330c" } }));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_empty_with_a_note()
    {
        var reading = CatalogFolder.Read("/nonexistent/matchbox");
        Assert.Empty(reading.Faults);
        Assert.Empty(reading.Catalog.Groups);
        Assert.Single(reading.Notes);
    }
}
