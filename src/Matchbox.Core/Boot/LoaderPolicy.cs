using Matchbox.Core.Networks;

namespace Matchbox.Core.Boot;

/// <summary>Which first loader a firmware gets, by its architecture type (RFC 4578 §2.1 and the IANA registry) and by what was set.</summary>
public static class LoaderPolicy
{
    public const string UndiIpxe = "undionly.kpxe";
    public const string X64Ipxe = "ipxe.efi";
    public const string X64SnpIpxe = "snponly.efi";
    public const string X64Shim = "shimx64.efi";
    public const string Arm64Grub = "grubaa64.efi";
    public const string Arm64Shim = "shimaa64.efi";

    /// <summary>iPXE fetched so often without calling back: Secure Boot refuses unsigned loaders without a word.</summary>
    public const int SilentFetches = 2;

    /// <summary>iPXE has asked DHCP long before, also on slow machines that somebody switches off and on again.</summary>
    public static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(1);

    /// <summary>The loader's file name; null: there is none for this architecture.</summary>
    public static string? FileFor(ushort architecture, LoaderKind kind, bool refusesUnsigned) => architecture switch
    {
        0 or 20 => UndiIpxe,
        // 7 is x64 and 9 is EBC by the registry; the RFC's text had them swapped, and x64 firmware sends both.
        7 or 9 or 16 or 17 => kind switch
        {
            LoaderKind.Shim => X64Shim,
            // Debian 12's ipxe.efi hangs when it ends, so that the firmware never gets to the disk (docs/firmware.md).
            LoaderKind.Ipxe => X64Ipxe,
            LoaderKind.SnpOnly or LoaderKind.Http => X64SnpIpxe,
            _ => refusesUnsigned ? X64Shim : X64SnpIpxe,
        },
        // Debian has no iPXE for ARM64.
        11 or 19 => kind == LoaderKind.Shim ? Arm64Shim : Arm64Grub,
        _ => null,
    };

    public static FirmwareKind FirmwareOf(ushort architecture) => architecture switch
    {
        0 or 20 => FirmwareKind.Bios,
        6 or 7 or 9 or 10 or 11 or (>= 15 and <= 19) or (>= 25 and <= 30) or (>= 33 and <= 40) => FirmwareKind.Uefi,
        _ => FirmwareKind.Unknown,
    };

    /// <summary>The label <c>arch</c> as iPXE names it (<c>${buildarch}</c>).</summary>
    public static string LabelOf(ushort architecture) => architecture switch
    {
        0 or 6 or 15 or 20 => "i386",
        7 or 9 or 16 or 17 => "x86_64",
        10 or 18 or 21 => "arm32",
        11 or 19 or 22 => "arm64",
        27 or 28 => "riscv64",
        39 or 40 => "loong64",
        _ => "",
    };

    /// <summary>The type in words, for people.</summary>
    public static string Describe(ushort architecture) => architecture switch
    {
        0 => "x86 BIOS",
        6 => "IA32 UEFI",
        7 or 9 => "x64 UEFI",
        10 => "ARM32 UEFI",
        11 => "ARM64 UEFI",
        15 => "IA32 UEFI HTTP",
        16 or 17 => "x64 UEFI HTTP",
        18 => "ARM32 UEFI HTTP",
        19 => "ARM64 UEFI HTTP",
        20 => "x86 BIOS HTTP",
        27 => "RISC-V 64 UEFI",
        28 => "RISC-V 64 UEFI HTTP",
        _ => $"architecture {architecture}",
    };
}
