using Matchbox.Core.Access;
using Matchbox.Core.Machines;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Access;

/// <summary>
/// The names of the policies. An endpoint with none of them needs <see cref="Admin"/>: who forgets it locks out rather than lets in.
/// </summary>
public static class AccessPolicies
{
    /// <summary>Viewer of something: the endpoint shows only what the caller may see.</summary>
    public const string Viewer = "viewer";

    /// <summary>Operator of something: the endpoint asks about the machines itself.</summary>
    public const string Operator = "operator";

    /// <summary>Admin of everything.</summary>
    public const string Admin = "admin";

    /// <summary>Viewer of everything: for what belongs to no machine.</summary>
    public const string ViewerOfAll = "viewer-of-all";

    /// <summary>Operator of everything.</summary>
    public const string OperatorOfAll = "operator-of-all";

    /// <summary>Viewer, or whoever asks from this machine itself.</summary>
    public const string Local = "local";

    /// <summary>Whoever is signed in.</summary>
    public const string Known = "known";

    internal static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Viewer, policy => policy.AddRequirements(new RoleRequirement(Role.Viewer, false)));
        options.AddPolicy(Operator, policy => policy.AddRequirements(new RoleRequirement(Role.Operator, false)));
        options.AddPolicy(Admin, policy => policy.AddRequirements(new RoleRequirement(Role.Admin, true)));
        options.AddPolicy(ViewerOfAll, policy => policy.AddRequirements(new RoleRequirement(Role.Viewer, true)));
        options.AddPolicy(OperatorOfAll, policy => policy.AddRequirements(new RoleRequirement(Role.Operator, true)));
        options.AddPolicy(Local, policy => policy.AddRequirements(new RoleRequirement(Role.Viewer, true) { OrLocal = true }));
        options.AddPolicy(Known, policy => policy.RequireAuthenticatedUser());
        options.FallbackPolicy = options.GetPolicy(Admin);
        options.DefaultPolicy = options.GetPolicy(Admin)!;
    }

    /// <summary>The endpoint is about the machine that a part of its path names, and the role must be held for that one.</summary>
    public static TBuilder RequireOnMachine<TBuilder>(this TBuilder endpoint, Role role, string routeValue = "id")
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(role switch { Role.Viewer => Viewer, Role.Operator => Operator, _ => Admin }).WithMetadata(new MachineOfRoute(role, routeValue));
}

/// <summary>The role that an endpoint needs; everywhere, or for something.</summary>
internal sealed record RoleRequirement(Role Role, bool Everywhere) : IAuthorizationRequirement
{
    public bool OrLocal { get; init; }
}

/// <summary>Which machine an endpoint is about.</summary>
internal sealed record MachineOfRoute(Role Role, string RouteValue);

/// <summary>Asks <see cref="AccessRules"/>.</summary>
internal sealed class RoleHandler(MachineRegistry machines) : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        var request = context.Resource as HttpContext;
        if (IsMet(context, requirement, request) && (request is null || IsMachines(context, request)))
        {
            context.Succeed(requirement);
        }
        return Task.CompletedTask;
    }

    private static bool IsMet(AuthorizationHandlerContext context, RoleRequirement requirement, HttpContext? request) =>
        (requirement.Everywhere ? context.User.MayEverywhere(requirement.Role) : context.User.May(requirement.Role))
        || (requirement.OrLocal && request?.Connection.RemoteIpAddress is { } from && System.Net.IPAddress.IsLoopback(from));

    private bool IsMachines(AuthorizationHandlerContext context, HttpContext request)
    {
        if (request.GetEndpoint()?.Metadata.GetMetadata<MachineOfRoute>() is not { } about || context.User.MayEverywhere(about.Role))
        {
            return true;
        }
        // A machine that is not there and one of another's part are not told apart.
        return request.Request.RouteValues[about.RouteValue] is string name && machines.Resolve(name) is { } machine
            && context.User.May(about.Role, machine.Labels);
    }
}
