using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>The calls of the API by the right that they need.</summary>
/// <param name="Viewer">Looks at machines: at those that the caller may see.</param>
/// <param name="Operator">Changes machines, and groups, profiles and configs, which reach machines: those that the caller may change.</param>
/// <param name="ViewerOfAll">Looks at what belongs to no machine.</param>
/// <param name="OperatorOfAll">Changes what belongs to no machine, such as leases.</param>
/// <param name="Admin">Changes what reaches beyond the machines.</param>
internal sealed record RestRoutes(
    RouteGroupBuilder Viewer, RouteGroupBuilder Operator, RouteGroupBuilder ViewerOfAll, RouteGroupBuilder OperatorOfAll, RouteGroupBuilder Admin)
{
    public static RestRoutes On(IEndpointRouteBuilder routes) => new(
        GroupFor(routes, "viewer", AccessPolicies.Viewer), GroupFor(routes, "operator", AccessPolicies.Operator),
        GroupFor(routes, "viewer", AccessPolicies.ViewerOfAll), GroupFor(routes, "operator", AccessPolicies.OperatorOfAll),
        GroupFor(routes, "admin", AccessPolicies.Admin));

    private static RouteGroupBuilder GroupFor(IEndpointRouteBuilder routes, string role, string policy) =>
        routes.MapGroup("/api/v1").WithMetadata(new RequiredRole(role)).RequireAuthorization(policy);
}

/// <summary>The least role that may call an endpoint: <c>viewer</c>, <c>operator</c> or <c>admin</c>.</summary>
internal sealed record RequiredRole(string Name);

/// <summary>An example of a body, as JSON, for the OpenAPI document.</summary>
internal sealed record RequestExample(string Json);

/// <summary>An example of the answer, as JSON, for the OpenAPI document.</summary>
internal sealed record AnswerExample(string Json);

/// <summary>What the OpenAPI document says of an endpoint.</summary>
internal static class RestDescriptions
{
    /// <param name="call">The endpoint.</param>
    /// <param name="id">The operation's name for generated clients.</param>
    /// <param name="tag">The chapter that it stands in.</param>
    /// <param name="summary">What it does, in a line.</param>
    /// <param name="more">What else there is to know; Markdown.</param>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder call, string id, string tag, string summary, string more = "")
    {
        call.WithName(id).WithTags(tag).WithSummary(summary);
        return more.Length > 0 ? call.WithDescription(more) : call;
    }

    /// <summary>The kinds of problem that it may answer with, beside those of every call.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder call, params ReadOnlySpan<ProblemKind> kinds)
    {
        var seen = new HashSet<int>();
        foreach (var kind in kinds)
        {
            if (seen.Add(kind.Status))
            {
                call.WithMetadata(new ProducesResponseTypeMetadata(kind.Status, typeof(Problem), [ProblemResult.MediaType]));
            }
        }
        return call;
    }

    /// <summary>An example of what it answers, as JSON.</summary>
    public static RouteHandlerBuilder Shows(this RouteHandlerBuilder call, string example) => call.WithMetadata(new AnswerExample(example));

    /// <summary>What it takes for a body, with an example.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder call, string example, string type = "application/json", params string[] more)
        where T : notnull => call.WithMetadata(new RequestBodyMetadata(typeof(T), [type, .. more]), new RequestExample(example));

    // Describes without choosing: the endpoint reads the body, and says what is wrong with it.
    private sealed class RequestBodyMetadata(Type type, string[] types) : IAcceptsMetadata
    {
        public IReadOnlyList<string> ContentTypes => types;

        public Type? RequestType => type;

        public bool IsOptional => true;
    }
}
