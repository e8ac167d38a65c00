namespace Matchbox.Http.Access;

/// <summary>
/// The cost of a password. The standard is what OWASP names (Password Storage Cheat Sheet): Argon2id with 19 MiB, 2 passes, 1 lane.
/// The dearer choices of RFC 9106 gain less than they would cost an appliance that answers DHCP beside it.
/// </summary>
public sealed record Argon2Settings
{
    public int MemoryKiB { get; init; } = 19 * 1024;

    public int Passes { get; init; } = 2;

    public int Lanes { get; init; } = 1;

    /// <summary>Hashes at once; each holds its memory.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>How many more may wait for their turn.</summary>
    public int MayWait { get; init; } = 16;
}
