using System.Text.Json;
using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Core.Machines;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary><c>POST /groups/match</c>: which machines a group would select, written as it would be saved. Nothing is changed by asking.</summary>
internal sealed class GroupMatchEndpoint(MachineRegistry machines, MachineViews views, BootService boot, ICatalogPreview preview)
{
    private const int MaxShown = 1_000;
    private const string Unnamed = "unnamed-group";

    public void Map(RestRoutes rest) => rest.ViewerOfAll.MapPost("/groups/match", MatchAsync).WithMetadata(new ChangesNothing())
        .Describe("matchGroup", "Groups", "Say which machines a group selects",
            "The body is the group's document; `id` the name that it has or would have, by which the present one is left aside. A machine that fits and is selected by another group is told with that one. Nothing is changed.")
        .Takes<JsonElement>("""{ "profile": "worker", "selector": { "rack": "b7" } }""")
        .Shows("""{ "count": 2, "selected": 1, "machines": [ { "machine": "52-54-00-77-00-01", "name": "node1", "state": "ready" }, { "machine": "52-54-00-77-00-02", "name": "node2", "state": "ready", "instead": "node2" } ] }""")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.TooLarge, ProblemKind.UnsupportedMediaType, ProblemKind.Unsound);

    private async Task<Ok<GroupMatch>> MatchAsync(HttpContext context, string? id)
    {
        RestBody.RequireJson(context);
        var body = await RestBody.ReadAsync(context, DocumentKind.Group.MaxOctets);
        var path = DocumentKind.Group.PathOf(id ?? Unnamed) ?? throw new ProblemException(ProblemKind.InvalidRequest, $"'{id}' names no group");
        var reading = await preview.WithAsync([new DocumentChange(path, body)], context.RequestAborted);
        if (reading.GroupAt(path) is not { } group)
        {
            throw CatalogChanges.Unsound([.. reading.Faults.Where(fault => fault.File == path)], [new DocumentChange(path, body)]);
        }
        var fitting = machines.All.Where(machine => boot.Fits(machine, group, reading.Catalog.IsStrict))
            .Select(machine => (Machine: machine, Instead: boot.GroupOf(machine, reading.Catalog)?.Id))
            .Select(pair => pair.Instead == group.Id ? pair with { Instead = null } : pair)
            .OrderBy(pair => pair.Instead is not null).ThenBy(pair => pair.Machine.Name.Length == 0).ThenBy(pair => pair.Machine.Name, StringComparer.Ordinal).ThenBy(pair => pair.Machine.Id, StringComparer.Ordinal)
            .ToArray();
        return TypedResults.Ok(new GroupMatch(
            fitting.Length, fitting.Count(pair => pair.Instead is null),
            [.. fitting.Take(MaxShown).Select(pair => new MatchedMachine(pair.Machine.Id, pair.Machine.Name, views.Of(pair.Machine).State, pair.Instead))]));
    }
}
