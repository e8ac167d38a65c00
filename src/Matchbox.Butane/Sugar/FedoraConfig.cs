using Matchbox.Butane.Ignition;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>Where the system itself is put (fcos 1.3 and later).</summary>
internal static class BootDevice
{
    public static readonly Field Layout = Field.OptionalText("layout");
    public static readonly Field Luks = Field.Struct("luks", BootDeviceLuks.Type);
    public static readonly Field Mirror = Field.Struct("mirror", BootDeviceMirror.Type);

    public static readonly StructType Type = new("BootDevice", Layout, Luks, Mirror) { IsVariantOwn = true };
}

internal static class BootDeviceLuks
{
    public static readonly Field Cex = Field.Struct("cex", CexSection.Type).From(6);
    public static readonly Field Device = Field.OptionalText("device").From(6);
    public static readonly Field Discard = Field.OptionalFlag("discard").From(5);
    public static readonly Field Tang = Field.List("tang", TangServer.Type);
    public static readonly Field Threshold = Field.OptionalNumber("threshold");
    public static readonly Field Tpm2 = Field.OptionalFlag("tpm2");

    public static readonly StructType Type = new("BootDeviceLuks", Cex, Discard, Device, Tang, Threshold, Tpm2) { IsVariantOwn = true };
}

internal static class BootDeviceMirror
{
    public static readonly Field Devices = Field.Texts("devices");

    public static readonly StructType Type = new("BootDeviceMirror", Devices) { IsVariantOwn = true };
}

/// <summary>Who may change what GRUB boots (fcos 1.5 and later).</summary>
internal static class Grub
{
    public static readonly Field Users = Field.List("users", GrubUser.Type);

    public static readonly StructType Type = new("Grub", Users) { IsVariantOwn = true };
}

internal static class GrubUser
{
    public static readonly Field Name = Field.Text("name");
    public static readonly Field PasswordHash = Field.OptionalText("password_hash");

    public static readonly StructType Type = new("GrubUser", Name, PasswordHash) { IsVariantOwn = true };
}

/// <summary>What Fedora CoreOS alone has at the root.</summary>
internal static class FedoraConfig
{
    public static readonly Field BootDevice = Field.Struct("boot_device", Sugar.BootDevice.Type).From(3);
    public static readonly Field Grub = Field.Struct("grub", Sugar.Grub.Type).From(5);

    public static readonly StructType Type = new("Config", BootDevice, Grub) { IsVariantOwn = true };
}
