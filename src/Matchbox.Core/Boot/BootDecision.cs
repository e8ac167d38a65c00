using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Boot;

/// <summary>How a machine gets to its own disk.</summary>
public enum LocalBoot
{
    /// <summary>The loader ends and the firmware takes its next boot device.</summary>
    Exit,

    /// <summary>The loader starts the first disk itself: many a BIOS stops after a loader that ended.</summary>
    SanBoot,
}

/// <summary>What a machine may do next. A closed set; each carries its reason in words for the timeline.</summary>
public abstract record BootDecision
{
    private BootDecision(string reason) => Reason = reason;

    public string Reason { get; }

    /// <summary>Boots the offer. <paramref name="Install"/> says whether an attempt has to be counted first.</summary>
    public sealed record BootProfile(BootOffer Offer, InstallDelivery Install, string Why) : BootDecision(Why);

    /// <summary>Boots from its disk.</summary>
    public sealed record BootLocal(LocalBoot Method, string Why) : BootDecision(Why);

    /// <summary>Shows who it is and why nothing boots, asks again for a minute, then boots its disk.</summary>
    public sealed record Discover(string Why) : BootDecision(Why);

    /// <summary>Waits until a person frees it.</summary>
    public sealed record Hold(string Why) : BootDecision(Why);

    /// <summary>Gets no part of its protected config: the request is foreign, wrong or late, which is an alarm.</summary>
    public sealed record Deny(string Why) : BootDecision(Why);

    /// <summary>Gets no boot answer at all.</summary>
    public sealed record Silent(string Why) : BootDecision(Why);
}

/// <summary>What a delivery means for the machine's arming.</summary>
public enum InstallDelivery
{
    /// <summary>Nothing: a live profile.</summary>
    Live,

    /// <summary>The first delivery of this boot: an attempt is counted and stored before it is served.</summary>
    NewAttempt,

    /// <summary>This boot's attempt is counted already.</summary>
    SameAttempt,

    /// <summary>Only DHCP so far: the loader may come, nothing is counted.</summary>
    NotYet,
}
