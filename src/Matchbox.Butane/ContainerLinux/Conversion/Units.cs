using Matchbox.Butane.ContainerLinux.Source;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>The units that were written, of systemd and of networkd, and those that a platform needs.</summary>
internal static class Units
{
    /// <summary>Two platforms do not tell coreos-metadata what they are.</summary>
    public static void AddMetadata(ConversionState state)
    {
        var platform = state.Options.Platform;
        if (platform is not (DynamicData.OpenStackMetadata or DynamicData.CloudStackConfigDrive))
        {
            return;
        }
        const string Dropin = "20-clct-provider-override.conf";
        var contents = "[Service]\nEnvironment=COREOS_METADATA_OPT_PROVIDER=--provider=" + platform;
        state.AddUnit(ServiceDropin.UnitWithDropin("coreos-metadata.service", Dropin, contents));
        state.AddUnit(
            ServiceDropin.UnitWithDropin("coreos-metadata-sshkeys@.service", Dropin, contents).Set(Spec2.Unit.Enabled, true));
    }

    public static void AddSystemd(ConversionState state)
    {
        foreach (var source in state.Config.Struct(Config.Systemd)?.List(SystemdSection.Units) ?? [])
        {
            var unit = source.CopyTo(
                Spec2.Unit.Type, SystemdUnit.Name, SystemdUnit.Enable, SystemdUnit.Enabled, SystemdUnit.Mask, SystemdUnit.Contents);
            foreach (var dropin in source.List(SystemdUnit.Dropins))
            {
                unit.Add(
                    Spec2.Unit.Dropins, dropin.CopyTo(Spec2.Dropin.Type, SystemdDropin.Name, SystemdDropin.Contents));
            }
            state.AddUnit(unit);
        }
    }

    public static void AddNetworkd(ConversionState state)
    {
        foreach (var source in state.Config.Struct(Config.Networkd)?.List(NetworkdSection.Units) ?? [])
        {
            var unit = source.CopyTo(Spec2.NetworkdUnit.Type, NetworkdUnit.Name, NetworkdUnit.Contents);
            foreach (var dropin in source.List(NetworkdUnit.Dropins))
            {
                unit.Add(
                    Spec2.NetworkdUnit.Dropins,
                    dropin.CopyTo(Spec2.NetworkdDropin.Type, NetworkdDropin.Name, NetworkdDropin.Contents));
            }
            state.Ignition.Open(Spec2.Config.Networkd).Add(Spec2.NetworkdSection.Units, unit);
        }
    }
}
