using System.Collections.Immutable;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Machines;

namespace Matchbox.Core.Access;

/// <summary>May somebody do something. A refusal has a reason that may be told to who asked.</summary>
public abstract record AccessDecision
{
    private AccessDecision()
    {
    }

    public sealed record Granted : AccessDecision
    {
        public static readonly Granted Instance = new();
    }

    public sealed record Refused(string Reason) : AccessDecision;

    public bool IsGranted => this is Granted;
}

/// <summary>Who may do what: pure functions over rights.</summary>
public static class AccessRules
{
    /// <summary>Is the role held at all, if only for some machines. Enough to ask for a list, which then holds only those.</summary>
    public static bool Holds(ImmutableArray<Right> rights, Role role) => rights.Any(right => right.Role >= role);

    /// <summary>Is the role held for everything, as what belongs to no machine needs it: networks, settings, users.</summary>
    public static bool HoldsEverywhere(ImmutableArray<Right> rights, Role role) => rights.Any(right => right.Role >= role && right.IsEverywhere);

    /// <summary>Is the role held for a machine of these labels.</summary>
    public static bool Holds(ImmutableArray<Right> rights, Role role, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var right in rights)
        {
            if (right.Role >= role && right.Where.Selects(labels))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A change of one machine: the right must hold for what it was and for what it becomes. Null: it was not, or is no more.</summary>
    public static AccessDecision ForMachine(
        ImmutableArray<Right> rights, Role role, IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string>? after)
    {
        if (before is not null && !Holds(rights, role, before))
        {
            return new AccessDecision.Refused($"{Right.NameOf(role)} of this machine is needed, by the labels that it has");
        }
        if (after is not null && !Holds(rights, role, after))
        {
            return new AccessDecision.Refused($"{Right.NameOf(role)} of this machine is needed, also by the labels that it would have: it would leave your part");
        }
        return AccessDecision.Granted.Instance;
    }

    /// <summary>A change of the catalog: the right must hold for every machine that it touches, known or yet to come.</summary>
    public static AccessDecision ForCatalog(ImmutableArray<Right> rights, Role role, CatalogTouch touch)
    {
        if (HoldsEverywhere(rights, role))
        {
            return AccessDecision.Granted.Instance;
        }
        foreach (var machine in touch.Machines)
        {
            if (!Holds(rights, role, machine.Labels))
            {
                return new AccessDecision.Refused($"{Right.NameOf(role)} of machine {machine.Id} is needed, whose boot this changes");
            }
        }
        foreach (var group in touch.ToCome)
        {
            if (!Holds(rights, role, TouchedMachines.LabelsOf(group)))
            {
                return new AccessDecision.Refused(
                    $"{Right.NameOf(role)} of every machine is needed: group {group.Id} reaches machines that are not known yet. A group whose selector has the labels of your right reaches only those");
            }
        }
        if (!touch.Unread.IsEmpty)
        {
            return new AccessDecision.Refused($"{Right.NameOf(role)} of every machine is needed: {touch.Unread[0]} cannot be read, so that nobody knows whom it reaches");
        }
        return touch.Unused || !touch.UnusedPaths.IsEmpty
            ? new AccessDecision.Refused(
                $"{Right.NameOf(role)} of every machine is needed for what no group uses, and nobody of your part wrote: it belongs to no machine")
            : AccessDecision.Granted.Instance;
    }
}

/// <summary>What a change of the catalog reaches.</summary>
/// <param name="Machines">Machines that boot differently, or could.</param>
/// <param name="ToCome">Each changed group that a machine not yet known could fall under.</param>
/// <param name="Unused">Something changed that no group uses, before or after.</param>
public sealed record CatalogTouch(ImmutableArray<Machine> Machines, ImmutableArray<Group> ToCome, bool Unused)
{
    /// <summary>Paths of changed documents that do not say whom they reach, since they are broken before or after.</summary>
    public ImmutableArray<string> Unread { get; init; } = [];

    /// <summary>Paths of changed documents that no group uses, before or after.</summary>
    public ImmutableArray<string> UnusedPaths { get; init; } = [];
}
