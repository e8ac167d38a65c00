using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot.Scripts;

/// <summary>
/// Texts for GRUB 2. <see cref="Upstream"/> is poseidon/matchbox's menu, octet for octet. The others belong to our own chain:
/// <see cref="Generic"/> is what every GRUB loads and it goes on with a file for the machine, again and again, so that nothing
/// ends at GRUB's prompt; what that file says tells it how long to wait. Signed GRUB has TFTP only. Pure.
/// </summary>
public static class GrubConfig
{
    /// <summary>
    /// <c>/grub/grub.cfg</c>. GRUB's names for its card differ between firmwares; the default's MAC has one name. The file of a
    /// machine without a name is asked for as <c>unknown.cfg</c>: we know it by its address.
    /// </summary>
    public const string Generic = """
        set mbwait=2
        set mbmac=$net_default_mac
        if [ -z "$mbmac" ]; then set mbmac=$net_efinet0_mac; fi
        if [ -z "$mbmac" ]; then set mbmac=unknown; fi
        while true; do
          set mbpause=$mbwait
          source /grub/machines/$mbmac.cfg
          echo "matchbox: asking again in $mbpause s"
          sleep $mbpause
          if [ "$mbwait" = 2 ]; then set mbwait=4
          elif [ "$mbwait" = 4 ]; then set mbwait=8
          elif [ "$mbwait" = 8 ]; then set mbwait=16
          elif [ "$mbwait" = 16 ]; then set mbwait=32
          else set mbwait=60
          fi
        done

        """;

    /// <summary>The menu for a GRUB that was not started by us.</summary>
    public static string Upstream(BootOffer offer, IReadOnlyList<string> args)
    {
        var boot = offer.Profile.Boot!;
        var text = new StringBuilder("default=0\nfallback=1\ntimeout=1\n");
        foreach (var (firmware, suffix) in new[] { ("EFI", "efi"), ("BIOS", "") })
        {
            text.Append("menuentry \"CoreOS (").Append(firmware).Append(")\" {\n")
                .Append("echo \"Loading kernel\"\n")
                .Append("linux").Append(suffix).Append(" \"").Append(boot.Kernel).Append('"');
            foreach (var argument in args)
            {
                text.Append(' ').Append(argument);
            }
            text.Append("\necho \"Loading initrd\"\ninitrd").Append(suffix).Append(' ');
            foreach (var initrd in boot.Initrd)
            {
                text.Append(" \"").Append(initrd).Append('"');
            }
            text.Append("\n}\n");
        }
        return text.ToString();
    }

    /// <summary>The machine's file for an answer; null where there is none to give.</summary>
    /// <param name="answer">What the machine is told.</param>
    /// <param name="machine">Its MAC, for the variables of profiles; null: unknown.</param>
    /// <param name="baseUrl">Scheme and authority of our own files, which GRUB fetches by TFTP.</param>
    public static string? Of(ScriptAnswer answer, HardwareAddress? machine, string baseUrl) => answer switch
    {
        ScriptAnswer.Boot boot => Boot(boot.Offer, boot.Args, machine, baseUrl),
        ScriptAnswer.Local local => Local(local.Reason),
        ScriptAnswer.Wait wait => Wait(wait.Machine, wait.Reason),
        ScriptAnswer.Hold hold => Hold(hold.Machine, hold.Reason),
        _ => null,
    };

    /// <summary>Kernel, initrds, boot; where one of them fails, the generic file asks again.</summary>
    public static string Boot(BootOffer offer, IReadOnlyList<string> args, HardwareAddress? machine, string baseUrl)
    {
        var boot = offer.Profile.Boot!;
        var words = new GrubWords(machine, baseUrl);
        // linux and initrd: Debian's signed GRUB knows linuxefi on x64 only, and takes linux for it everywhere.
        var text = new StringBuilder()
            .Append("echo 'matchbox: profile ").Append(ConsoleText.ForGrub(offer.Profile.Id)).Append("'\n")
            .Append("if linux ").Append(words.File(boot.Kernel));
        foreach (var argument in args)
        {
            text.Append(' ').Append(words.Argument(argument));
        }
        if (machine is { } mac)
        {
            text.Append(" BOOTIF=01-").Append(mac.ToHyphenString());
        }
        text.Append("; then\n");
        if (!boot.Initrd.IsEmpty)
        {
            text.Append("if initrd");
            foreach (var initrd in boot.Initrd)
            {
                text.Append(' ').Append(words.File(Initrds.UrlOf(initrd)));
            }
            text.Append("; then\nboot\nfi\n");
        }
        else
        {
            text.Append("boot\n");
        }
        return text.Append("fi\n")
            .Append("echo 'matchbox: the kernel or an initrd of profile ").Append(ConsoleText.ForGrub(offer.Profile.Id)).Append(" could not be fetched or started'\n")
            .ToString();
    }

    /// <summary>Shows who asks and why nothing boots, asks again six times, ten seconds apart, then boots the disk; without one it goes on asking.</summary>
    public static string Wait(string machine, string reason) =>
        $"""
        echo 'matchbox: {ConsoleText.ForGrub(machine)}'
        echo 'matchbox: {ConsoleText.ForGrub(reason)}'
        set mbtries="x$mbtries"
        if [ "$mbtries" = xxxxxxx ]; then
          echo 'matchbox: the local disk is next'
        {Disk}
          echo 'matchbox: no disk has a loader'
          set mbtries=
        fi
        echo 'matchbox: the local disk boots after a minute'
        set mbpause=10

        """;

    /// <summary>Shows the reason; the generic file asks again, at last once a minute.</summary>
    public static string Hold(string machine, string reason) =>
        $"""
        echo 'matchbox: {ConsoleText.ForGrub(machine)} is held'
        echo 'matchbox: {ConsoleText.ForGrub(reason)}'

        """;

    /// <summary>Boots from the disk.</summary>
    public static string Local(string reason) =>
        $"""
        echo 'matchbox: local disk: {ConsoleText.ForGrub(reason)}'
        {Disk}
        exit

        """;

    // GRUB can only end with success, which firmware takes for a boot that went well, and it stops in its setup: so GRUB starts
    // the disk's loader itself, from the path of removable media (UEFI 2.10 §3.5.1.1) or from an operating system's own. It
    // tells the loader that it came from $root, which has to be that disk then, and ours again afterwards.
    private const string Disk = """
        if [ "$grub_cpu" = arm64 ]; then set mbcpu=aa64; else set mbcpu=x64; fi
        for mbefi in /EFI/BOOT/BOOT$mbcpu.EFI /EFI/debian/shim$mbcpu.efi /EFI/ubuntu/shim$mbcpu.efi /EFI/fedora/shim$mbcpu.efi /EFI/redhat/shim$mbcpu.efi /EFI/centos/shim$mbcpu.efi /EFI/rocky/shim$mbcpu.efi /EFI/almalinux/shim$mbcpu.efi /EFI/opensuse/shim.efi /EFI/sles/shim.efi /EFI/Microsoft/Boot/bootmgfw.efi; do
          if search --no-floppy --file --set=mbdisk $mbefi; then
            set mbroot=$root
            set root=$mbdisk
            if chainloader $mbefi; then boot; fi
            set root=$mbroot
          fi
        done
        """;
}
