using System.Text;
using Matchbox.Butane.ContainerLinux;

namespace Matchbox.Butane.Tests.ContainerLinux;

public sealed class ContainerLinuxConverterTests
{
    private const string Empty =
        """{"ignition":{"config":{},"security":{"tls":{}},"timeouts":{},"version":"2.3.0"},"networkd":{},"passwd":{},"storage":{},"systemd":{}}""";

    [Fact]
    public void An_empty_document_is_an_empty_config_with_a_warning()
    {
        var result = Convert("# nothing\n");

        Assert.Equal(Empty, Ignition(result));
        Assert.Equal("warning: Configuration is empty\n", Report(result));
    }

    [Fact]
    public void Null_is_an_empty_config() => Assert.Equal(Empty, Ignition(Convert("---\n")));

    [Fact]
    public void A_per_cent_sign_in_a_report_is_taken_for_a_format() =>
        Assert.Equal("warning at line 1, column 1\nConfig has unrecognized key: 5%!y(MISSING)\n", Report(Convert("5%y: 1\n")));

    [Fact]
    public void A_local_file_is_embedded()
    {
        var result = Convert(
            """
            storage:
              files:
                - path: /a
                  mode: 0644
                  contents: {local: a.bin}
            """,
            new OneFile("a.bin", [0xff, 0x20]));

        Assert.Contains("\"source\":\"data:,%FF%20\"", Ignition(result), StringComparison.Ordinal);
        Assert.Equal("", Report(result));
    }

    [Fact]
    public void A_local_file_that_is_not_there_is_told_at_its_name()
    {
        const string Config = "storage:\n  files:\n    - path: /a\n      mode: 0644\n      contents: {local: b}\n";

        Assert.Equal(
            "error at line 5, column 25\nopen files/b: no such file or directory\n", Report(Convert(Config, new OneFile("a", []))));
        Assert.Equal(
            "error at line 5, column 25\n"
            + "local files require setting the --files-dir flag to the directory that contains the file\n",
            Report(Convert(Config)));
        Assert.Equal(
            "error at line 5, column 25\nopen b: path leads out of the files directory\n",
            Report(Convert(Config.Replace("local: b", "local: ../b", StringComparison.Ordinal), new OneFile("b", []))));
        Assert.Equal("", Report(Convert(Config.Replace("local: b", "local: ../files/b", StringComparison.Ordinal), new OneFile("b", []))));
    }

    [Fact]
    public void Binary_text_keeps_its_bytes() => Assert.Contains(
        "\"source\":\"data:,%FF%00\"",
        Ignition(Convert("storage:\n  files:\n    - {path: /a, mode: 0, contents: {inline: !!binary /wA=}}\n")),
        StringComparison.Ordinal);

    [Fact]
    public void A_unit_without_any_option_needs_no_install_section() =>
        Assert.Equal("", Report(Convert("systemd: {units: [{name: a.service, enable: true, contents: '# nothing'}]}\n")));

    [Fact]
    public void A_merged_mapping_gives_what_the_other_has_not()
    {
        var result = Convert(
            """
            storage:
              files:
                - &base {path: /a, mode: 0600}
                - <<: *base
                  path: /b
            """);

        Assert.Contains("\"path\":\"/b\",\"contents\":{\"source\":\"data:,\",\"verification\":{}},\"mode\":384", Ignition(result), StringComparison.Ordinal);
        Assert.Equal("warning at line 4, column 7\nConfig has unrecognized key: <<\n", Report(result));
    }

    [Fact]
    public void All_values_of_a_wrong_type_are_told_at_once() => Assert.Equal(
        """
        error: yaml: unmarshal errors:
          line 1: cannot unmarshal !!map into []types.SystemdUnit
          line 3: cannot unmarshal !!seq into types.UpdateGroup
          line 4: cannot unmarshal !!str `abcdefg...` into types.Locksmith
        Failed to parse config

        """,
        Report(Convert("systemd: {units: {}}\nupdate:\n  group: []\nlocksmith: abcdefghijkl\n")));

    [Fact]
    public void A_config_reference_that_is_no_url_is_told_at_its_source() => Assert.Equal(
        "error at line 4, column 17\nparse \":x\": missing protocol scheme\n",
        Report(Convert("ignition:\n  config:\n    append:\n      - source: ':x'\n")));

    [Fact]
    public void What_is_in_a_certificate_authority_is_told_at_the_section() => Assert.Equal(
        "error at line 3, column 5\ninvalid url scheme\n",
        Report(Convert("ignition:\n  security:\n    tls:\n      certificate_authorities: [{source: 'ftp://x'}]\n")));

    [Fact]
    public void A_window_without_a_length_is_refused() => Assert.Equal(
        "error at line 2, column 3\nwindow-start and window-length must both be specified\nFailed to parse config\n",
        Report(Convert("locksmith:\n  window_start: 1:00\n")));

    [Fact]
    public void Flannel_that_is_managed_by_kubernetes_takes_no_network_config() => Assert.Equal(
        "error at line 2, column 3\nflannel network config cannot be provided if kube_subnet_mgr is set\nFailed to parse config\n",
        Report(Convert("flannel:\n  version: 0.7.0\n  kube_subnet_mgr: true\n  network_config: '{}'\n")));

    [Fact]
    public void Etcdctl_is_told_what_flannel_is_told()
    {
        var result = Convert("flannel: {version: 0.5.1, network_config: '{}', etcd_endpoints: 'http://e', etcd_cafile: /c, etcd_certfile: /d, etcd_keyfile: /k}\n");

        Assert.Contains(
            """ExecStartPre=/usr/bin/etcdctl --endpoints=\"http://e\" --ca-file=\"/c\" --cert-file=\"/d\" --key-file=\"/k\" set /coreos.com/network/config \"{}\""",
            Ignition(result),
            StringComparison.Ordinal);
    }

    private static ContainerLinuxResult Convert(string config, ILocalFiles? files = null) =>
        ContainerLinuxConverter.Convert(Encoding.UTF8.GetBytes(config), new ContainerLinuxOptions { Files = files });

    private static string Ignition(ContainerLinuxResult result) => Encoding.UTF8.GetString(result.Ignition?.ToArray() ?? []);

    private static string Report(ContainerLinuxResult result) => Encoding.UTF8.GetString(result.Report.Span);

    private sealed class OneFile(string name, byte[] bytes) : ILocalFiles
    {
        public string Name => "files";

        public string FullName => "/files";

        public bool TryRead(string path, out byte[] contents, out LocalFault error)
        {
            contents = path == name ? bytes : [];
            error = path == name ? default : new LocalFault("open", "no such file or directory");
            return path == name;
        }

        public LocalKind Follow(string path) => path == name ? LocalKind.File : LocalKind.Missing;

        public LocalEntry Look(string path) => new(path, Follow(path));

        public IReadOnlyList<LocalEntry>? List(string path) => null;
    }
}
