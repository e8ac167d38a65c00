namespace Matchbox.Core.Boot;

/// <summary>What booting needs to know of the appliance's settings.</summary>
public sealed record BootServiceSettings
{
    /// <summary>TCP port of the boot listener, as machines reach it.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>Whether the gate is asked at all.</summary>
    public CompatibilityMode Compatibility { get; init; }
}
