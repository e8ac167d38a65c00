using System.Collections.Immutable;

namespace Matchbox.Core.Boot;

/// <summary>What can be wrong with a machine's boot.</summary>
public enum FindingKind
{
    Held,
    IdentityConflict,
    Ignored,
    Retired,
    NotSeen,
    WaitingForNetworkBoot,
    PoolExhausted,
    ForeignServer,
    OfferNotTaken,
    WrongArchitecture,
    TransferTroubled,
    LoaderSilent,
    ChainloadLoop,
    UnknownMachine,
    NoProfile,
    NotArmed,
    ConfigBroken,
    ConfigDenied,
    AssetMissing,
    KernelNotFetched,
    ConfigNotFetched,
    InstallerFailed,
    ReportUnverified,
    InstallNotReported,
    BootsNetworkAgain,
}

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>As it should be, and good to know.</summary>
    Information,

    /// <summary>It boots, but not well.</summary>
    Warning,

    /// <summary>It does not boot, or not what it should.</summary>
    Problem,
}

/// <summary>One thing that keeps a machine from booting, in words for whoever stands before it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">What was seen, in a sentence or two.</param>
/// <param name="WhatToDo">What to try, the likeliest first.</param>
/// <param name="Since">When it was seen; null: it holds now.</param>
public sealed record Finding(FindingKind Kind, FindingSeverity Severity, string Text, ImmutableArray<string> WhatToDo, DateTimeOffset? Since = null);
