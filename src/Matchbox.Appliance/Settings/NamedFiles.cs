namespace Matchbox.Appliance.Settings;

/// <summary>
/// Are the folders and files there that the settings name and need. The folders as poseidon/matchbox wants it: named by a flag or a
/// variable they must be; one that nobody named, or only the settings file, may come later. Faults in its words and order.
/// </summary>
internal sealed class NamedFiles(SettingsSection root, ISurroundings surroundings, ICollection<SettingsFault> faults, ICollection<SettingsFault> notes)
{
    public const string DataPathRequired = "A valid -data-path is required";

    /// <returns>The settings; the assets' folder may be another one, see <see cref="Assets"/>.</returns>
    public ApplianceSettings Check(ApplianceSettings settings)
    {
        if (IsGiven("data-path") && !surroundings.IsFolder(settings.DataPath))
        {
            Fault(root.PositionOf("data-path"), DataPathRequired);
        }
        settings = Assets(settings);
        var grpc = root.Section("grpc");
        if (settings.Grpc.Enabled)
        {
            Need(grpc, "cert-file", "listen", "cert-file", settings.Grpc.CertFile, "Provide a valid TLS server certificate with -cert-file");
            Need(grpc, "key-file", "listen", "key-file", settings.Grpc.KeyFile, "Provide a valid TLS server key with -key-file");
            Need(grpc, "ca-file", "listen", "ca-file", settings.Grpc.CaFile, "Provide a valid TLS certificate authority for authorizing client certificates");
        }
        var tls = root.Section("boot").Section("tls");
        if (settings.Boot.Tls.Enabled)
        {
            Need(tls, "cert-file", "enabled", "web-cert-file", settings.Boot.Tls.CertFile, "Provide a valid SSL server certificate with -web-cert-file");
            Need(tls, "key-file", "enabled", "web-key-file", settings.Boot.Tls.KeyFile, "Provide a valid SSL server key with -web-key-file");
        }
        if (settings.KeyRingPath is { } ring && surroundings.Stat(ring) is { } reason)
        {
            Fault(root.PositionOf("key-ring-path"), $"open {ring}: {reason}");
        }
        var admin = root.Section("admin").Section("tls");
        foreach (var (key, file) in new[] { ("cert-file", settings.Admin.Tls.CertFile), ("key-file", settings.Admin.Tls.KeyFile), ("client-ca-file", settings.Admin.Tls.ClientCaFile) })
        {
            if (file is not null && surroundings.Stat(file) is { } missing)
            {
                Fault(admin.PositionOf(key), $"admin.tls.{key}: stat {file}: {missing}");
            }
        }
        if (settings.Admin.OpenId is { ClientSecretFile: var secret } && surroundings.Stat(secret) is { } absent)
        {
            Fault(root.Section("admin").Section("oidc").PositionOf("client-secret-file"), $"admin.oidc.client-secret-file: stat {secret}: {absent}");
        }
        return settings;
    }

    /// <summary>
    /// poseidon/matchbox looks for assets in its standard folder wherever the data is; we look beside the data first.
    /// </summary>
    private ApplianceSettings Assets(ApplianceSettings settings)
    {
        if (settings.AssetsPath is not { } assets || surroundings.IsFolder(assets))
        {
            return settings;
        }
        if (IsGiven("assets-path"))
        {
            Fault(root.PositionOf("assets-path"), $"Provide a valid -assets-path or '' to disable asset serving: {assets}");
        }
        else if (IsGiven("data-path") && !root.Has("assets-path") && surroundings.IsFolder(ApplianceSettings.DefaultAssetsPath))
        {
            notes.Add(new SettingsFault(root.PositionOf("data-path"), $"there is no {assets}, so assets come from {ApplianceSettings.DefaultAssetsPath}, as with poseidon/matchbox"));
            return settings with { AssetsPath = ApplianceSettings.DefaultAssetsPath };
        }
        return settings;
    }

    // A default that is needed is missed where it was made necessary.
    private void Need(SettingsSection section, string key, string cause, string flag, string path, string text)
    {
        if (surroundings.Stat(path) is { } reason)
        {
            var at = section.PositionOf(section.Has(key) ? key : cause);
            Fault(!section.Has(key) && at.Line == 0 ? new SettingsPosition($"-{flag}") : at, $"{text}: stat {path}: {reason}");
        }
    }

    /// <summary>By a flag or a variable, which have no line.</summary>
    private bool IsGiven(string key) => root.Has(key) && root.PositionOf(key).Line == 0;

    private void Fault(SettingsPosition at, string text) => faults.Add(new SettingsFault(at, text));
}
