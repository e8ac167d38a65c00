using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>How far a boot has come. Ordered: DHCP of an earlier step than the boot has reached begins another boot.</summary>
public enum BootStep
{
    None,
    FirmwareDhcp,
    LoaderFetched,
    LoaderDhcp,
    ScriptServed,
    IgnitionServed,
    Booted,
}

/// <summary>What a boot's script was, once it was given.</summary>
public enum BootAnswer
{
    None,
    Live,
    Installer,
    Local,

    /// <summary>Shown why it boots nothing, or held.</summary>
    Why,
}

/// <summary>One power-on of one machine, as far as we saw it. Immutable; <see cref="BootSessions"/> swaps it.</summary>
public sealed record BootSession
{
    public required HardwareAddress Mac { get; init; }

    public required string Nonce { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public BootStep Step { get; init; }

    /// <summary>What its script said last.</summary>
    public BootAnswer Answer { get; init; }

    /// <summary>The address that belongs to this boot; 0.0.0.0 until it is known.</summary>
    public IPv4Address Address { get; init; }

    public FirmwareKind Firmware { get; init; }

    /// <summary>The first loader that DHCP named last in this boot; empty: none yet.</summary>
    public string OfferedLoader { get; init; } = "";

    /// <summary>First loaders fetched in a row without a word from them.</summary>
    public int LoaderFetches { get; init; }

    /// <summary>When the first of those fetches was.</summary>
    public DateTimeOffset SilentSince { get; init; }

    /// <summary>A loader was fetched from this boot's own path by this boot's address: GRUB, which carries no nonce, is known by it.</summary>
    public bool Proven { get; init; }

    /// <summary>Path of the kernel that its script named; empty once it was fetched, or when it is not ours.</summary>
    public string AwaitedKernel { get; init; } = "";

    public DateTimeOffset LastSeen { get; init; }

    /// <summary>What the timeline was told last: a script that asks every few seconds is told once.</summary>
    public string LastTold { get; init; } = "";
}
