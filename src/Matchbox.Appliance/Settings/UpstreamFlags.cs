using System.Collections.Immutable;

namespace Matchbox.Appliance.Settings;

/// <summary>
/// The flags and <c>MATCHBOX_*</c> variables of poseidon/matchbox and which setting each one is, so that its unit files and container
/// commands start this appliance. Its words are translated here and nowhere else; the settings know only their own.
/// In the order in which it checks them, which is the order of the faults.
/// </summary>
internal static class UpstreamFlags
{
    public static readonly ImmutableArray<UpstreamFlag> All =
    [
        new("web-ssl", "boot.tls.enabled", UpstreamValue.Switch),
        new("data-path", "data-path", UpstreamValue.Folder),
        new("assets-path", "assets-path", UpstreamValue.Text),
        new("cert-file", "grpc.cert-file", UpstreamValue.Text),
        new("key-file", "grpc.key-file", UpstreamValue.Text),
        new("ca-file", "grpc.ca-file", UpstreamValue.Text),
        new("web-cert-file", "boot.tls.cert-file", UpstreamValue.Text),
        new("web-key-file", "boot.tls.key-file", UpstreamValue.Text),
        new("log-level", "log.level", UpstreamValue.Level),
        new("key-ring-path", "key-ring-path", UpstreamValue.Text),
        new("address", "boot.listen", UpstreamValue.Address),
        new("rpc-address", "grpc.listen", UpstreamValue.Address),
    ];

    private static readonly Dictionary<string, UpstreamFlag> ByName = All.ToDictionary(flag => flag.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, UpstreamFlag> ByVariable = All.ToDictionary(flag => flag.Variable, StringComparer.Ordinal);

    public static UpstreamFlag? Named(string name) => ByName.GetValueOrDefault(name);

    public static UpstreamFlag? OfVariable(string variable) => ByVariable.GetValueOrDefault(variable);

    public static IEnumerable<string> Variables => ByVariable.Keys;

    /// <summary>Where the flag or variable of a source stands in its order of checks; the last place for any other source.</summary>
    public static int OrderOf(string source)
    {
        var order = 0;
        while (order < All.Length && All[order].Source != source && All[order].Variable != source)
        {
            order++;
        }
        return order;
    }
}

/// <summary>How poseidon/matchbox reads a flag's value.</summary>
internal enum UpstreamValue
{
    Text,

    /// <summary>A path that may not be empty.</summary>
    Folder,

    /// <summary>Go's <c>strconv.ParseBool</c>.</summary>
    Switch,

    /// <summary>A level of logrus, in any case.</summary>
    Level,

    /// <summary>An address to listen on; of gRPC's, nothing is off.</summary>
    Address,
}

/// <summary>One of its flags and the setting that it is.</summary>
internal sealed record UpstreamFlag(string Name, string Path, UpstreamValue Kind)
{
    public string Source => $"-{Name}";

    public string Variable => SettingsOverrides.VariableOf(Name);

    /// <summary>Its value as the setting's own; null after a fault was added.</summary>
    public SettingsNode? Translate(string text, SettingsPosition at, ISurroundings? surroundings, ICollection<SettingsFault> faults)
    {
        switch (Kind)
        {
            case UpstreamValue.Switch:
                return GoBool.TryParse(text, out var on)
                    ? new SettingsNode.Scalar(on ? "true" : "false", at)
                    : Refuse($"invalid value \"{text}\" for {at.Source}: parse error");
            case UpstreamValue.Level:
                return LevelOf(text) is { } level
                    ? new SettingsNode.Scalar(level, at)
                    : Refuse($"invalid log-level: not a valid logrus Level: \"{text}\"");
            case UpstreamValue.Folder when text.Length == 0:
                return Refuse(NamedFiles.DataPathRequired);
            case UpstreamValue.Address when text.Length == 0 && Path == "grpc.listen":
                return new SettingsNode.List([], at);
            case UpstreamValue.Address:
                // No address at all is Go's ":http".
                return GoListenAddress.TryParse(text.Length == 0 ? ":http" : text, surroundings, out var addresses, out var error)
                    ? new SettingsNode.List([.. addresses.Select(address => new SettingsNode.Scalar(address.ToString(), at))], at)
                    : Refuse($"failed to start listening: {error}");
            default:
                return new SettingsNode.Scalar(text, at);
        }

        SettingsNode? Refuse(string fault)
        {
            faults.Add(new SettingsFault(at, fault));
            return null;
        }
    }

    // Its words and ours. We have nothing above an error.
    private static string? LevelOf(string text) => text.ToLowerInvariant() switch
    {
        "panic" or "fatal" => "error",
        "warn" => "warning",
        "info" => "information",
        var word and ("error" or "warning" or "information" or "debug" or "trace") => word,
        _ => null,
    };
}
