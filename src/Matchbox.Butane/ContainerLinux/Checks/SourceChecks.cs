using System.Text.Json;
using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Go;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>What ct checks in a Container Linux Config before it converts it.</summary>
internal static class SourceChecks
{
    public static CheckTable Table { get; } = Build();

    private static CheckTable Build()
    {
        var table = new CheckTable()
            .Field(Config.Version, CheckVersion)
            .Struct(FileContents.Type, CheckFileContents)
            .Field(StoredFile.Mode, CheckFileMode)
            .Field(StoredDirectory.Mode, CheckDirectoryMode)
            .Struct(UpdateSection.Type, CheckUpdate)
            .Field(UpdateSection.Server, CheckUpdateServer)
            .Struct(LocksmithSection.Type, CheckWindow)
            .Field(LocksmithSection.RebootStrategy, CheckRebootStrategy)
            .Field(LocksmithSection.WindowStart, CheckWindowStart)
            .Field(LocksmithSection.WindowLength, CheckWindowLength);
        foreach (var type in EtcdOptions.All)
        {
            table.Field(EtcdOptions.Version(type), CheckEtcdVersion);
        }
        foreach (var type in FlannelOptions.All)
        {
            table.Struct(type, CheckFlannel)
                .Field(FlannelOptions.Version(type), CheckFlannelVersion)
                .Field(FlannelOptions.NetworkConfig(type), CheckNetworkConfig);
        }
        return table;
    }

    private static void CheckVersion(Record config, Complain complain)
    {
        if (config.Number(Config.Version) is not (null or 0))
        {
            complain(Severity.Error, "Invalid version. Only version 0 is supported");
        }
    }

    private static void CheckFileContents(Record contents, Complain complain)
    {
        var sources = (contents.Struct(FileContents.Remote)?.Text(Remote.Url) is { Length: > 0 } ? 1 : 0)
            + (contents.Text(FileContents.Inline)!.Length > 0 ? 1 : 0)
            + (contents.Text(FileContents.Local)!.Length > 0 ? 1 : 0);
        if (sources > 1)
        {
            complain(Severity.Error, "only one of the following can be set: local, inline, remote.url");
        }
    }

    private static void CheckFileMode(Record file, Complain complain)
    {
        if (file.Has(StoredFile.Mode))
        {
            return;
        }
        if (file.IsTrue(StoredFile.Append))
        {
            complain(Severity.Info, "mode unspecified for file, defaulting to 0644 if the file does not exist");
        }
        else
        {
            complain(Severity.Warning, "mode unspecified for file, defaulting to 0644");
        }
    }

    private static void CheckDirectoryMode(Record directory, Complain complain)
    {
        if (!directory.Has(StoredDirectory.Mode))
        {
            complain(Severity.Warning, "mode unspecified for directory, defaulting to 0755");
        }
    }

    private static void CheckUpdate(Record update, Complain complain)
    {
        if (update.Text(UpdateSection.Group)!.ToLowerInvariant() is not ("stable" or "beta" or "alpha")
            && update.Text(UpdateSection.Server)!.Length == 0)
        {
            complain(Severity.Warning, "unknown update group");
        }
    }

    private static void CheckUpdateServer(Record update, Complain complain)
    {
        if (!GoUrl.TryParse(update.Text(UpdateSection.Server)!, out _, out var error))
        {
            complain(Severity.Error, error);
        }
    }

    private static void CheckWindow(Record locksmith, Complain complain)
    {
        if (locksmith.Text(LocksmithSection.WindowStart)!.Length == 0 != (locksmith.Text(LocksmithSection.WindowLength)!.Length == 0))
        {
            complain(Severity.Error, "window-start and window-length must both be specified");
        }
    }

    private static void CheckRebootStrategy(Record locksmith, Complain complain)
    {
        if (locksmith.Text(LocksmithSection.RebootStrategy)!.ToLowerInvariant() is not ("" or "reboot" or "etcd-lock" or "off"))
        {
            complain(Severity.Error, "unknown reboot strategy");
        }
    }

    private static void CheckWindowStart(Record locksmith, Complain complain)
    {
        var start = locksmith.Text(LocksmithSection.WindowStart)!;
        if (start.Length == 0)
        {
            return;
        }
        var hasDay = TrySplitWords(start, out var day, out var clock);
        if (hasDay && day.ToLowerInvariant() is not ("sun" or "mon" or "tue" or "wed" or "thu" or "fri" or "sat" or "not-present"))
        {
            complain(Severity.Error, "unknown day in window start");
        }
        else if (!GoTime.IsClock(hasDay ? clock : start))
        {
            complain(Severity.Error, "couldn't parse window start");
        }
    }

    /// <summary>The first two words on one line; what follows them does not matter.</summary>
    private static bool TrySplitWords(string text, out string first, out string second)
    {
        var rest = text.AsSpan();
        first = NextWord(ref rest);
        second = NextWord(ref rest);
        return first.Length > 0 && second.Length > 0;

        static string NextWord(ref ReadOnlySpan<char> rest)
        {
            var start = 0;
            while (start < rest.Length && char.IsWhiteSpace(rest[start]) && rest[start] != '\n')
            {
                start++;
            }
            var end = start;
            while (end < rest.Length && !char.IsWhiteSpace(rest[end]))
            {
                end++;
            }
            var word = rest[start..end].ToString();
            rest = rest[end..];
            return word;
        }
    }

    private static void CheckWindowLength(Record locksmith, Complain complain)
    {
        var length = locksmith.Text(LocksmithSection.WindowLength)!;
        if (length.Length > 0 && !GoTime.IsDuration(length))
        {
            complain(Severity.Error, "couldn't parse window length");
        }
    }

    private static void CheckEtcdVersion(Record etcd, Complain complain)
    {
        if (VersionOf(etcd, EtcdOptions.Version(etcd.Type)) is not { } version)
        {
            return;
        }
        if (version.IsBefore(2, 3))
        {
            complain(Severity.Error, "Etcd version specified is not valid (too old)");
        }
        else if (version is { Major: 2, Minor: > 3 } or { Major: 3, Minor: > 5 })
        {
            complain(
                Severity.Warning,
                "Etcd minor version specified is too new, only options available in the previous minor version will be accepted");
        }
        else if (version.Major > 3)
        {
            complain(Severity.Error, "Etcd version is not valid (too new)");
        }
    }

    private static void CheckFlannelVersion(Record flannel, Complain complain)
    {
        if (VersionOf(flannel, FlannelOptions.Version(flannel.Type)) is not { } version)
        {
            return;
        }
        if (version.IsBefore(0, 5))
        {
            complain(Severity.Error, "invalid flannel version (too old)");
        }
        else if (version is { Major: 0, Minor: > 7 })
        {
            complain(
                Severity.Warning,
                "flannel minor version too new. Only options available in the previous minor version will be supported");
        }
    }

    private static void CheckFlannel(Record flannel, Complain complain)
    {
        if (flannel.Type.ByYaml("kube_subnet_mgr", 0) is { } managed
            && flannel.IsTrue(managed)
            && flannel.Text(FlannelOptions.NetworkConfig(flannel.Type))!.Length > 0)
        {
            complain(Severity.Error, "flannel network config cannot be provided if kube_subnet_mgr is set");
        }
    }

    private static void CheckNetworkConfig(Record flannel, Complain complain)
    {
        var config = flannel.Text(FlannelOptions.NetworkConfig(flannel.Type))!;
        if (config.Length > 0 && !IsJsonObject(LooseText.ToBytes(config)))
        {
            complain(Severity.Error, "flannel network config doesn't appear to be valid JSON");
        }
    }

    /// <summary>What Go can put into a map: an object, or null; no number may be too large for a double.</summary>
    private static bool IsJsonObject(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 10_000 });
        try
        {
            if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                return false;
            }
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.Number && !double.IsFinite(reader.GetDouble()))
                {
                    return false;
                }
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static SemanticVersion? VersionOf(Record section, Field field) =>
        section.Text(field) is { } text && SemanticVersion.TryParse(text, out var version) ? version : null;
}
