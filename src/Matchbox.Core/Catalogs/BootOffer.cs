using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Catalogs;

/// <summary>A profile with what it needs to boot: its config's bytes, whether it installs, and a digest over all of it.</summary>
public sealed record BootOffer
{
    public required Profile Profile { get; init; }

    /// <summary>The Ignition config; null when the profile names none or its file is missing (<see cref="Fault"/>).</summary>
    public ReadOnlyMemory<byte>? Config { get; init; }

    public required InstallMark Mark { get; init; }

    /// <summary>SHA-256 over kernel, initrds, arguments and config, in hex: what an arming pins.</summary>
    public required string Digest { get; init; }

    /// <summary>Why it cannot boot as it stands, in words for a person; null when it can.</summary>
    public string? Fault { get; init; }

    public bool Installs => Mark.Installs;

    public static BootOffer Of(Profile profile, ReadOnlyMemory<byte>? config, string? fault = null) => new()
    {
        Profile = profile,
        Config = config,
        Mark = InstallMark.Of(profile, config is { } bytes ? bytes.Span : default),
        Digest = DigestOf(profile, config),
        Fault = fault ?? FaultOf(profile, config),
    };

    private static string? FaultOf(Profile profile, ReadOnlyMemory<byte>? config) =>
        profile.Boot is null ? $"profile {profile.Id} has no boot section"
        : profile.IgnitionId.Length > 0 && config is null ? $"profile {profile.Id} names the Ignition config {profile.IgnitionId}, which is not there"
        : null;

    private static string DigestOf(Profile profile, ReadOnlyMemory<byte>? config)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(profile.Boot?.Kernel ?? "");
        foreach (var part in profile.Boot is { } boot ? boot.Initrd.Concat(["--"]).Concat(boot.Args) : [])
        {
            Add(part);
        }
        Add(profile.IgnitionId);
        hash.AppendData(config is { } bytes ? bytes.Span : default);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }
    }
}
