using System.Text.Json;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>A group, as lists show it.</summary>
public sealed record GroupView
{
    /// <summary>The name of its document, by which calls name it.</summary>
    public required string Id { get; init; }
    public required string Path { get; init; }

    /// <summary><c>folder</c> or <c>store</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The ETag without its quotes.</summary>
    public required string Revision { get; init; }
    public string Name { get; init; } = "";
    public string Profile { get; init; } = "";
    public JsonElement? Selector { get; init; }
    public JsonElement? Metadata { get; init; }

    /// <summary>False: it is no JSON object, so that nothing of it is known.</summary>
    public bool IsReadable { get; init; }
}

public sealed record GroupList(IReadOnlyList<GroupView> Groups, string? Next);

/// <summary>A profile, as lists show it.</summary>
public sealed record ProfileView
{
    public required string Id { get; init; }
    public required string Path { get; init; }
    public required string Origin { get; init; }
    public required string Revision { get; init; }
    public string Name { get; init; } = "";
    public string Kernel { get; init; } = "";
    public string IgnitionId { get; init; } = "";
    public string GenericId { get; init; } = "";
    public string CloudId { get; init; } = "";

    /// <summary>What it says of installing; null: its content decides.</summary>
    public bool? Install { get; init; }
    public bool IsReadable { get; init; }
}

public sealed record ProfileList(IReadOnlyList<ProfileView> Profiles, string? Next);

/// <summary>A config, as lists show it.</summary>
public sealed record ConfigView
{
    public required string Id { get; init; }

    /// <summary><c>ignition</c>, <c>generic</c> or <c>cloud</c>.</summary>
    public required string Kind { get; init; }
    public required string Path { get; init; }
    public required string Origin { get; init; }
    public required string Revision { get; init; }
    public int Octets { get; init; }

    /// <summary>It has actions of a template.</summary>
    public bool IsTemplate { get; init; }
}

public sealed record ConfigList(IReadOnlyList<ConfigView> Configs, string? Next);

/// <summary>What a change did, or with <c>dryRun</c> would do.</summary>
public sealed record ChangeResult
{
    public bool DryRun { get; init; }

    /// <summary><c>create</c>, <c>change</c>, <c>delete</c> or <c>none</c>, of each document that was named.</summary>
    public required IReadOnlyList<DocumentStep> Documents { get; init; }

    /// <summary>What the author may want to know, with its place.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Groups of which the selection cannot prefer one by a rule that a person would expect.</summary>
    public IReadOnlyList<string> Ties { get; init; } = [];

    /// <summary>Known machines that get something else; null: it was not looked at.</summary>
    public IReadOnlyList<MachineStep>? Machines { get; init; }
}

/// <summary>One document of a change.</summary>
/// <param name="Path">Its place in the layout.</param>
/// <param name="Step"><c>create</c>, <c>change</c>, <c>delete</c> or <c>none</c>.</param>
/// <param name="Revision">The ETag after it, without quotes; null: it is gone.</param>
/// <param name="Before">What was there, in a dry run of a change or a removal; null: nothing, or it is no text.</param>
/// <param name="After">What would be there.</param>
public sealed record DocumentStep(string Path, string Step, string? Revision, string? Before = null, string? After = null);

/// <summary>A machine that gets something else.</summary>
public sealed record MachineStep(string Machine, string Name, string? GroupBefore, string? GroupAfter, string? ProfileBefore, string? ProfileAfter, string What);

/// <summary>Which machines fit a group.</summary>
/// <param name="Count">How many fit.</param>
/// <param name="Selected">For how many of them it comes first, and so decides.</param>
/// <param name="Machines">Those it decides for first, then the others, each in the order of their names; 1,000 at most.</param>
public sealed record GroupMatch(int Count, int Selected, IReadOnlyList<MatchedMachine> Machines);

/// <summary>A machine that fits a group.</summary>
/// <param name="Instead">The group that comes before it; null: none does.</param>
public sealed record MatchedMachine(string Machine, string Name, string State, string? Instead);
