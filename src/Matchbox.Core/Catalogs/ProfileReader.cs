using System.Text.Json;

namespace Matchbox.Core.Catalogs;

/// <summary>A profile from its file, with where it names its configs.</summary>
internal static class ProfileReader
{
    /// <summary>The profile, or null with a fault.</summary>
    public static Profile? Read(DeclaredFile file)
    {
        var profile = new Profile { Id = "" };
        var protection = new ProtectionReader(file);
        foreach (var (key, member) in file.Fields(
            file.Root, "a profile", "id", "name", "boot", "ignition_id", "cloud_id", "generic_id", "install", ProtectionReader.ProtectKey, ProtectionReader.HoldKey))
        {
            if (key is ProtectionReader.ProtectKey or ProtectionReader.HoldKey)
            {
                protection.Read(key, member);
                continue;
            }
            profile = key switch
            {
                "id" => profile with { Id = file.TextOf(member, profile.Id) },
                "name" => profile with { Name = file.TextOf(member, profile.Name) },
                "boot" => profile with { Boot = ReadBoot(file, member.Value, profile.Boot) },
                "ignition_id" => profile with { IgnitionId = file.TextOf(member, profile.IgnitionId) },
                "cloud_id" => profile with { CloudId = file.TextOf(member, profile.CloudId) },
                "generic_id" => profile with { GenericId = file.TextOf(member, profile.GenericId) },
                _ => profile with { Install = file.FlagOf(member, profile.Install) },
            };
        }
        profile = profile with { Protection = protection.End() };
        if (file.IsSound && profile.Id.Length == 0)
        {
            file.Fault(file.Root.Offset, "a profile needs an \"id\"", "add one: the file's name without .json");
        }
        return file.IsSound ? profile : null;
    }

    /// <summary>Where the key stands, for faults found later; the beginning of the file where it does not.</summary>
    public static int OffsetOf(DeclaredFile file, string key)
    {
        foreach (var member in file.Root.Members.Reverse())
        {
            if (member.Name.Equals(key, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value.Offset;
            }
        }
        return 0;
    }

    private static NetBoot? ReadBoot(DeclaredFile file, JsonPart part, NetBoot? before)
    {
        if (part.Kind == JsonValueKind.Null)
        {
            return null;
        }
        var boot = before ?? new NetBoot("", [], []);
        foreach (var (key, member) in file.Fields(part, "\"boot\"", "kernel", "initrd", "args", "cmdline"))
        {
            boot = key switch
            {
                "kernel" => boot with { Kernel = file.TextOf(member, boot.Kernel) },
                "initrd" => boot with { Initrd = [.. file.TextsOf(member, boot.Initrd)] },
                "args" => boot with { Args = [.. file.TextsOf(member, boot.Args)] },
                _ => boot,
            };
        }
        return boot;
    }
}
