namespace Matchbox.Appliance.Settings;

/// <summary>Puts variables and flags over the file: every single value outside of lists has one of each.</summary>
internal static class SettingsOverrides
{
    public const string Prefix = "MATCHBOX_";

    /// <summary>The variable that names the settings file itself.</summary>
    public const string ConfigVariable = "MATCHBOX_CONFIG";

    /// <summary>The pass phrase of the key ring, which no file and no command line may hold.</summary>
    public const string PassphraseVariable = "MATCHBOX_PASSPHRASE";

    /// <summary>The master key of secrets, in base64.</summary>
    public const string MasterKeyVariable = "MATCHBOX_MASTER_KEY";

    /// <summary>The values that may be overridden, by path.</summary>
    public static readonly string[] Paths =
    [
        "state-path", "data-path", "assets-path", "loaders-path", "compatibility", "write-to", "key-ring-path",
        "log.level", "log.format", "log.file",
        "boot.listen", "boot.secure-listen", "boot.reports-per-minute", "boot.tls.enabled", "boot.tls.cert-file", "boot.tls.key-file",
        "grpc.listen", "grpc.cert-file", "grpc.key-file", "grpc.ca-file", "admin.listen", "admin.tls.cert-file", "admin.tls.key-file",
        "secrets.key-file", "tftp.enabled", "tftp.listen", "tftp.port", "tftp.max-transfers", "tftp.max-transfers-per-source", "tftp.max-window",
        "tftp.max-block-size", "dhcp.port", "dhcp.proxy-port", "dhcp.queue-length",
    ];

    private static readonly Dictionary<string, string> ByVariable = Paths.ToDictionary(VariableOf, StringComparer.Ordinal);

    /// <summary><c>boot.listen</c> is <c>MATCHBOX_BOOT_LISTEN</c>.</summary>
    public static string VariableOf(string path) => Prefix + path.ToUpperInvariant().Replace('.', '_').Replace('-', '_');

    /// <summary>poseidon/matchbox's names first, so that of two names of one setting ours counts. An empty variable is none.</summary>
    public static SettingsNode.Map Apply(
        SettingsNode.Map root,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyDictionary<string, string> flags,
        ISurroundings? surroundings,
        ICollection<SettingsFault> faults,
        ICollection<SettingsFault> notes)
    {
        var variables = environment.Where(pair => pair.Key.StartsWith(Prefix, StringComparison.Ordinal) && pair.Value.Length > 0)
            .OrderBy(pair => UpstreamFlags.OfVariable(pair.Key) is null).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        foreach (var (name, text) in variables)
        {
            var at = new SettingsPosition(name);
            if (UpstreamFlags.OfVariable(name) is { } upstream)
            {
                Put(ref root, upstream, text, at, surroundings, faults);
            }
            else if (ByVariable.TryGetValue(name, out var path))
            {
                root = Put(root, path, text, at);
            }
            else if (name is not (ConfigVariable or PassphraseVariable or MasterKeyVariable))
            {
                notes.Add(new SettingsFault(at, $"this variable is no setting and does nothing{Nearest.Suggest(name, [.. ByVariable.Keys, .. UpstreamFlags.Variables])}"));
            }
        }
        foreach (var (key, text) in flags.OrderBy(pair => UpstreamFlags.Named(pair.Key) is null))
        {
            if (UpstreamFlags.Named(key) is { } upstream)
            {
                Put(ref root, upstream, text, new SettingsPosition(upstream.Source), surroundings, faults);
            }
            else
            {
                root = Put(root, key, text, new SettingsPosition($"--{key.Replace('.', '-')}"));
            }
        }
        return root;
    }

    private static void Put(
        ref SettingsNode.Map root, UpstreamFlag flag, string text, SettingsPosition at, ISurroundings? surroundings, ICollection<SettingsFault> faults)
    {
        if (flag.Translate(text, at, surroundings, faults) is { } value)
        {
            root = root.With(flag.Path.Split('.'), value);
        }
    }

    private static SettingsNode.Map Put(SettingsNode.Map root, string path, string text, SettingsPosition at)
    {
        SettingsNode value = path.EndsWith("listen", StringComparison.Ordinal)
            ? new SettingsNode.List([.. text.Split(',', StringSplitOptions.TrimEntries).Select(item => new SettingsNode.Scalar(item, at))], at)
            : new SettingsNode.Scalar(text, at);
        return root.With(path.Split('.'), value);
    }
}
