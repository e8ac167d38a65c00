namespace Matchbox.Core.Boot;

/// <summary>How near to poseidon/matchbox the answers to machines are.</summary>
public enum CompatibilityMode
{
    /// <summary>Its answers where it has one; where it hides a fault or loses a config, what helps: docs/compatibility.md lists each.</summary>
    Standard,

    /// <summary>Its answer everywhere, also where that hides a fault. Installers are served ungated.</summary>
    Strict,
}
