using System.Globalization;

namespace Matchbox.Bench;

/// <summary>A declared folder of many groups, one for each machine, that share a profile with a Butane template of 1 kB.</summary>
internal static class BootFolder
{
    /// <summary>A fair example of what people write; each machine's text differs by its name, address and key.</summary>
    public const string Template =
        """
        variant: flatcar
        version: 1.0.0
        passwd:
          users:
            - name: core
              ssh_authorized_keys:
                - {{.ssh_key}}
        storage:
          files:
            - path: /etc/hostname
              mode: 0644
              contents:
                inline: {{.name}}
            - path: /etc/systemd/network/10-static.network
              mode: 0644
              contents:
                inline: |
                  [Match]
                  MACAddress={{.mac}}
                  [Network]
                  Address={{.address}}/16
                  Gateway=10.77.0.1
                  DNS=10.77.0.1
        systemd:
          units:
            - name: docker.service
              enabled: true
            - name: etcd-member.service
              enabled: true
              dropins:
                - name: 20-cluster.conf
                  contents: |
                    [Service]
                    Environment="ETCD_NAME={{.name}}"
                    Environment="ETCD_LISTEN_CLIENT_URLS=http://0.0.0.0:2379"
                    Environment="ETCD_INITIAL_ADVERTISE_PEER_URLS=http://{{.address}}:2380"
            - name: locksmithd.service
              mask: {{if .master}}true{{else}}false{{end}}

        """;

    public static string MacOf(int machine) => string.Create(CultureInfo.InvariantCulture, $"52:54:00:{machine >> 16 & 255:x2}:{machine >> 8 & 255:x2}:{machine & 255:x2}");

    public static string MetadataOf(int machine) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"name": "node{{machine}}", "address": "10.77.{{machine >> 8}}.{{machine & 255}}", "master": {{(machine % 3 == 0 ? "true" : "false")}}, "ssh_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{{machine:x16}} core@example.net"}""");

    /// <summary>Writes the folder; one group a machine.</summary>
    public static void Write(string folder, int machines)
    {
        foreach (var part in (string[])["groups", "profiles", "ignition"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }
        File.WriteAllText(Path.Combine(folder, "ignition", "node.yaml.tmpl"), Template);
        File.WriteAllText(
            Path.Combine(folder, "profiles", "node.json"),
            """
            {"id": "node", "name": "Nodes", "ignition_id": "node.yaml.tmpl", "install": false, "boot": {"kernel": "/assets/flatcar/vmlinuz",
             "initrd": ["/assets/flatcar/cpio.gz"],
             "args": ["flatcar.first_boot=yes", "console=tty0", "ignition.config.url=http://10.77.0.1:8080/ignition?uuid=${uuid}&mac=${mac:hexhyp}"]}}
            """);
        for (var i = 0; i < machines; i++)
        {
            File.WriteAllText(
                Path.Combine(folder, "groups", string.Create(CultureInfo.InvariantCulture, $"node{i}.json")),
                $$"""{"id": "node{{i}}", "profile": "node", "selector": {"mac": "{{MacOf(i)}}"}, "metadata": {{MetadataOf(i)}}}""");
        }
    }
}
