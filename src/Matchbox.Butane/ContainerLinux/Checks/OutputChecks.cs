using Matchbox.Butane.ContainerLinux.Output;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using UnitFile = Matchbox.Butane.Ignition.UnitFile;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>What Ignition 0.35 checks in a config of version 2.3.0. Storage is in <see cref="StorageChecks"/>.</summary>
internal static class OutputChecks
{
    public static CheckTable Table { get; } = StorageChecks.AddTo(new CheckTable())
        .Struct(Config.Type, CheckFilesystemNames)
        .Field(Reference.Source, CheckReferenceSource)
        .Struct(VerificationSection.Type, CheckHash)
        .Struct(User.Type, CheckUser)
        .Field(Unit.Contents, CheckUnitContents)
        .Field(Unit.Name, CheckUnitName)
        .Struct(SystemdDropin.Type, CheckSystemdDropin)
        .Struct(NetworkdUnit.Type, CheckNetworkdUnit)
        .Struct(NetworkdDropin.Type, CheckNetworkdDropin);

    private static void CheckFilesystemNames(Record config, Complain complain)
    {
        if (config.Struct(Config.Storage) is not { } storage)
        {
            return;
        }
        var filesystems = storage.List(StorageSection.Filesystems);
        var known = filesystems.Select(filesystem => filesystem.Text(Filesystem.Name)!).Append("root").ToHashSet();
        CheckNodes("File", storage.List(StorageSection.Files), StoredFile.Node);
        CheckNodes("Link", storage.List(StorageSection.Links), Link.Node);
        CheckNodes("Directory", storage.List(StorageSection.Directories), StoredDirectory.Node);

        var seen = new HashSet<string> { "root" };
        foreach (var filesystem in filesystems)
        {
            var name = filesystem.Text(Filesystem.Name)!;
            if (!seen.Add(name))
            {
                complain(Severity.Warning, $"Filesystem {GoText.Quote(name)} shadows exising filesystem definition");
            }
        }

        void CheckNodes(string kind, IReadOnlyList<Record> nodes, NodeFields fields)
        {
            foreach (var node in nodes)
            {
                var name = node.Text(fields.Filesystem)!;
                if (name.Length > 0 && !known.Contains(name))
                {
                    complain(
                        Severity.Warning,
                        $"{kind} {GoText.Quote(node.Text(fields.Path)!)} references nonexistent filesystem {GoText.Quote(name)}. "
                        + "(This is ok if it is defined in a referenced config)");
                }
            }
        }
    }

    private static void CheckReferenceSource(Record reference, Complain complain)
    {
        if (Ignition.Spec2.SourceRules.UrlFault(reference.Text(Reference.Source)!) is { } fault)
        {
            complain(Severity.Error, fault);
        }
    }

    private static void CheckHash(Record verification, Complain complain)
    {
        if (verification.Text(VerificationSection.Hash) is not { } hash)
        {
            return;
        }
        var dash = hash.IndexOf('-', StringComparison.Ordinal);
        const int HexDigitsOfSha512 = 128;
        var fault = dash < 0 ? "malformed hash specifier"
            : hash.AsSpan(0, dash) is not "sha512" ? "unrecognized hash function"
            : LooseText.ToBytes(hash[(dash + 1)..]).Length != HexDigitsOfSha512 ? "incorrect size for hash sum"
            : null;
        if (fault is not null)
        {
            complain(Severity.Error, fault);
        }
    }

    private static void CheckUser(Record user, Complain complain)
    {
        if (user.Struct(User.Create) is null)
        {
            return;
        }
        complain(Severity.Warning, "the create object has been deprecated in favor of user-level options");
        foreach (var field in CreateTwins)
        {
            if (!user.IsZero(field, 0))
            {
                complain(Severity.Error, $"cannot use both the create object and the user-level {field.Json} field");
            }
        }
    }

    /// <summary>What <see cref="User.Create"/> holds too.</summary>
    private static readonly Field[] CreateTwins =
    [
        User.Gecos, User.Groups, User.HomeDir, User.NoCreateHome, User.NoLogInit, User.NoUserGroup, User.PrimaryGroup, User.Shell,
        User.System, User.Uid,
    ];

    private static void CheckUnitContents(Record unit, Complain complain)
    {
        var contents = unit.Text(Unit.Contents)!;
        if (UnitFile.Fault(contents, out var hasInstall, out var hasOptions) is { } fault)
        {
            complain(Severity.Error, fault);
            return;
        }
        var isEnabled = unit.IsTrue(Unit.Enable) || unit.IsTrue(Unit.Enabled);
        if (isEnabled && hasOptions && !hasInstall)
        {
            var name = GoText.Quote(unit.Text(Unit.Name)!);
            complain(Severity.Warning, $"unit {name} is enabled, but has no install section so enable does nothing");
        }
    }

    private static void CheckUnitName(Record unit, Complain complain)
    {
        if (GoPath.Extension(unit.Text(Unit.Name)!) is not (".service" or ".socket" or ".device" or ".mount" or ".automount" or ".swap"
            or ".target" or ".path" or ".timer" or ".snapshot" or ".slice" or ".scope"))
        {
            complain(Severity.Error, "invalid systemd unit extension");
        }
    }

    private static void CheckSystemdDropin(Record dropin, Complain complain)
    {
        CheckContents(dropin.Text(SystemdDropin.Contents)!, complain);
        if (GoPath.Extension(dropin.Text(SystemdDropin.Name)!) is not ".conf")
        {
            complain(Severity.Error, "invalid systemd drop-in extension");
        }
    }

    private static void CheckNetworkdUnit(Record unit, Complain complain)
    {
        CheckContents(unit.Text(NetworkdUnit.Contents)!, complain);
        if (GoPath.Extension(unit.Text(NetworkdUnit.Name)!) is not (".link" or ".netdev" or ".network"))
        {
            complain(Severity.Error, "invalid networkd unit extension");
        }
    }

    private static void CheckNetworkdDropin(Record dropin, Complain complain)
    {
        CheckContents(dropin.Text(NetworkdDropin.Contents)!, complain);
        if (GoPath.Extension(dropin.Text(NetworkdDropin.Name)!) is not ".conf")
        {
            complain(Severity.Error, "invalid networkd drop-in extension");
        }
    }

    private static void CheckContents(string contents, Complain complain)
    {
        if (UnitFile.Fault(contents, out _) is { } fault)
        {
            complain(Severity.Error, fault);
        }
    }
}
