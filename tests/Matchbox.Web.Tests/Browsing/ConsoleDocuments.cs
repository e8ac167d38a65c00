namespace Matchbox.Web.Tests.Browsing;

/// <summary>What the appliance's folder declares: one live profile, one that installs, and who gets which.</summary>
internal static class ConsoleDocuments
{
    public static readonly (string Path, string Text)[] All =
    [
        ("profiles/live.json", """{ "id": "live", "name": "Flatcar, live", "boot": { "kernel": "/assets/vmlinuz", "initrd": ["/assets/initrd.gz"], "args": ["ignition.firstboot", "ignition.config.url=${boot}/ignition?mac=${mac:hexhyp}"] }, "ignition_id": "node.bu" }"""),
        ("profiles/install.json", """{ "id": "install", "name": "Flatcar to disk", "install": true, "boot": { "kernel": "/assets/vmlinuz", "initrd": ["/assets/initrd.gz"], "args": ["ignition.firstboot", "ignition.config.url=${boot}/ignition?mac=${mac:hexhyp}"] }, "ignition_id": "node.bu" }"""),
        ("groups/live.json", """{ "id": "live", "name": "Racks with live systems", "profile": "live", "selector": { "role": "live" } }"""),
        ("groups/workers.json", """{ "id": "workers", "name": "Workers", "profile": "install", "selector": { "role": "worker" } }"""),
        ("ignition/node.bu", "variant: flatcar\nversion: 1.1.0\npasswd:\n  users:\n    - name: core\n"),
    ];
}
