using System.Collections.Immutable;

namespace Matchbox.Http.Rest;

/// <summary>The settings in use.</summary>
public sealed record SettingsView
{
    /// <summary>The settings file; absent: there is none.</summary>
    public string? File { get; init; }

    public required ImmutableArray<SettingView> Settings { get; init; }

    /// <summary>What was wrong with the settings that were offered last: those before them are in use.</summary>
    public required ImmutableArray<string> Refused { get; init; }

    /// <summary>Keys that were changed since the start and count only after another.</summary>
    public required ImmutableArray<string> WaitForRestart { get; init; }
}

/// <summary>A value in use.</summary>
/// <param name="Key">Such as <c>dhcp.subnets[0].mode</c>.</param>
/// <param name="Value">As it was written; a default as it would be written; empty: none.</param>
/// <param name="Source">The file, variable or flag that says so; absent: it is the default.</param>
/// <param name="Line">The file's line, from 1.</param>
/// <param name="Column">From 1.</param>
public sealed record SettingView(string Key, string Value, string? Source = null, int? Line = null, int? Column = null);

/// <summary>What runs here, and where.</summary>
public sealed record AboutView
{
    public required string Version { get; init; }

    /// <summary>What runs it, such as <c>.NET 10.0.1</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>The operating system and the processor.</summary>
    public required string System { get; init; }

    /// <summary>This machine's name.</summary>
    public required string Host { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public ImmutableArray<ListenerView> Listeners { get; init; } = [];

    /// <summary>That of the admin listener.</summary>
    public CertificateView? Certificate { get; init; }

    public ImmutableArray<LoaderView> Loaders { get; init; } = [];

    public required PathsView Paths { get; init; }
}

/// <summary>A place where it is asked.</summary>
/// <param name="Name"><c>boot</c>, <c>secure boot</c>, <c>grpc</c>, <c>admin</c>, <c>control</c>, <c>dhcp</c>, <c>proxy dhcp</c> or <c>tftp</c>.</param>
/// <param name="Address">Such as <c>https://0.0.0.0:9443</c> or <c>udp 0.0.0.0:69</c>.</param>
public sealed record ListenerView(string Name, string Address);

/// <summary>A certificate.</summary>
/// <param name="Sha256">Its fingerprint, in the notation of browsers.</param>
/// <param name="SelfMade">Made by the appliance, and not from an operator's files.</param>
/// <param name="NotAfter">Its end.</param>
public sealed record CertificateView(string Sha256, bool SelfMade, DateTimeOffset NotAfter);

/// <summary>A boot loader.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Size">Octets; absent: it is not there.</param>
/// <param name="Sha256">In hex; absent: it is not there.</param>
/// <param name="State"><c>known</c>: as the list of checksums says; <c>other</c>: not so; <c>missing</c>; <c>unlisted</c>.</param>
public sealed record LoaderView(string Name, long? Size, string? Sha256, string State);

/// <summary>Where things are.</summary>
public sealed record PathsView
{
    public string? Settings { get; init; }

    public required string State { get; init; }

    public required string Data { get; init; }

    /// <summary>Absent: none are served.</summary>
    public string? Assets { get; init; }

    public required string Loaders { get; init; }
}
