using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matchbox.Core.Events;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Http.Rest.Catalogs;
using Matchbox.Http.Rest.Problems;

namespace Matchbox.Http.Rest;

/// <summary>A machine as the API shows it.</summary>
public sealed record MachineView
{
    public required string Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary><c>seen</c>, <c>added</c> or <c>declared</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary><c>unknown</c> (discovered), <c>ready</c> (assigned), <c>armed</c>, <c>booting</c>, <c>installing</c>, <c>installed</c>, <c>live</c>, <c>held</c> or <c>ignored</c>.</summary>
    public string State { get; init; } = "";
    public ImmutableArray<string> Macs { get; init; } = [];

    /// <summary>Who made the card of the first MAC, as far as the address tells.</summary>
    public string? Vendor { get; init; }
    public string? Uuid { get; init; }
    public string? Serial { get; init; }
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The address that it holds now.</summary>
    public string? Address { get; init; }
    public string? Profile { get; init; }
    public string? HeldBecause { get; init; }
    public ArmingView? Arming { get; init; }
    public DateTimeOffset? InstalledAt { get; init; }
    public string? InstalledProfile { get; init; }

    /// <summary>The live profile that it was given at its last network boot.</summary>
    public RunningView? Running { get; init; }

    /// <summary>Its newest boot, as far as it was seen since the appliance started.</summary>
    public PresentBootView? Boot { get; init; }

    /// <summary>What its next network boot is to be, or what its present one is, because a person asked for it.</summary>
    public OnceView? BootOnce { get; init; }

    /// <summary>Who said that it is none of ours.</summary>
    public MarkView? Ignored { get; init; }

    /// <summary>It comes with what named another machine, which was replaced.</summary>
    public RetiredView? Retired { get; init; }

    /// <summary>What named the machines whose place it has taken.</summary>
    public IReadOnlyList<RetiredView>? Replaced { get; init; }

    /// <summary>Machines whose place it may have come to take, with what says so. Shown of a machine that was only seen.</summary>
    public IReadOnlyList<SuggestionView>? SuggestedReplacementFor { get; init; }

    /// <summary>When it reported what it is made of: see <c>/inventory</c>.</summary>
    public DateTimeOffset? InventoryAt { get; init; }

    /// <summary>Who keeps it from being armed.</summary>
    public MarkView? Protected { get; init; }
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>Names what can be written of it (name, identifiers, labels): the ETag without its quotes.</summary>
    public string? Revision { get; init; }
    public SightingView? LastSeen { get; init; }
}

/// <summary>A permission to install.</summary>
public sealed record ArmingView(string Profile, DateTimeOffset ExpiresAt, int AttemptsLeft, int AttemptsAllowed, string By, DiskChoice? Disk = null);

/// <summary>The disk that an installation is for: <c>device</c> is what the config gets, <c>path</c> its name at the boot that reported it.</summary>
public sealed record DiskChoice(string Device, string Path, string? Serial, string? Wwn, string? Model, long Size);

/// <summary>A live profile, and since when it is given.</summary>
public sealed record RunningView(string Profile, DateTimeOffset Since);

/// <summary>A boot: how far it has come (<c>firmware-dhcp</c>, <c>loader-fetched</c>, <c>loader-dhcp</c>, <c>script-served</c>,
/// <c>ignition-served</c>, <c>booted</c>) and what its script was (<c>live</c>, <c>installer</c>, <c>local</c>, <c>why</c>).</summary>
public sealed record PresentBootView(DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, string Step, string? Answer);

/// <summary>A live profile for one boot; taken: that boot has come.</summary>
public sealed record OnceView(string Profile, DateTimeOffset At, DateTimeOffset ExpiresAt, string By, bool Taken);

/// <summary>A live profile for the next network boot alone; it waits for that boot for so long, such as <c>24h</c>.</summary>
public sealed record OnceRequest(string? Profile, string? Lifetime = null);

/// <summary>A MAC or UUID that names nobody any more.</summary>
/// <param name="Machine">Id of the machine that it named.</param>
/// <param name="Name">That machine's name.</param>
/// <param name="Mac">The MAC, if it is one.</param>
/// <param name="Uuid">The UUID, if it is one.</param>
/// <param name="At">Since when.</param>
/// <param name="By">Who said so.</param>
public sealed record RetiredView(string Machine, string Name, string? Mac, string? Uuid, DateTimeOffset At, string By);

/// <summary>A machine of the inventory, and why this one may have come for it: the same UUID, serial number or switch port.</summary>
public sealed record SuggestionView(string Machine, string Name, string Because);

/// <summary>Which machine takes the place.</summary>
/// <param name="By">Id, MAC, UUID, serial number or name of a machine that was only seen.</param>
/// <param name="Keep">MACs of network cards that went along.</param>
/// <param name="KeepsDisks">The disks went along: what is installed stays so. Absent: when the mainboard is the same.</param>
public sealed record ReplaceRequest(string? By, IReadOnlyList<string>? Keep = null, bool? KeepsDisks = null);

/// <summary>When a person said so, and who.</summary>
public sealed record MarkView(DateTimeOffset At, string By);

/// <summary>What the wire last told.</summary>
public sealed record SightingView(DateTimeOffset At, string Subnet, string? Relay, string RelayPort, string Architecture, string VendorClass);

/// <summary>Machines, and the cursor of those after them; no cursor: these are the last.</summary>
public sealed record MachineList(IReadOnlyList<MachineView> Machines, string? Next = null);

/// <summary>A machine to put into the inventory. At least one of MAC, UUID and serial number.</summary>
public sealed record NewMachine
{
    public string? Name { get; init; }
    public IReadOnlyList<string>? Macs { get; init; }
    public string? Uuid { get; init; }
    public string? Serial { get; init; }
    public ImmutableSortedDictionary<string, string>? Labels { get; init; }
}

/// <summary>What may be written of a machine; of its identifiers, what it says of itself stays.</summary>
public sealed record MachineDefinition
{
    public string? Name { get; init; }

    /// <summary>Labels by key; in a patch, null takes one off.</summary>
    public ImmutableSortedDictionary<string, string?>? Labels { get; init; }
}

/// <summary>Whom an arming is for.</summary>
public sealed record MachineArming(string Machine, string Name, string State, ArmingView Arming);

public sealed record ArmingList(IReadOnlyList<MachineArming> Armings);

/// <summary>How long an arming lasts, such as <c>4h</c>, and on which disk it is: serial number, WWN or path of one of the machine's inventory.</summary>
public sealed record ArmRequest(string? Lifetime, string? Disk = null);

/// <summary>What a command did.</summary>
public sealed record CommandResult(string Text, MachineView Machine);

/// <summary>An address and who has it.</summary>
public sealed record LeaseRow
{
    public required string Address { get; init; }
    public required string Mac { get; init; }

    /// <summary><c>bound</c>, <c>expired</c>, <c>released</c> or <c>declined</c>.</summary>
    public required string State { get; init; }
    public string? Machine { get; init; }
    public string HostName { get; init; } = "";
    public string? ClientId { get; init; }
    public DateTimeOffset Granted { get; init; }
    public DateTimeOffset Expires { get; init; }

    /// <summary>Seconds left by the monotonic clock; -1 for ever.</summary>
    public long RemainingSeconds { get; init; }
}

/// <summary>Leases in the order of their addresses, and the cursor of those after them.</summary>
public sealed record LeaseList(IReadOnlyList<LeaseRow> Leases, string? Next = null);

/// <summary>A network that the settings name.</summary>
public sealed record SubnetView
{
    public required string Network { get; init; }
    public string? Interface { get; init; }

    /// <summary><c>authoritative</c>, <c>proxy</c> or <c>off</c>.</summary>
    public required string Mode { get; init; }
    public string? Advertise { get; init; }
    public IReadOnlyList<string> Pools { get; init; } = [];
    public IReadOnlyList<string> KnownPools { get; init; } = [];
    public IReadOnlyList<string> Relays { get; init; } = [];
    public long LeaseSeconds { get; init; }
    public string Unknown { get; init; } = "";
    public string Loader { get; init; } = "";
}

public sealed record SubnetList(IReadOnlyList<SubnetView> Subnets);

/// <summary>An address that one machine alone gets, and who declares that.</summary>
public sealed record ReservationView(string Address, IReadOnlyList<string> Macs, string? Machine, string Name, string? Subnet, string Source);

public sealed record ReservationList(IReadOnlyList<ReservationView> Reservations);

/// <summary>What an import took over, what it left out, and the lines that it did not understand.</summary>
public sealed record ImportResult(string Kind, int Taken, int Known, int Elsewhere, ImmutableArray<ImportFault> Faults);

public sealed record ImportFault(int Line, string Message);

/// <summary>One event of the timeline.</summary>
public sealed record EventView(
    long Sequence, DateTimeOffset At, string Kind, string? Machine, string Text, ImmutableSortedDictionary<string, string> Data)
{
    public static EventView Of(ApplianceEvent happened) => new(
        happened.Sequence, happened.At, JsonNamingPolicyText(happened.Kind), happened.Machine, happened.Text, happened.Data);

    private static string JsonNamingPolicyText(EventKind kind) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}

/// <summary>Events, oldest first, and the <c>before</c> of those that came before them; absent: there are none.</summary>
public sealed record EventList(ImmutableArray<EventView> Events, long? Next = null);

/// <summary>How the appliance is.</summary>
public sealed record HealthView
{
    /// <summary><c>ok</c>, <c>degraded</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }
    public required string Version { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public long UptimeSeconds { get; init; }
    public ImmutableArray<FindingView> Findings { get; init; } = [];
}

public sealed record FindingView(string Name, string State, string Text);

/// <summary>An Ignition config with what was found in the Butane config that it was made of.</summary>
public sealed record ButaneAnswer(JsonElement Config, ButaneReport Report);

/// <summary>Everything that was found in a Butane config, and what we would do about it. An error says why it was refused; null: it was not.</summary>
public sealed record ButaneReport(string? Error, ImmutableArray<ButaneFinding> Findings, ImmutableArray<ButaneAdvice> Advice);

/// <summary>A finding of Butane's; severity <c>error</c>, <c>warning</c> or <c>info</c>, lines and columns from 1.</summary>
public sealed record ButaneFinding(string Severity, string Path, int Line, int Column, string Message);

/// <summary>What we say beyond Butane, by the rule that says it.</summary>
public sealed record ButaneAdvice(string Rule, string Path, int Line, int Column, string Text);

/// <summary>A document of the catalog, without its octets.</summary>
/// <param name="Path">Such as <c>groups/rack1.json</c>.</param>
/// <param name="Revision">Its ETag, without quotes.</param>
/// <param name="Size">Octets.</param>
/// <param name="Origin"><c>folder</c> or <c>store</c>.</param>
/// <param name="Shadows">The store keeps another document of that path, which this file of the folder stands before.</param>
public sealed record DocumentView(string Path, string Revision, int Size, string Origin, bool Shadows = false);

public sealed record DocumentList(ImmutableArray<DocumentView> Documents);

/// <summary>Documents to be written or removed together: all of them or none.</summary>
public sealed record DocumentChangeSet(IReadOnlyList<DocumentChangeView>? Changes);

/// <summary>A change of one document.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">Its octets in base64; null: it is removed.</param>
/// <param name="IfRevision">The revision that must be there; empty: none may be; null: whatever is.</param>
/// <param name="TakeOver">Keep a copy of a file of the data folder in the store; the content must be the file's.</param>
public sealed record DocumentChangeView(string Path, byte[]? Content, string? IfRevision = null, bool TakeOver = false);

/// <summary>What a change of documents did.</summary>
public sealed record DocumentResult(ImmutableArray<string> Notes);

/// <summary>All shapes of the API, for readers and writers without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MachineList))]
[JsonSerializable(typeof(NewMachine))]
[JsonSerializable(typeof(ApproveRequest))]
[JsonSerializable(typeof(ApproveResult))]
[JsonSerializable(typeof(MachineListResult))]
[JsonSerializable(typeof(GroupMatch))]
[JsonSerializable(typeof(ArmRequest))]
[JsonSerializable(typeof(OnceRequest))]
[JsonSerializable(typeof(ReplaceRequest))]
[JsonSerializable(typeof(MachineInventory))]
[JsonSerializable(typeof(MachineDefinition))]
[JsonSerializable(typeof(ArmingList))]
[JsonSerializable(typeof(CommandResult))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LeaseList))]
[JsonSerializable(typeof(GroupList))]
[JsonSerializable(typeof(ProfileList))]
[JsonSerializable(typeof(ConfigList))]
[JsonSerializable(typeof(ChangeResult))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(SubnetList))]
[JsonSerializable(typeof(ReservationList))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(DiagnosisView))]
[JsonSerializable(typeof(DownloadList))]
[JsonSerializable(typeof(SecretList))]
[JsonSerializable(typeof(NewSecret))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(NewWebhook))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(AboutView))]
[JsonSerializable(typeof(DocumentList))]
[JsonSerializable(typeof(DocumentChangeSet))]
[JsonSerializable(typeof(DocumentResult))]
[JsonSerializable(typeof(ButaneReport))]
[JsonSerializable(typeof(ButaneAnswer))]
public sealed partial class RestJson : JsonSerializerContext;
