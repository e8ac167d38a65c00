using System.Collections.Immutable;
using System.Security.Claims;
using Matchbox.Core.Access;

namespace Matchbox.Http.Access;

/// <summary>How somebody showed who he is.</summary>
public enum SignInWay
{
    /// <summary>A process of this machine, by the control socket.</summary>
    Socket,

    /// <summary>An API token.</summary>
    Token,

    /// <summary>A browser's session.</summary>
    Session,

    /// <summary>A client certificate.</summary>
    Certificate,
}

/// <summary>Somebody who is known, and what he may do. Immutable but for what its base allows.</summary>
public sealed class AccessIdentity : ClaimsIdentity
{
    public AccessIdentity(SignInWay way, string name, ImmutableArray<Right> rights)
        : base([new Claim(ClaimTypes.Name, name)], way.ToString())
    {
        (Way, Rights) = (way, rights);
    }

    public SignInWay Way { get; }

    public ImmutableArray<Right> Rights { get; }

    /// <summary>The user's name, where it is a user.</summary>
    public string? User { get; init; }

    /// <summary>The address it came from, where that is known.</summary>
    public System.Net.IPAddress? From { get; init; }

    /// <summary>Names the session among those of the user; not what its cookie holds.</summary>
    public string? SessionHash { get; init; }
}

/// <summary>What a principal may do. Nobody may do nothing.</summary>
public static class PrincipalRights
{
    /// <summary>All rights of all identities that are ours.</summary>
    public static ImmutableArray<Right> Rights(this ClaimsPrincipal principal) =>
        principal.Identities.OfType<AccessIdentity>().FirstOrDefault()?.Rights ?? [];

    /// <summary>Holds the role, if only for some machines. For lists, which then show only those.</summary>
    public static bool May(this ClaimsPrincipal principal, Role role) => AccessRules.Holds(principal.Rights(), role);

    /// <summary>Holds the role for everything: for what belongs to no machine.</summary>
    public static bool MayEverywhere(this ClaimsPrincipal principal, Role role) => AccessRules.HoldsEverywhere(principal.Rights(), role);

    /// <summary>Holds the role for a machine of these labels (those of the inventory).</summary>
    public static bool May(this ClaimsPrincipal principal, Role role, IReadOnlyDictionary<string, string> machineLabels) =>
        AccessRules.Holds(principal.Rights(), role, machineLabels);

    /// <summary>May change a machine from these labels to those; null: it was not, or is no more.</summary>
    public static AccessDecision MayChange(
        this ClaimsPrincipal principal, IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string>? after) =>
        AccessRules.ForMachine(principal.Rights(), Role.Operator, before, after);

    /// <summary>May change the catalog so that this is what the change reaches.</summary>
    public static AccessDecision MayChange(this ClaimsPrincipal principal, CatalogTouch touch) =>
        AccessRules.ForCatalog(principal.Rights(), Role.Operator, touch);
}
