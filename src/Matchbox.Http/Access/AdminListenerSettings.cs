using System.Collections.Immutable;
using System.Net;

namespace Matchbox.Http.Access;

/// <summary>What the admin listener is told.</summary>
public sealed record AdminListenerSettings
{
    /// <summary>Where a self-made certificate is kept.</summary>
    public required string StatePath { get; init; }

    /// <summary>PEM; null: self-made.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>PEM of authorities whose client certificates name users; null: none are asked for.</summary>
    public string? ClientAuthorityFile { get; init; }

    /// <summary>SHA-256 fingerprints of client certificates that are refused all the same.</summary>
    public ImmutableArray<string> DeniedClients { get; init; } = [];

    /// <summary>Further names by which it may be called.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Addresses that it listens on and that are no wildcard: a self-made certificate has them too.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>Null: nobody signs in by OpenID Connect, and nothing of it is there.</summary>
    public OpenId.OpenIdSettings? OpenId { get; init; }

    /// <summary>Requests of one address: so many at once, and half of it again each second.</summary>
    public int Burst { get; init; } = 200;
}
