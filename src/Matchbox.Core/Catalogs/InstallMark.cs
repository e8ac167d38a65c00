namespace Matchbox.Core.Catalogs;

/// <summary>
/// Does a profile write a machine's disk. Said by <c>"install"</c>, else found in what it serves: better one question too
/// many than one disk too few.
/// </summary>
/// <param name="Installs">Needs an arming.</param>
/// <param name="Sign">What was found; empty when nothing was.</param>
/// <param name="TakenOff">Something was found and <c>"install": false</c> overrules it: worth an event.</param>
public readonly record struct InstallMark(bool Installs, string Sign, bool TakenOff)
{
    private static readonly string[] ArgumentSigns = ["coreos.inst.install_dev", "coreos.inst=", "flatcar-install", "coreos-installer"];

    private static readonly string[] ConfigSigns =
        ["coreos.inst.install_dev", "flatcar-install", "coreos-install ", "coreos-installer install", "wipeTable", "wipeFilesystem", "wipe_table", "wipe_filesystem"];

    public static InstallMark Of(Profile profile, ConfigFile? config, ConfigFile? generic = null, RenderedConfig? sample = null, ConfigFile? cloud = null)
    {
        var sign = SignIn(profile, config, generic, cloud, sample);
        return profile.Install switch
        {
            true => new InstallMark(true, sign ?? "\"install\": true", false),
            false => new InstallMark(false, sign ?? "", sign is not null),
            null => new InstallMark(sign is not null, sign ?? "", false),
        };
    }

    /// <summary>An installer's mark in what is served; null: none.</summary>
    public static string? SignIn(ReadOnlySpan<byte> served) => InstallSigns.Find(served, ConfigSigns);

    private static string? SignIn(Profile profile, ConfigFile? config, ConfigFile? generic, ConfigFile? cloud, RenderedConfig? sample)
    {
        foreach (var argument in profile.Boot?.Args ?? [])
        {
            foreach (var sign in ArgumentSigns)
            {
                if (argument.Contains(sign, StringComparison.Ordinal))
                {
                    return $"argument {argument}";
                }
            }
        }
        return SignIn(config, sample?.Sign) is { } inConfig ? $"{inConfig} in {profile.IgnitionId}"
            : SignIn(generic, null) is { } inGeneric ? $"{inGeneric} in {profile.GenericId}"
            : SignIn(cloud, null) is { } inCloud ? $"{inCloud} in {profile.CloudId}"
            : null;
    }

    // A branch that the sample did not take counts as well, but for a wipe that is switched off.
    private static string? SignIn(ConfigFile? file, string? sampleSign) =>
        file is null ? null
        : file.Template is null ? SignIn(file.Source.Span)
        : sampleSign ?? InstallSigns.FindInTemplate(file.Source.Span, ConfigSigns);
}
