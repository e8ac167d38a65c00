using System.ComponentModel.DataAnnotations;
using Matchbox.Core.Boot;
using Matchbox.Http.Boot.Secure;
using Matchbox.Http.Boot.Signing;

namespace Matchbox.Http.Boot;

/// <summary>What the boot listener serves and how much of it at once. Immutable.</summary>
public sealed record BootListenerSettings
{
    /// <summary>The folder under <c>/assets/</c>; null switches it off. It may appear later.</summary>
    public string? AssetsPath { get; init; }

    /// <summary>The folder of the boot loaders, under <c>/boot/NONCE/</c>.</summary>
    public required string LoadersPath { get; init; }

    /// <summary>How near to poseidon/matchbox the answers are; the same as that of <see cref="BootServiceSettings"/>.</summary>
    public CompatibilityMode Compatibility { get; init; }

    /// <summary>Signs each path's answer under its <c>.sig</c> and <c>.asc</c>; null: there are no such paths.</summary>
    public IDetachedSigner? Signer { get; init; }

    /// <summary>Where protected configs are fetched over TLS; null: nowhere, unless the boot listener itself speaks TLS.</summary>
    public SecureListener? Secure { get; init; }

    /// <summary>Reports taken of one address in a minute.</summary>
    [Range(1, 10_000)]
    public int ReportsPerMinute { get; init; } = 60;

    /// <summary>Connections at once, over all addresses. A rack of machines holds a few each.</summary>
    [Range(16, 1_000_000)]
    public int MaxConnections { get; init; } = 10_000;
}
