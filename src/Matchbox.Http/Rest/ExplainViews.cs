using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Serialization;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs.Selection;
using Matchbox.Core.Machines;

namespace Matchbox.Http.Rest;

/// <summary>Which group a machine gets and why no other one, and what it would be given.</summary>
public sealed record ExplainView
{
    /// <summary>The machine's id; null: the inventory does not know it.</summary>
    public string? Machine { get; init; }

    /// <summary>All labels that select.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The address it is taken to ask from.</summary>
    public string? Address { get; init; }

    public string? Group { get; init; }

    public string? Profile { get; init; }

    /// <summary><c>boot-profile</c>, <c>boot-local</c>, <c>discover</c>, <c>hold</c> or <c>silent</c>.</summary>
    public required string Decision { get; init; }

    public required string Reason { get; init; }

    /// <summary>Which boot the decision is for.</summary>
    public required string Assumption { get; init; }

    /// <summary>By what the profile is known to write a disk; null: it does not.</summary>
    public string? Installs { get; init; }

    /// <summary>Where the machine's installation stands.</summary>
    public required string InstallState { get; init; }

    /// <summary>The script for iPXE; <c>NONCE</c> and <c>TOKEN</c> stand for both.</summary>
    public string? Script { get; init; }

    /// <summary>The Ignition config as the machine would get it.</summary>
    public string? Config { get; init; }

    /// <summary>Where and why the config cannot be made.</summary>
    public string? ConfigFailure { get; init; }

    /// <summary>The other groups that came nearest.</summary>
    public ImmutableArray<VerdictView> Others { get; init; } = [];

    /// <summary>How many more there are, by the label that did not fit, or <c>outranked</c>.</summary>
    public ImmutableSortedDictionary<string, int> Rest { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>How many groups there are.</summary>
    public int Groups { get; init; }

    public static ExplainView Of(BootExplanation explained) => new()
    {
        Machine = explained.Machine?.Id,
        Labels = explained.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Address = explained.Address.IsAny ? null : explained.Address.ToString(),
        Group = explained.Selection.Winner?.Id,
        Profile = explained.Selection.Winner is { Profile.Length: > 0 } group ? group.Profile : null,
        Decision = System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(explained.Decision.GetType().Name),
        Reason = explained.Decision.Reason,
        Assumption = explained.Assumption,
        Installs = explained.Offer is { Installs: true } offer ? offer.Mark.Sign : null,
        InstallState = StateOf(explained.Machine),
        Script = explained.Script,
        Config = explained.Config?.Bytes is { } octets ? Encoding.UTF8.GetString(octets.Span) : null,
        ConfigFailure = explained.Config?.Failure,
        Others = [.. explained.Selection.Others.Select(VerdictView.Of)],
        Rest = explained.Selection.Rest,
        Groups = explained.Selection.Groups,
    };

    private static string StateOf(Machine? machine) => machine?.Ignored is { } ignored ? $"ignored since {ignored.At:u} by {ignored.By}" : machine?.Installation switch
    {
        null => "unknown machine",
        { Hold: { } hold } => $"held: {hold.Reason}",
        { Arming: { } arming } armed => $"armed for profile {arming.ProfileId} until {arming.ExpiresAt:u}, {armed.AttemptsLeft} of {arming.AttemptsAllowed} attempts left",
        { IsInstalled: true } installed => $"installed with {installed.InstalledProfile} at {installed.InstalledAt:u}, and not armed",
        _ when machine!.Protected is not null => "not armed, and protected",
        _ => "not armed",
    };
}

/// <summary>Why a group does not select the machine: another one outranks it, or a rule of it does not hold.</summary>
public sealed record VerdictView
{
    public required string Group { get; init; }

    /// <summary>The group that comes before it.</summary>
    public string? OutrankedBy { get; init; }

    /// <summary>Why that one does.</summary>
    public string? Because { get; init; }

    /// <summary>The label of the first rule that does not hold.</summary>
    public string? Label { get; init; }

    /// <summary>What is wanted of the label, in words.</summary>
    public string? Wanted { get; init; }

    /// <summary>The machine's value of the label; absent: it has none.</summary>
    public string? Had { get; init; }

    /// <summary>How many rules do not hold.</summary>
    public int Failing { get; init; }

    public static VerdictView Of(GroupVerdict verdict) => verdict switch
    {
        GroupVerdict.Outranked outranked => new VerdictView { Group = outranked.Group.Id, OutrankedBy = outranked.By.Id, Because = outranked.Why },
        GroupVerdict.Failed failed => new VerdictView
        {
            Group = failed.Group.Id,
            Label = failed.Label,
            Wanted = failed.Wanted,
            Had = failed.Had,
            Failing = failed.Failing,
        },
        _ => throw new InvalidOperationException($"no view of {verdict}"),
    };
}

/// <summary>The shapes of <c>/api/v1/explain</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = false)]
[JsonSerializable(typeof(ExplainView))]
public sealed partial class ExplainJson : JsonSerializerContext;
