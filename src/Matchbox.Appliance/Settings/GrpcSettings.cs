using System.Collections.Immutable;
using System.Net;
using Matchbox.Http.Grpc;

namespace Matchbox.Appliance.Settings;

/// <summary>The gRPC listener of poseidon/matchbox's clients, such as its Terraform provider: TLS with client certificates only.</summary>
public sealed record GrpcSettings
{
    /// <summary>Empty: off.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [];

    public string CertFile { get; init; } = "/etc/matchbox/server.crt";

    public string KeyFile { get; init; } = "/etc/matchbox/server.key";

    /// <summary>The authorities that client certificates must come from: one PEM file, one or more certificates.</summary>
    public string CaFile { get; init; } = "/etc/matchbox/ca.crt";

    /// <summary>SHA-256 fingerprints of client certificates that are refused: 64 upper-case hex digits without colons.</summary>
    public ImmutableArray<string> Deny { get; init; } = [];

    /// <summary>What clients may do by their certificates' subjects; empty: each may everything, as with poseidon/matchbox.</summary>
    public ImmutableArray<GrpcRole> Roles { get; init; } = [];

    public bool Enabled => !Listen.IsEmpty;
}
