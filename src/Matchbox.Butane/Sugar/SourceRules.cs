using Matchbox.Butane.Ignition;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>What Butane checks in a config before it translates it, struct by struct in the order of the schema.</summary>
internal sealed class SourceRules(Dialect dialect, Report report)
{
    private const string BootDisk = "/dev/disk/by-id/coreos-boot-disk";
    private const string ConfigSections = "$.ignition.config";

    public void Check(Record config, Record? fedora)
    {
        var mirrors = fedora?.Struct(FedoraConfig.BootDevice)?.Struct(BootDevice.Mirror)?.Texts(BootDeviceMirror.Devices);
        CheckFedora(config, new HashSet<string>(mirrors ?? [], StringComparer.Ordinal));
        Walk(config, DocumentPath.Root);
        if (fedora is not null)
        {
            Walk(fedora, DocumentPath.Root);
        }
    }

    private void Walk(Record record, DocumentPath at)
    {
        CheckStruct(record, at);
        var version = dialect.LevelOf(record.Type);
        foreach (var field in record.Type.Fields)
        {
            if (!field.IsKnownTo(version))
            {
                continue;
            }
            if (field.Kind == FieldKind.Struct && record.Struct(field) is { } inner)
            {
                Walk(inner, at.Append(field.Yaml));
            }
            else if (field.Kind == FieldKind.StructList && record.List(field) is { Count: > 0 } items)
            {
                var list = at.Append(field.Yaml);
                for (var i = 0; i < items.Count; i++)
                {
                    Walk(items[i], list.Append(i));
                }
            }
        }
    }

    private void CheckStruct(Record record, DocumentPath at)
    {
        var type = record.Type;
        if (type == FileNode.Type)
        {
            CheckMode(record.Number(FileNode.Mode), isFolder: false, at);
        }
        else if (type == DirectoryNode.Type)
        {
            CheckMode(record.Number(DirectoryNode.Mode), isFolder: true, at);
        }
        else if (type == FileContents.Type)
        {
            if (record.Has(FileContents.Inline) && record.Has(FileContents.Source))
            {
                report.Error(at.Append("inline"), "only one of the following can be set: inline, local, source");
            }
        }
        else if (type == Resource.Type)
        {
            CheckResource(record, at);
        }
        else if (type == Filesystem.Type)
        {
            CheckMountUnit(record, at);
        }
        else if (type == Tree.Type)
        {
            if (record.Text(Tree.Local)!.Length == 0)
            {
                report.Error(at, "local is required");
            }
        }
        else if (type == Unit.Type)
        {
            CheckOneSource(record, Unit.Contents, Unit.ContentsLocal, at);
        }
        else if (type == Dropin.Type)
        {
            CheckOneSource(record, Dropin.Contents, Dropin.ContentsLocal, at);
        }
        else if (type == Quadlet.Type)
        {
            CheckQuadlet(record, at);
        }
        else if (type == BootDevice.Type)
        {
            CheckBootDevice(record, at);
        }
        else if (type == BootDeviceLuks.Type)
        {
            CheckBootDeviceLuks(record, at);
        }
        else if (type == BootDeviceMirror.Type)
        {
            CheckMirror(record, at);
        }
        else if (type == GrubUser.Type)
        {
            CheckGrubUser(record, at);
        }
    }

    private void CheckMode(long? mode, bool isFolder, DocumentPath at)
    {
        if (mode is { } given && DecimalMode.IsLikely(given, isFolder))
        {
            report.Warn(at.Append("mode"), DecimalMode.Message);
        }
    }

    private void CheckResource(Record resource, DocumentPath at)
    {
        Field? last = null;
        var sources = 0;
        foreach (var field in (ReadOnlySpan<Field>)[Resource.Local, Resource.Inline, Resource.Source])
        {
            if (resource.Has(field))
            {
                sources++;
                last = field;
            }
        }
        if (sources > 1)
        {
            report.Error(at.Append(last!.Yaml), "only one of the following can be set: inline, local, source");
        }
        else if (last == Resource.Inline && at.ToString().StartsWith(ConfigSections, StringComparison.Ordinal))
        {
            // The real tool checks a config that stands inside, but not one in a local file.
            IgnitionRules.ValidateInner(System.Text.Encoding.UTF8.GetBytes(resource.Text(Resource.Inline)!), dialect.Ignition, at, report);
        }
    }

    private void CheckMountUnit(Record filesystem, DocumentPath at)
    {
        if (!filesystem.IsTrue(Filesystem.WithMountUnit))
        {
            return;
        }
        const string noFormat = "format is required if with_mount_unit is true";
        const string noPath = "path is required if with_mount_unit is true and format is not swap";
        var format = filesystem.Text(Filesystem.Format);
        var hasPath = !string.IsNullOrEmpty(filesystem.Text(Filesystem.Path));
        if (!MountUnits.KnowsSwap(dialect.Ignition))
        {
            if (!hasPath)
            {
                report.Error(at.Append("path"), noPath);
            }
            if (string.IsNullOrEmpty(format))
            {
                report.Error(at.Append("format"), noFormat);
            }
        }
        else if (string.IsNullOrEmpty(format))
        {
            report.Error(at.Append("format"), noFormat);
        }
        else if (format != "swap" && !hasPath)
        {
            report.Error(at.Append("path"), noPath);
        }
    }

    private void CheckOneSource(Record record, Field contents, Field local, DocumentPath at)
    {
        if (record.Has(contents) && record.Has(local))
        {
            report.Error(at.Append(local.Yaml), "only one of the following can be set: contents, contents_local");
        }
    }

    private void CheckQuadlet(Record quadlet, DocumentPath at)
    {
        CheckOneSource(quadlet, Quadlet.Contents, Quadlet.ContentsLocal, at);
        var name = quadlet.Text(Quadlet.Name)!;
        if (Quadlets.TemplateOf(name) is not null && (quadlet.Has(Quadlet.Contents) || quadlet.Has(Quadlet.ContentsLocal)))
        {
            report.Error(at, "template instances cannot have contents");
        }
        if (!Quadlets.HasKnownExtension(name))
        {
            report.Error(at.Append("name"), "unsupported file extension for quadlet: must be one of .container, .volume, .network, .kube, .image, .build, .pod, or .artifact");
        }
    }

    private void CheckBootDevice(Record device, DocumentPath at)
    {
        var layout = device.Text(BootDevice.Layout);
        var luks = device.Struct(BootDevice.Luks);
        var luksDevice = luks?.Text(BootDeviceLuks.Device);
        var mirror = device.Struct(BootDevice.Mirror);
        var mirrors = mirror?.Texts(BootDeviceMirror.Devices).Count ?? 0;
        var isMainframe = dialect.Minor >= 6;
        switch (layout)
        {
            case null or "aarch64" or "ppc64le" or "x86_64":
                break;
            case "s390x-eckd" or "s390x-zfcp" when isMainframe:
                var prefix = layout == "s390x-eckd" ? "/dev/dasd" : "/dev/sd";
                if (string.IsNullOrEmpty(luksDevice))
                {
                    report.Error(at.Append("layout"), "device is required for layouts: s390x-eckd, s390x-zfcp");
                }
                else if (!EndsWithDisk(luksDevice, prefix))
                {
                    report.Error(at.Append("layout"), "device name must start with /dev/dasd on s390x-eckd layout or /dev/sd on s390x-zfcp layout");
                }
                break;
            case "s390x-virt" when isMainframe:
                break;
            default:
                report.Error(at.Append("layout"), isMainframe
                    ? "layout must be one of: aarch64, ppc64le, s390x-eckd, s390x-virt, s390x-zfcp, x86_64"
                    : "layout must be one of: aarch64, ppc64le, x86_64");
                break;
        }
        var isS390 = layout?.StartsWith("s390x", StringComparison.Ordinal) == true;
        if (isMainframe && isS390 && mirrors > 0)
        {
            report.Error(at.Append("layout"), "mirroring not supported on layouts: s390x-eckd, s390x-zfcp, s390x-virt");
        }
        if (luks?.Struct(BootDeviceLuks.Cex)?.IsTrue(CexSection.Enabled) == true)
        {
            if (layout is null)
            {
                report.Error(at.Append("luks").Append("cex"), "when using cex the targeted architecture must match s390x");
            }
            else if (!isS390)
            {
                report.Error(at.Append("layout"), "when using cex the targeted architecture must match s390x");
            }
            if (luks.List(BootDeviceLuks.Tang).Count > 0 || luks.IsTrue(BootDeviceLuks.Tpm2))
            {
                report.Error(at.Append("luks"), "cannot use cex with clevis");
            }
        }
        if (layout is null && mirrors > 0)
        {
            report.Add(new Finding(
                dialect.Minor >= 7 ? Severity.Error : Severity.Warning, at.Append("mirror"),
                "boot_device.layout should be specified when boot_device.mirror is specified"));
        }
        // The real tool asks the mirror twice: here, and when it comes to it.
        if (mirror is not null)
        {
            CheckMirror(mirror, at.Append("mirror"));
        }
    }

    private void CheckBootDeviceLuks(Record luks, DocumentPath at)
    {
        if (dialect.Minor >= 7 && !string.IsNullOrEmpty(luks.Text(BootDeviceLuks.Device)) && !BootDevices.WantsLuks(luks))
        {
            report.Error(at.Append("luks"), "no method specified for luks");
        }
    }

    private void CheckMirror(Record mirror, DocumentPath at)
    {
        if (mirror.Texts(BootDeviceMirror.Devices).Count == 1)
        {
            report.Error(at.Append("devices"), "mirroring requires at least two devices");
        }
    }

    private void CheckGrubUser(Record user, DocumentPath at)
    {
        if (user.Text(GrubUser.Name)!.Length == 0)
        {
            report.Error(at.Append("name"), "field \"name\" is required");
        }
        if (string.IsNullOrEmpty(user.Text(GrubUser.PasswordHash)))
        {
            report.Error(at.Append("password_hash"), "field \"password_hash\" is required");
        }
    }

    // From fcos 1.6 on: Fedora CoreOS mounts only below /etc and /var, and reuses a partition by its number.
    private void CheckFedora(Record config, HashSet<string> mirrors)
    {
        if (dialect.Variant != Variant.FedoraCoreOs || dialect.Minor < 6 || config.Struct(Config.Storage) is not { } storage)
        {
            return;
        }
        var at = DocumentPath.Root.Append("storage");
        for (var i = 0; i < storage.List(StorageSection.Disks).Count; i++)
        {
            var disk = storage.List(StorageSection.Disks)[i];
            // A mirror's disks are wiped by the sugar itself.
            if (disk.Text(Disk.Device) == BootDisk || disk.IsTrue(Disk.WipeTable) || mirrors.Contains(disk.Text(Disk.Device)!))
            {
                continue;
            }
            for (var p = 0; p < disk.List(Disk.Partitions).Count; p++)
            {
                var partition = disk.List(Disk.Partitions)[p];
                if (partition.Number(Partition.Number) is null or 0 && partition.Has(Partition.Label))
                {
                    report.Warn(
                        at.Append("disks").Append(i).Append("partitions").Append(p).Append("number"),
                        "partitions cannot be reused by label; number must be specified except on boot disk (/dev/disk/by-id/coreos-boot-disk) or when wipe_table is true");
                }
            }
        }
        for (var i = 0; i < storage.List(StorageSection.Filesystems).Count; i++)
        {
            var filesystem = storage.List(StorageSection.Filesystems)[i];
            if (filesystem.IsTrue(Filesystem.WithMountUnit) && filesystem.Text(Filesystem.Path) is { } path && !IsBelow(path, "/etc") && !IsBelow(path, "/var"))
            {
                report.Error(at.Append("filesystems").Append(i).Append("path"), "path must be under /etc or /var if with_mount_unit is true");
            }
        }
    }

    private static bool IsBelow(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static bool EndsWithDisk(string device, string prefix) =>
        device.Length > prefix.Length && char.IsAsciiLetterLower(device[^1]) && device.AsSpan(0, device.Length - 1).EndsWith(prefix);
}
