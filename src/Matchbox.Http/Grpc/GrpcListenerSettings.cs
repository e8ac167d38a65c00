using System.Collections.Immutable;

namespace Matchbox.Http.Grpc;

/// <summary>What the gRPC listener is made of.</summary>
public sealed record GrpcListenerSettings
{
    /// <summary>The data folder, as errors name it.</summary>
    public required string DataPath { get; init; }

    /// <summary>PEM: the server's certificate, and intermediates after it.</summary>
    public required string CertFile { get; init; }

    /// <summary>PEM: the key of the certificate, not encrypted.</summary>
    public required string KeyFile { get; init; }

    /// <summary>PEM: the certificate authorities whose clients may come in, and nobody else's.</summary>
    public required string CaFile { get; init; }

    /// <summary>SHA-256 fingerprints of client certificates that are refused, in hexadecimal; colons and case do not matter.</summary>
    public ImmutableArray<string> Deny { get; init; } = [];

    /// <summary>What clients may do by their certificates' subjects; empty: each may everything.</summary>
    public ImmutableArray<GrpcRole> Roles { get; init; } = [];

    /// <summary>PEM files of the other listeners' certificates: their authority must not be the one of the clients.</summary>
    public ImmutableArray<string> OtherCertFiles { get; init; } = [];
}
