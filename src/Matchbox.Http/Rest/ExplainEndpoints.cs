using System.Globalization;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Protocols;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>
/// <c>GET /api/v1/explain?mac=...</c>: which group a machine gets, why no other one, and what it would be given. The labels that
/// machines send have parameters of their names, others are <c>label=KEY=VALUE</c>. Asking changes nothing.
/// </summary>
internal sealed class ExplainEndpoints(BootExplainer explainer)
{
    /// <summary>More than this many groups are counted, not listed.</summary>
    private const int MostGroups = 1_000;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/explain", ExplainAsync)
        .RequireAuthorization(AccessPolicies.ViewerOfAll)
        .Describe("explain", "Machines", "Explain which group a machine gets, why no other one, and what it would be given",
            "What a machine says of itself: `mac`, `uuid`, `serial`, `hostname`, `domain`, `arch`, `platform`, others as `label=KEY=VALUE`. Asking changes nothing.")
        .Produces<ExplainView>().Fails(ProblemKind.InvalidRequest);

    // The parameters are named for the description alone: all of them are read below.
    private Task ExplainAsync(HttpContext context, string? mac, string? uuid, string? serial, string[]? label)
    {
        _ = (mac, uuid, serial, label);
        return TryRead(context.Request.Query, out var request, out var error)
            ? context.AnswerAsync(ExplainView.Of(explainer.Explain(request)), ExplainJson.Default.ExplainView)
            : context.RefuseAsync(StatusCodes.Status400BadRequest, error);
    }

    private static bool TryRead(IQueryCollection query, out ExplainRequest request, out string error)
    {
        request = new ExplainRequest([]);
        foreach (var (key, values) in query)
        {
            foreach (var value in values)
            {
                if (!TryAdd(ref request, key, value ?? "", out error))
                {
                    return false;
                }
            }
        }
        error = "";
        return true;
    }

    private static bool TryAdd(ref ExplainRequest request, string key, string value, out string error)
    {
        error = "";
        switch (key)
        {
            case "mac" or "uuid" or "serial" or "hostname" or "domain" or "arch" or "platform":
                if (!request.Labels.Add(key, value))
                {
                    error = $"'{value}' is no MAC address, such as 52:54:00:77:00:01";
                }
                break;
            case "label":
                var equals = value.IndexOf('=', StringComparison.Ordinal);
                if (equals < 1)
                {
                    error = $"a label is key=value, such as rack=b7, not '{value}'";
                }
                else if (!request.Labels.Add(value[..equals], value[(equals + 1)..]))
                {
                    error = $"'{value[(equals + 1)..]}' is no MAC address, such as 52:54:00:77:00:01";
                }
                break;
            case "address":
                if (IPv4Address.TryParse(value, CultureInfo.InvariantCulture, out var address))
                {
                    request = request with { Address = address };
                }
                else
                {
                    error = $"'{value}' is no IPv4 address, such as 10.77.0.21";
                }
                break;
            case "limit":
                if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most <= MostGroups)
                {
                    request = request with { Most = most };
                }
                else
                {
                    error = $"limit is a number up to {MostGroups}, not '{value}'";
                }
                break;
            default:
                error = $"there is no parameter '{key}': mac, uuid, serial, hostname, domain, arch, platform, label=KEY=VALUE, address and limit";
                break;
        }
        return error.Length == 0;
    }
}
