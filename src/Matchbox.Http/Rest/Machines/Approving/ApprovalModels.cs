using System.Collections.Immutable;

namespace Matchbox.Http.Rest;

/// <summary>How a machine that was seen comes into the inventory.</summary>
public sealed record ApproveRequest
{
    public string? Name { get; init; }

    /// <summary>Labels beside those that it has; null takes one off.</summary>
    public ImmutableSortedDictionary<string, string?>? Labels { get; init; }

    /// <summary>A group that is to select it: the machine gets the labels that it asks for.</summary>
    public string? Group { get; init; }

    /// <summary>The profile that it is to boot. Where no group of it selects the machine, one is made for this machine alone.</summary>
    public string? Profile { get; init; }
}

/// <summary>What an approval did, or with <c>dryRun</c> would do.</summary>
/// <param name="Text">In words.</param>
/// <param name="Machine">The machine after it.</param>
/// <param name="Group">The group that selects it; null: none does.</param>
/// <param name="Profile">What it boots; null: nothing.</param>
/// <param name="Made">The path of the group that is made for it; null: none is.</param>
public sealed record ApproveResult(string Text, MachineView Machine, string? Group, string? Profile, string? Made);

/// <summary>What a list of machines did, or with <c>dryRun</c> would do.</summary>
public sealed record MachineListResult(bool DryRun, IReadOnlyList<MachineListLine> Lines);

/// <summary>One line of it.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Step"><c>add</c> (it was never seen), <c>approve</c>, <c>change</c>, <c>none</c> or <c>error</c>.</param>
/// <param name="Machine">Its id; null: the line names none.</param>
/// <param name="Name">Its name after it.</param>
/// <param name="Labels">Its labels after it.</param>
/// <param name="Profile">What it would boot.</param>
/// <param name="Error">What is wrong with the line.</param>
public sealed record MachineListLine(
    int Line, string Step, string? Machine, string Name, ImmutableSortedDictionary<string, string> Labels, string? Profile, string? Error);
