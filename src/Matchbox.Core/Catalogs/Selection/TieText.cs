using System.Collections.Immutable;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>Says of groups that tie which of them counts.</summary>
public static class TieText
{
    private const int Named = 5;

    public static string Of(ImmutableArray<Group> tie)
    {
        var more = tie.Length > Named ? $" and {tie.Length - Named} more" : "";
        var what = tie.Any(group => !group.Match.IsEmpty) ? "conditions" : "selector";
        return $"the groups {string.Join(" and ", tie.Take(Named).Select(group => group.Id))}{more} have the same {what} and priority: "
            + $"only {tie[0].Id}, the first in the order of their files, is used; give one of them a \"priority\"";
    }
}
