using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>The section <c>flannel</c>: a version, a network config, and the options that this version of flannel has.</summary>
internal static class FlannelOptions
{
    private static readonly string[] Shared =
    [
        "etcd_endpoints", "etcd_cafile", "etcd_certfile", "etcd_keyfile", "etcd_prefix", "ip_masq", "subnet_file", "interface", "public_ip",
    ];

    private static readonly StructType V05 = Section("types.Flannel0_5", Shared);
    private static readonly StructType V06 = Section("types.Flannel0_6", ["etcd_username", "etcd_password", .. Shared]);

    private static readonly StructType V07 = Section(
        "types.Flannel0_7", ["etcd_username", "etcd_password", .. Shared], Field.OptionalFlag("kube_subnet_mgr"));

    private static readonly StructType None = Section("types.Flannel", []);

    /// <summary>What is read first, to learn the version.</summary>
    public static readonly StructType Common = Section("types.flannelCommon", []);

    public static IReadOnlyList<StructType> All { get; } = [Common, V05, V06, V07, None];

    /// <summary>The section's first field, of whichever version its type is.</summary>
    public static Field Version(StructType type) => type.Fields[0];

    public static Field NetworkConfig(StructType type) => type.Fields[1];

    /// <summary>The options of a version; without one, those of 0.6. A version that is refused later has none.</summary>
    public static StructType For(SemanticVersion? version) => version switch
    {
        null => V06,
        { Major: 0, Minor: >= 7 } => V07,
        { Major: 0, Minor: 6 } => V06,
        { Major: 0, Minor: 5 } => V05,
        _ => None,
    };

    private static StructType Section(string name, string[] texts, params Field[] flags) =>
        new(name, [Field.OptionalText("version"), Field.Text("network_config"), .. texts.Select(Field.OptionalText), .. flags]);
}
