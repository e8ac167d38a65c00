using System.CommandLine;
using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Commands;

/// <summary>The flags of <c>serve</c> and <c>check</c>: one for each setting that can be overridden, and poseidon/matchbox's own.</summary>
internal static class ServeFlags
{
    public const string ConfigName = "config";
    public const string VersionName = "version";

    public static readonly string[] HelpNames = ["help", "h", "?"];

    // What help tells of. Every other setting that can be overridden has a flag by the same rule.
    private static readonly (string Path, string Value, string Text)[] Told =
    [
        ("data-path", "FOLDER", "folder of groups/, profiles/ and ignition/"),
        ("assets-path", "FOLDER", "folder of kernels and initrds; '' for none"),
        ("loaders-path", "FOLDER", "folder of boot loaders"),
        ("boot.listen", "ADDRESS:PORT,...", "where machines fetch (default 0.0.0.0:8080)"),
        ("grpc.listen", "ADDRESS:PORT,...", "gRPC, as poseidon/matchbox has it (default: off)"),
        ("admin.listen", "ADDRESS:PORT,...", "people, automation, health, metrics (default 127.0.0.1:9443)"),
        ("compatibility", "MODE", "standard, or strict: poseidon/matchbox's answers everywhere"),
        ("log.level", "LEVEL", "trace, debug, information, warning or error"),
        ("log.format", "FORMAT", "console or json"),
    ];

    /// <summary>poseidon/matchbox's, for the help: those that are no flag of ours already.</summary>
    public const string UpstreamHelp =
        """
        The flags and MATCHBOX_* variables of poseidon/matchbox, with one dash or two:
          -address -rpc-address -data-path -assets-path -log-level -cert-file -key-file -ca-file -key-ring-path
          -web-ssl -web-cert-file -web-key-file -version -help           (docs/migrating.md)
        """;

    /// <summary>For the help of a command; they are read by <see cref="Parser"/>.</summary>
    public static IEnumerable<Option> Options =>
        Told.Select(flag => new Option<string?>($"--{NameOf(flag.Path)}") { Description = flag.Text, HelpName = flag.Value });

    public static GoFlags Parser()
    {
        var flags = new GoFlags().Text(ConfigName, "").Text("c", "").Text("state", "").Text("socket", "").Switch(VersionName, "");
        foreach (var name in HelpNames)
        {
            flags.Switch(name, "");
        }
        foreach (var path in SettingsOverrides.Paths)
        {
            flags.Text(NameOf(path), "");
        }
        foreach (var flag in UpstreamFlags.All)
        {
            _ = flag.Kind == UpstreamValue.Switch ? flags.Switch(flag.Name, "") : flags.Text(flag.Name, "");
        }
        return flags;
    }

    /// <summary>What a flag sets: <see cref="ConfigName"/>, poseidon/matchbox's name of a setting, or its path; null for one that sets nothing.</summary>
    public static string? KeyOf(string name) => name switch
    {
        ConfigName or "c" => ConfigName,
        "state" => "state-path",
        _ when UpstreamFlags.Named(name) is not null => name,
        _ => SettingsOverrides.Paths.FirstOrDefault(path => NameOf(path) == name),
    };

    private static string NameOf(string path) => path.Replace('.', '-');
}
