using System.Collections;

namespace Matchbox.Appliance.Settings;

/// <summary>Where settings come from: a file or none, variables, flags. Reads them again whenever asked.</summary>
public sealed record SettingsOrigin(
    string? File, IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, string> Flags)
{
    /// <summary>Read when nobody names a file.</summary>
    public const string StandardFile = "/etc/matchbox/appliance.yaml";

    /// <summary>The named file, else that of <c>MATCHBOX_CONFIG</c>, else the standard one if it is there.</summary>
    public static SettingsOrigin Of(string? file, IReadOnlyDictionary<string, string> flags)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }
        file ??= environment.GetValueOrDefault(SettingsOverrides.ConfigVariable) is { Length: > 0 } named ? named : null;
        file ??= System.IO.File.Exists(StandardFile) ? StandardFile : null;
        return new SettingsOrigin(file is null ? null : Path.GetFullPath(file), environment, flags);
    }

    /// <summary>Reads all of it; what is named and needed, such as the file of a certificate, must be there.</summary>
    public SettingsReading Read() => Read(ThisMachine.Instance);

    /// <summary>Reads all of it, and looks for nothing that it names: for who is about to make it.</summary>
    public SettingsReading ReadUnseen() => Read(null);

    private SettingsReading Read(ISurroundings? surroundings)
    {
        if (File is null)
        {
            return ApplianceSettings.Read("", "(no settings file)", Environment, Flags, surroundings);
        }
        string yaml;
        try
        {
            yaml = System.IO.File.ReadAllText(File);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SettingsReading(null, [new SettingsFault(new SettingsPosition(File), $"cannot be read: {failure.Message}")], []);
        }
        return ApplianceSettings.Read(yaml, File, Environment, Flags, surroundings);
    }
}
