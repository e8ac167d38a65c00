namespace Matchbox.Http.Rest;

/// <summary>What only the composition of the appliance knows of it.</summary>
public interface IApplianceReport
{
    /// <summary>The settings in use, and who said each. No value of them is a secret: those are named by their files.</summary>
    SettingsView Settings();

    /// <summary>What runs here, and where.</summary>
    AboutView About();
}
