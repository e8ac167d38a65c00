using System.Collections.Immutable;

namespace Matchbox.Appliance.Settings;

/// <summary>HTTPS on the boot listener, in place of HTTP.</summary>
public sealed record BootTlsSettings
{
    public bool Enabled { get; init; }

    public string CertFile { get; init; } = "/etc/matchbox/ssl/server.crt";

    public string KeyFile { get; init; } = "/etc/matchbox/ssl/server.key";
}

/// <summary>The certificate of the admin listener, which is HTTPS always.</summary>
public sealed record AdminTlsSettings
{
    /// <summary>Null, and so is the key: one that the appliance makes itself, kept with its state.</summary>
    public string? CertFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Authorities whose client certificates sign users in by their common name; null: none are asked for.</summary>
    public string? ClientCaFile { get; init; }

    /// <summary>SHA-256 fingerprints of client certificates that are refused all the same.</summary>
    public ImmutableArray<string> ClientDeny { get; init; } = [];
}
