using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Tests.Settings;

/// <summary>Settings from text, as a test writes them.</summary>
internal static class SettingsText
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static SettingsReading Read(string yaml, Dictionary<string, string>? environment = null, Dictionary<string, string>? flags = null) =>
        ApplianceSettings.Read(yaml, "/etc/a.yaml", environment ?? Nothing, flags ?? Nothing);

    public static ApplianceSettings Good(string yaml)
    {
        var reading = Read(yaml);
        Assert.Empty(reading.Faults);
        return reading.Settings!;
    }

    /// <summary>The only fault, as an operator sees it.</summary>
    public static string Fault(string yaml) => Assert.Single(Read(yaml).Faults).ToString();
}
