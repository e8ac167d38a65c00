namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// Processor and firmware, option 93 (RFC 4578 §2.1; the numbers are IANA's "Processor Architecture Types", which correct the
/// RFC's 7 and 9).
/// </summary>
public enum ClientArchitecture : ushort
{
    X86Bios = 0,
    NecPC98 = 1,
    Itanium = 2,
    DecAlpha = 3,
    ArcX86 = 4,
    IntelLeanClient = 5,
    X86Uefi = 6,
    X64Uefi = 7,
    XscaleEfi = 8,

    /// <summary>EFI byte code; x64 firmware of the RFC's first years sends it for itself.</summary>
    Ebc = 9,
    Arm32Uefi = 10,
    Arm64Uefi = 11,
    PowerOpenFirmware = 12,
    PowerEpapr = 13,
    PowerOpal = 14,
    X86UefiHttp = 15,
    X64UefiHttp = 16,
    EbcHttp = 17,
    Arm32UefiHttp = 18,
    Arm64UefiHttp = 19,
    X86BiosHttp = 20,
    Arm32Uboot = 21,
    Arm64Uboot = 22,
    Arm32UbootHttp = 23,
    Arm64UbootHttp = 24,
    RiscV32Uefi = 25,
    RiscV32UefiHttp = 26,
    RiscV64Uefi = 27,
    RiscV64UefiHttp = 28,
    RiscV128Uefi = 29,
    RiscV128UefiHttp = 30,
    S390Basic = 31,
    S390Extended = 32,
    Mips32Uefi = 33,
    Mips64Uefi = 34,
    Sunway32Uefi = 35,
    Sunway64Uefi = 36,
    LoongArch32Uefi = 37,
    LoongArch32UefiHttp = 38,
    LoongArch64Uefi = 39,
    LoongArch64UefiHttp = 40,
    ArmRpiboot = 41,
}
