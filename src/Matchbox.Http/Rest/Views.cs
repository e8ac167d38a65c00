using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Matchbox.Core.Events;
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

    /// <summary><c>unknown</c>, <c>ready</c>, <c>armed</c>, <c>installing</c>, <c>installed</c> or <c>held</c>.</summary>
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
    public DateTimeOffset FirstSeenAt { get; init; }

    /// <summary>Names what can be written of it (name, identifiers, labels): the ETag without its quotes.</summary>
    public string? Revision { get; init; }
    public SightingView? LastSeen { get; init; }
}

/// <summary>A permission to install.</summary>
public sealed record ArmingView(string Profile, DateTimeOffset ExpiresAt, int AttemptsLeft, int AttemptsAllowed, string By);

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

/// <summary>How long an arming lasts, such as <c>4h</c>.</summary>
public sealed record ArmRequest(string? Lifetime);

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

public sealed record EventList(ImmutableArray<EventView> Events);

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
[JsonSerializable(typeof(SecretList))]
[JsonSerializable(typeof(NewSecret))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(NewWebhook))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(DocumentList))]
[JsonSerializable(typeof(DocumentChangeSet))]
[JsonSerializable(typeof(DocumentResult))]
[JsonSerializable(typeof(ButaneReport))]
[JsonSerializable(typeof(ButaneAnswer))]
public sealed partial class RestJson : JsonSerializerContext;
