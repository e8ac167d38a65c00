using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs;

/// <summary>Tells kernel arguments that boot badly although nothing forbids them: missing ones, and ones by their old names.</summary>
public static class KernelArgumentAdvice
{
    public const string OldName = "kernel-argument-old";
    public const string NoConfig = "kernel-argument-config";
    public const string NoFirstBoot = "kernel-argument-first-boot";
    public const string NoRootfs = "kernel-argument-rootfs";

    public static ImmutableArray<string> Rules { get; } = [OldName, NoConfig, NoFirstBoot, NoRootfs];

    /// <summary>By the rule that says it, and why.</summary>
    public static IEnumerable<(string Rule, string Text)> On(Profile profile)
    {
        if (profile.Boot is not { } boot || boot.Kernel.Length == 0)
        {
            yield break;
        }
        var names = boot.Args.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var isFlatcar = names.Any(name => name.StartsWith("flatcar.", StringComparison.Ordinal)) || boot.Kernel.Contains("flatcar", StringComparison.OrdinalIgnoreCase);
        var isFedora = !isFlatcar && (boot.Kernel.Contains("fedora-coreos", StringComparison.OrdinalIgnoreCase) || names.Any(name => name.StartsWith("coreos.live.", StringComparison.Ordinal)));
        var old = names.Contains("flatcar.config.url") ? "flatcar.config.url" : names.Contains("coreos.config.url") ? "coreos.config.url" : null;
        if (!names.Contains("ignition.config.url"))
        {
            if (old is not null)
            {
                yield return (OldName, $"{old} is the old name: Ignition 2.x reads ignition.config.url, so give that one (the old one beside it does no harm)");
            }
            else if (profile.IgnitionId.Length > 0)
            {
                yield return (NoConfig, $"the profile has the config {profile.IgnitionId}, and no ignition.config.url tells the machine where to fetch it");
            }
        }
        if (isFlatcar && !names.Contains("flatcar.first_boot"))
        {
            yield return names.Contains("coreos.first_boot")
                ? (OldName, "coreos.first_boot is the old name of flatcar.first_boot")
                : (NoFirstBoot, "without flatcar.first_boot=1 Ignition does not run, and the config is never applied");
        }
        if (isFedora && !names.Contains("ignition.firstboot"))
        {
            yield return (NoFirstBoot, "without ignition.firstboot Ignition does not run, and the config is never applied");
        }
        if (isFedora && !names.Contains("coreos.live.rootfs_url") && !boot.Initrd.Any(initrd => initrd.Contains("rootfs", StringComparison.Ordinal)))
        {
            yield return (NoRootfs, "without coreos.live.rootfs_url, or the rootfs among the initrds, Fedora CoreOS's live system does not come up");
        }
    }

    private static string NameOf(string argument)
    {
        var end = argument.AsSpan().IndexOf('=');
        return end < 0 ? argument : argument[..end];
    }
}
