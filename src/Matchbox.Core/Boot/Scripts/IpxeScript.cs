using System.Text;
using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Boot.Scripts;

/// <summary>
/// Texts for iPXE. Without a nonce the boot is not of our making (its DHCP answer came from elsewhere) and the text is
/// poseidon/matchbox's, octet for octet. With one, a script uses the network card that booted, tries again for ever and never
/// ends in iPXE's shell. Nothing newer than iPXE of 2019 is used. Pure.
/// </summary>
public static class IpxeScript
{
    /// <summary>What <c>/boot.ipxe</c> says.</summary>
    private const string Upstream =
        "#!ipxe\nchain ipxe?uuid=${uuid}&mac=${mac:hexhyp}&domain=${domain}&hostname=${hostname}&serial=${serial}&arch=${buildarch:uristring}\n";

    // netX is the card that iPXE opened last, that is the one that booted. Serials and names may hold spaces.
    private const string Question =
        "ipxe?uuid=${uuid}&mac=${netX/mac:hexhyp}&domain=${domain:uristring}&hostname=${hostname:uristring}"
        + "&serial=${serial:uristring}&arch=${buildarch:uristring}&platform=${platform}&nonce=";

    /// <summary>The first script: asks for the machine's own.</summary>
    public static string Chain(string? nonce) => nonce is null
        ? Upstream
        : new StringBuilder("#!ipxe\n").Append(Begin).Append("goto ask\n").Append(Again(nonce)).ToString();

    /// <summary>The first script for a loader that came by TFTP, where a relative address would lead back to TFTP.</summary>
    public static string ChainFrom(string baseUrl, string? nonce) =>
        $"#!ipxe\n{Begin}goto ask\n{Again(nonce, baseUrl)}";

    /// <summary>The script for an answer; null where there is none to give.</summary>
    public static string? Of(ScriptAnswer answer, string? nonce) => answer switch
    {
        ScriptAnswer.Boot boot => Boot(boot.Offer, boot.Args, nonce),
        ScriptAnswer.Local local => Local(local.Method, local.Reason),
        ScriptAnswer.Wait wait => Wait(wait.Machine, wait.Reason, wait.Then, nonce),
        ScriptAnswer.Hold hold => Hold(hold.Machine, hold.Reason, nonce),
        _ => null,
    };

    /// <summary>Kernel, initrds, boot. The arguments come as they are to stand; ours follow.</summary>
    public static string Boot(BootOffer offer, IReadOnlyList<string> args, string? nonce)
    {
        var boot = offer.Profile.Boot!;
        var text = new StringBuilder("#!ipxe\n");
        if (nonce is null)
        {
            AppendKernel(text, boot.Kernel, args).Append('\n');
            foreach (var initrd in boot.Initrd)
            {
                text.Append("initrd ").Append(initrd).Append('\n');
            }
            return text.Append("boot\n").ToString();
        }
        var initrds = Initrds.Of(boot, args);
        text.Append(Begin).Append("imgfree\n")
            .Append("echo matchbox: profile ").Append(ConsoleText.ForIpxe(offer.Profile.Id)).Append('\n');
        AppendKernel(text, boot.Kernel, args).Append(initrds.Arguments).Append(" BOOTIF=01-${netX/mac:hexhyp} || goto failed\n");
        foreach (var initrd in initrds.Images)
        {
            text.Append("initrd ").Append(initrd).Append(" || goto failed\n");
        }
        return text.Append("boot || goto failed\n")
            .Append(":failed\n")
            .Append("echo matchbox: the kernel or an initrd of profile ").Append(ConsoleText.ForIpxe(offer.Profile.Id)).Append(" could not be fetched or started\n")
            .Append(Again(nonce)).ToString();
    }

    /// <summary>Shows who asks and why nothing boots, asks again six times, ten seconds apart, then boots the disk.</summary>
    public static string Wait(string machine, string reason, LocalBoot then, string? nonce) => new StringBuilder("#!ipxe\n")
        // Counted by length: iPXE's numbers differ between builds.
        .Append("set mbtries ${mbtries}x\n")
        .Append("echo\n")
        .Append("echo matchbox: ").Append(ConsoleText.ForIpxe(machine)).Append(" UUID ${uuid}\n")
        .Append("echo matchbox: ").Append(ConsoleText.ForIpxe(reason)).Append('\n')
        .Append("iseq ${mbtries} xxxxxxx && goto local ||\n")
        .Append("echo matchbox: asking again in 10 s, the local disk boots after a minute\n")
        .Append("sleep 10\n")
        .Append("chain --replace ").Append(Question).Append(nonce).Append(" ||\n")
        .Append("echo matchbox: no answer\n")
        .Append(":local\n")
        .Append("clear mbtries ||\n")
        .Append("echo matchbox: the local disk is next\n")
        .Append(Disk(then)).ToString();

    /// <summary>Shows the reason and asks again, at last once a minute, until a person frees the machine.</summary>
    public static string Hold(string machine, string reason, string? nonce) => new StringBuilder("#!ipxe\n")
        .Append(Begin)
        .Append("echo\n")
        .Append("echo matchbox: ").Append(ConsoleText.ForIpxe(machine)).Append(" UUID ${uuid} is held\n")
        .Append("echo matchbox: ").Append(ConsoleText.ForIpxe(reason)).Append('\n')
        .Append(Again(nonce)).ToString();

    /// <summary>Boots from the disk.</summary>
    public static string Local(LocalBoot method, string reason) => new StringBuilder("#!ipxe\n")
        .Append("echo matchbox: local disk: ").Append(ConsoleText.ForIpxe(reason)).Append('\n')
        .Append(Disk(method)).ToString();

    private const string Begin = "isset ${mbwait} || set mbwait 2\n";

    // A script that failed asks for the machine's script anew instead of repeating itself: a mended profile boots then.
    // --replace keeps the chain of scripts one deep, however often this happens.
    private static string Again(string? nonce, string? baseUrl = null) =>
        ":again\n"
        + "echo matchbox: asking again in ${mbwait} s\n"
        + "sleep ${mbwait}\n"
        + "iseq ${mbwait} 32 && set mbwait 60 ||\n"
        + "iseq ${mbwait} 16 && set mbwait 32 ||\n"
        + "iseq ${mbwait} 8 && set mbwait 16 ||\n"
        + "iseq ${mbwait} 4 && set mbwait 8 ||\n"
        + "iseq ${mbwait} 2 && set mbwait 4 ||\n"
        + ":ask\n"
        + "imgfree\n"
        + $"chain --replace {(baseUrl is null ? "" : baseUrl + "/")}{Question}{nonce} || goto unanswered\n"
        + ":unanswered\n"
        + "echo matchbox: no script from ${cwuri}\n"
        + "goto again\n";

    // exit 1 tells the firmware that this entry failed, and it takes the next. Many a BIOS stops instead, so there iPXE
    // starts the first disk itself; under UEFI it has no way to.
    private static string Disk(LocalBoot method) => method == LocalBoot.SanBoot
        ? "iseq ${platform} efi && exit 1 ||\nsanboot --no-describe --drive 0x80 || exit 1\n"
        : "exit 1\n";

    private static StringBuilder AppendKernel(StringBuilder text, string kernel, IReadOnlyList<string> args)
    {
        text.Append("kernel ").Append(kernel);
        foreach (var argument in args)
        {
            text.Append(' ').Append(argument);
        }
        return text;
    }
}
