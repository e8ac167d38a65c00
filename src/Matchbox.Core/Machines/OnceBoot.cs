namespace Matchbox.Core.Machines;

/// <summary>
/// A person wants the machine's next network boot, and no other, to be of a live profile. It is taken by the first boot whose script is
/// given with it, which may ask again; it expires when none comes.
/// </summary>
public sealed record OnceBoot
{
    public required string Profile { get; init; }

    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public string By { get; init; } = "";

    /// <summary>The boot that took it; null: none yet.</summary>
    public string? Nonce { get; init; }

    /// <summary>Does it wait for a boot.</summary>
    public bool IsOpen(DateTimeOffset now) => Nonce is null && now < ExpiresAt;
}
