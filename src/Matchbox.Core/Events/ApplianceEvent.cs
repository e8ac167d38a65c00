using System.Collections.Immutable;

namespace Matchbox.Core.Events;

/// <summary>Steps of a machine's way and changes of state, as the timeline shows them. Values are stored: never renumber.</summary>
public enum EventKind
{
    Discovered = 1,
    Leased = 2,
    LoaderOffered = 3,
    LoaderFetched = 4,
    ScriptServed = 5,
    KernelFetched = 6,
    IgnitionServed = 7,
    IgnitionApplied = 8,
    Booted = 9,
    Progress = 10,
    Failed = 11,
    TransferTroubled = 12,

    BootLocal = 20,
    Held = 21,
    Released = 22,
    Silent = 23,
    Shown = 24,

    Armed = 30,
    Disarmed = 31,
    InstallStarted = 32,
    Installed = 33,
    InstallUnverified = 34,

    IdentityConflict = 40,
    MachineAdded = 41,
    MachineRemoved = 42,
    InstallMarkIgnored = 43,
    LoaderChanged = 44,
    LoopSuspected = 45,
    ConfigNewer = 46,
    MachineChanged = 48,
    MachineIgnored = 49,
    MachineUnignored = 50,
    MachineProtected = 51,
    MachineUnprotected = 52,
    BootOnceSet = 53,
    BootOnceTaken = 54,
    BootOnceCancelled = 55,
    MachineWoken = 56,
    MachineReplaced = 57,
    InventoryReported = 58,

    PoolExhausted = 60,
    ForeignServer = 61,
    DeclineStorm = 62,
    SubnetOpened = 63,
    SubnetRefused = 64,
    AddressDeclined = 65,

    SettingsReloaded = 80,
    SettingsRefused = 81,
    CatalogReloaded = 82,
    CatalogRefused = 83,
    Started = 84,
    Stopping = 85,
    StoreFailed = 86,
    ListenerRefused = 87,

    UngatedInstallers = 95,

    CertificatesReloaded = 100,
    CertificatesRefused = 101,
    CertificateExpiring = 102,

    ConfigDenied = 108,
    ConfigFetched = 109,
    SecretSet = 110,
    SecretRemoved = 111,

    SignInSlowed = 120,
    SetupLink = 121,
    CertificateChanged = 122,

    WebhookSet = 130,
    WebhookRemoved = 131,
    WebhookPaused = 132,
    WebhookOverflowed = 133,
}

/// <summary>Something that happened, with its reason in words that an operator understands. Client text in it is escaped.</summary>
public sealed record ApplianceEvent
{
    /// <summary>Counts up over all events, restarts included.</summary>
    public long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    public required EventKind Kind { get; init; }

    /// <summary>Id of the machine; null for what concerns no single one.</summary>
    public string? Machine { get; init; }

    /// <summary>Was the machine known then: events of strangers never push out those of known machines.</summary>
    public bool Known { get; init; }

    public required string Text { get; init; }

    /// <summary>Details by name (subnet, address, file, profile, ...).</summary>
    public ImmutableSortedDictionary<string, string> Data { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>Where events survive. Its owner calls it by one thread at a time, but for <see cref="Move"/> and <see cref="Read"/>, which may come beside. Bounded: the implementation forgets the oldest.</summary>
public interface IEventStore
{
    /// <summary>The highest sequence number ever stored; 0 when empty.</summary>
    long LastSequence { get; }

    void Append(IReadOnlyList<ApplianceEvent> batch);

    /// <summary>What happened to one machine happened to another: the events of the first become those of the second.</summary>
    void Move(string from, string to);

    /// <summary>Newest first; of one machine or of all; only those before <paramref name="before"/>.</summary>
    IReadOnlyList<ApplianceEvent> Read(string? machine, long before, int limit);
}

/// <summary>Takes events without ever waiting; beyond its bound they are counted and dropped.</summary>
public interface IEventSink
{
    void Publish(ApplianceEvent happened);
}
