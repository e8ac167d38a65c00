using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>
/// Dynamic data: <c>{PRIVATE_IPV4}</c> and the like in options of etcd and flannel become the environment variables in which
/// coreos-metadata says them on a platform.
/// </summary>
internal static class DynamicData
{
    public const string OpenStackMetadata = "openstack-metadata";
    public const string CloudStackConfigDrive = "cloudstack-configdrive";

    private const string Hostname = "HOSTNAME";
    private const string PrivateIpv4 = "PRIVATE_IPV4";
    private const string PublicIpv4 = "PUBLIC_IPV4";
    private const string PrivateIpv6 = "PRIVATE_IPV6";
    private const string PublicIpv6 = "PUBLIC_IPV6";

    private static readonly Dictionary<string, Dictionary<string, string>> Variables = new()
    {
        ["azure"] = new()
        {
            [PrivateIpv4] = "COREOS_AZURE_IPV4_DYNAMIC",
            [PublicIpv4] = "COREOS_AZURE_IPV4_VIRTUAL",
        },
        ["digitalocean"] = new()
        {
            [Hostname] = "COREOS_DIGITALOCEAN_HOSTNAME",
            [PrivateIpv4] = "COREOS_DIGITALOCEAN_IPV4_PRIVATE_0",
            [PublicIpv4] = "COREOS_DIGITALOCEAN_IPV4_PUBLIC_0",
            [PrivateIpv6] = "COREOS_DIGITALOCEAN_IPV6_PRIVATE_0",
            [PublicIpv6] = "COREOS_DIGITALOCEAN_IPV6_PUBLIC_0",
        },
        ["ec2"] = new()
        {
            [Hostname] = "COREOS_EC2_HOSTNAME",
            [PrivateIpv4] = "COREOS_EC2_IPV4_LOCAL",
            [PublicIpv4] = "COREOS_EC2_IPV4_PUBLIC",
        },
        ["gce"] = new()
        {
            [Hostname] = "COREOS_GCE_HOSTNAME",
            [PrivateIpv4] = "COREOS_GCE_IP_LOCAL_0",
            [PublicIpv4] = "COREOS_GCE_IP_EXTERNAL_0",
        },
        ["packet"] = new()
        {
            [Hostname] = "COREOS_PACKET_HOSTNAME",
            [PrivateIpv4] = "COREOS_PACKET_IPV4_PRIVATE_0",
            [PublicIpv4] = "COREOS_PACKET_IPV4_PUBLIC_0",
            [PublicIpv6] = "COREOS_PACKET_IPV6_PUBLIC_0",
        },
        [OpenStackMetadata] = new()
        {
            [Hostname] = "COREOS_OPENSTACK_HOSTNAME",
            [PrivateIpv4] = "COREOS_OPENSTACK_IPV4_LOCAL",
            [PublicIpv4] = "COREOS_OPENSTACK_IPV4_PUBLIC",
        },
        ["vagrant-virtualbox"] = new()
        {
            [Hostname] = "COREOS_VAGRANT_VIRTUALBOX_HOSTNAME",
            [PrivateIpv4] = "COREOS_VAGRANT_VIRTUALBOX_PRIVATE_IPV4",
        },
        [CloudStackConfigDrive] = new()
        {
            [Hostname] = "CLOUDSTACK_LOCAL_HOSTNAME",
        },
        ["custom"] = new()
        {
            [Hostname] = "COREOS_CUSTOM_HOSTNAME",
            [PrivateIpv4] = "COREOS_CUSTOM_PRIVATE_IPV4",
            [PublicIpv4] = "COREOS_CUSTOM_PUBLIC_IPV4",
            [PrivateIpv6] = "COREOS_CUSTOM_PRIVATE_IPV6",
            [PublicIpv6] = "COREOS_CUSTOM_PUBLIC_IPV6",
        },
    };

    /// <summary>The platforms there are, in the order in which ct lists them.</summary>
    public static IReadOnlyList<string> Platforms { get; } = [.. Variables.Keys];

    /// <summary>No platform at all is good as long as no dynamic data is asked for.</summary>
    public static bool IsPlatform(string platform) => platform.Length == 0 || Variables.ContainsKey(platform);

    /// <summary>Some brace stands in it: ct asks for no more.</summary>
    public static bool IsUsedIn(string text) => text.AsSpan().ContainsAny('{', '}');

    /// <param name="filled">The text with the platform's variables; null if it wants something that the platform has not.</param>
    public static bool TryFill(string text, string platform, [NotNullWhen(true)] out string? filled)
    {
        filled = text;
        var start = filled.IndexOf('{', StringComparison.Ordinal);
        var end = filled.IndexOf('}', StringComparison.Ordinal);
        while (start >= 0 && start < end)
        {
            if (!Variables[platform].TryGetValue(filled[(start + 1)..end], out var variable))
            {
                filled = null;
                return false;
            }
            filled = $"{filled[..start]}${{{variable}}}{filled[(end + 1)..]}";
            // ct looks on from where the field ended, which may be within the variable's name, but behind its opening brace.
            start = filled.IndexOf('{', end);
            end = start < 0 ? -1 : filled.IndexOf('}', start);
        }
        return true;
    }
}
