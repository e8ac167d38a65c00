using System.Collections.Immutable;

namespace Matchbox.Core.Machines;

/// <summary>
/// A permission for one installation, given by a person or a call. It pins what it was given for: another profile, other
/// content or another mainboard under the same MAC ends it.
/// </summary>
public sealed record Arming
{
    public required string Id { get; init; }

    public required string ProfileId { get; init; }

    /// <summary>SHA-256 of all that will be served, in hex.</summary>
    public required string Digest { get; init; }

    /// <summary>The mainboard it was given for; null where none was known.</summary>
    public MachineUuid? Uuid { get; init; }

    public required DateTimeOffset ArmedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public int AttemptsAllowed { get; init; } = 2;

    /// <summary>The disk that was chosen for it; null: none was, and the profile says which.</summary>
    public ArmedDisk? Disk { get; init; }

    /// <summary>Who gave it, for the timeline.</summary>
    public string By { get; init; } = "";
}

/// <summary>A disk to install on. Its device is a plain path; the rest is for people.</summary>
public sealed record ArmedDisk(string Device, string Path, string? Serial, string? Wwn, string? Model, long Size);

/// <summary>One delivery of an installer. The token itself is never stored.</summary>
public sealed record InstallAttempt
{
    public required int Number { get; init; }

    public required string ArmingId { get; init; }

    public required string ProfileId { get; init; }

    /// <summary>The boot it belongs to: asking again within one boot is not another attempt.</summary>
    public required string Nonce { get; init; }

    /// <summary>SHA-256 of the report token, in hex.</summary>
    public required string TokenHash { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>Why a machine is kept from booting until a person says otherwise.</summary>
public sealed record HoldNote(string Reason, DateTimeOffset Since);

/// <summary>
/// Where an installation stands. Immutable, with one pure method a transition; whoever applies one stores the result before
/// anything is acknowledged or served.
/// </summary>
public sealed record Installation
{
    public static readonly Installation None = new();

    public Arming? Arming { get; init; }

    /// <summary>The attempts of the present arming, oldest first.</summary>
    public ImmutableArray<InstallAttempt> Attempts { get; init; } = [];

    public DateTimeOffset? InstalledAt { get; init; }

    public string? InstalledProfile { get; init; }

    /// <summary>The attempt whose report ended the last installation: the same report again is answered alike.</summary>
    public InstallAttempt? Completed { get; init; }

    public HoldNote? Hold { get; init; }

    public bool IsInstalled => InstalledAt is not null;

    public int AttemptsLeft => Arming is null ? 0 : Arming.AttemptsAllowed - Attempts.Length;

    /// <summary>A new permission; it replaces an older one and frees a held machine.</summary>
    public Installation Arm(Arming arming) => this with { Arming = arming, Attempts = [], Hold = null };

    /// <summary>Takes the permission back; what was installed stays installed.</summary>
    public Installation Disarm() => this with { Arming = null, Attempts = [] };

    /// <summary>Counts one delivery.</summary>
    /// <exception cref="InvalidOperationException">No arming, or none of its attempts is left.</exception>
    public Installation Begin(InstallAttempt attempt) => Arming is not null && AttemptsLeft > 0 && attempt.ArmingId == Arming.Id
        ? this with { Attempts = Attempts.Add(attempt) }
        : throw new InvalidOperationException("An attempt needs an arming with attempts left.");

    /// <summary>After the machine's own, verified word that the attempt ended well: the permission is used up.</summary>
    public static Installation CompletedBy(InstallAttempt attempt, DateTimeOffset at) => new()
    {
        InstalledAt = at,
        InstalledProfile = attempt.ProfileId,
        Completed = attempt,
    };

    public Installation Held(string reason, DateTimeOffset at) => this with { Hold = new HoldNote(reason, at) };

    /// <summary>A person frees the machine; a spent permission goes with the hold.</summary>
    public Installation Release() => AttemptsLeft > 0 ? this with { Hold = null } : this with { Hold = null, Arming = null, Attempts = [] };

    /// <summary>That it is installed, and with what: neither a permission nor a report that would still be taken.</summary>
    public Installation WhatStays() => new() { InstalledAt = InstalledAt, InstalledProfile = InstalledProfile };

    /// <summary>The attempt that a boot already has, or null.</summary>
    public InstallAttempt? AttemptOf(string nonce) => Attempts.FirstOrDefault(a => a.Nonce == nonce);

    public InstallAttempt? AttemptByToken(string tokenHash) => Attempts.FirstOrDefault(a => a.TokenHash == tokenHash);
}
