using System.Text.Json;
using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest.Catalogs;

/// <summary>
/// Groups, profiles and configs. Each is its document, octet for octet: what a <c>PUT</c> sent, a <c>GET</c> answers; lists show what can
/// be read of them. A change is checked with the whole catalog, and is in use when its answer comes.
/// </summary>
internal sealed class CatalogEndpoints(CatalogRights rights, CatalogChanges changes)
{
    private const string ChangeNote =
        "With `If-Match`, only when nobody changed it meanwhile; with `If-None-Match: *`, only when it is not there (`412` otherwise). "
        + "`dryRun=true` answers what would change, which machines would get something else included, and changes nothing.";

    private static readonly ProblemKind[] ChangeFaults =
    [
        ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Declared, ProblemKind.Stale, ProblemKind.TooLarge,
        ProblemKind.UnsupportedMediaType, ProblemKind.Unsound, ProblemKind.StoreFailed,
    ];

    public void Map(RestRoutes rest)
    {
        rest.Viewer.MapGet("/groups", Groups)
            .Describe("listGroups", "Groups", "List groups", "Filters: `name` and `profile` (equal), `label=key=value` (groups whose selector names that value; several times: all).")
            .Fails(ProblemKind.InvalidRequest);
        MapOne<GroupView>(rest, "/groups/{id}", DocumentKind.Group, "Group", """{ "name": "rack b7", "profile": "worker", "selector": { "rack": "b7" }, "metadata": { "domain": "b7.example" } }""");
        rest.Viewer.MapGet("/profiles", Profiles)
            .Describe("listProfiles", "Profiles", "List profiles", "Filters: `name` (equal), `config` (an id that it names as Ignition, generic or cloud config).")
            .Fails(ProblemKind.InvalidRequest);
        MapOne<ProfileView>(rest, "/profiles/{**id}", DocumentKind.Profile, "Profile", """{ "id": "worker", "name": "worker", "boot": { "kernel": "/assets/vmlinuz", "initrd": ["/assets/initrd"], "args": ["console=ttyS0"] }, "ignition_id": "worker.yaml" }""");
        foreach (var kind in DocumentKind.Configs)
        {
            var name = char.ToUpperInvariant(kind.Part[0]) + kind.Part[1..];
            rest.Viewer.MapGet($"/configs/{kind.Part}", (HttpContext context, int? limit, string? cursor) => Configs(context, kind))
                .Describe($"list{name}Configs", "Configs", $"List the configs of kind {kind.Part}")
                .Fails(ProblemKind.InvalidRequest);
            MapOne<ConfigView>(rest, $"/configs/{kind.Part}/{{**id}}", kind, $"{name}Config", "\"variant: fcos\\nversion: 1.5.0\\n\"");
        }
    }

    private void MapOne<TView>(RestRoutes rest, string path, DocumentKind kind, string name, string example)
    {
        var tag = kind == DocumentKind.Group ? "Groups" : kind == DocumentKind.Profile ? "Profiles" : "Configs";
        rest.Viewer.MapGet(path, (HttpContext context, string id, string? view) => Show(context, kind, id))
            .Describe($"get{name}", tag, $"Get a {kind.Noun}", "The document itself with its `ETag`; with `view`, what lists show of it.")
            .Produces<TView>().Fails(ProblemKind.NotFound);
        Document(rest.Operator.MapPut(path, (HttpContext context, string id, bool? dryRun) => PutAsync(context, kind, id, DryRun.Note(context, dryRun))), kind, example)
            .Describe($"put{name}", tag, $"Make or replace a {kind.Noun}", ChangeNote)
            .Produces<ChangeResult>().Produces<ChangeResult>(StatusCodes.Status201Created).Fails(ChangeFaults);
        if (kind.IsJson)
        {
            rest.Operator.MapPatch(path, (HttpContext context, string id, bool? dryRun) => PatchAsync(context, kind, id, DryRun.Note(context, dryRun)))
                .Describe($"patch{name}", tag, $"Change some of a {kind.Noun}", $"A JSON merge patch (RFC 7396). The document is written anew, indented. {ChangeNote}")
                .Takes<JsonElement>("""{ "name": "another name" }""", "application/merge-patch+json", "application/json")
                .Produces<ChangeResult>().Fails(ChangeFaults);
        }
        rest.Operator.MapDelete(path, (HttpContext context, string id, bool? dryRun) => DeleteAsync(context, kind, id, DryRun.Note(context, dryRun)))
            .Describe($"delete{name}", tag, $"Remove a {kind.Noun}", ChangeNote)
            .Produces<ChangeResult>().Fails(ChangeFaults);
    }

    private static RouteHandlerBuilder Document(RouteHandlerBuilder call, DocumentKind kind, string example) =>
        kind.IsJson ? call.Takes<JsonElement>(example) : call.Takes<string>(example, "*/*");

    private Ok<GroupList> Groups(HttpContext context, string? name, string? profile, string[]? label, int? limit, string? cursor)
    {
        _ = (label, limit, cursor);
        var labels = context.PairsOf("label");
        var (page, next) = Paging.PageOf(
            context,
            In(context, DocumentKind.Group).Select(DocumentViews.GroupOf).Where(group => (name is null || group.Name == name) && (profile is null || group.Profile == profile)
                && labels.All(pair => DocumentViews.Names(group.Selector, pair.Key, pair.Value))),
            group => group.Path);
        return TypedResults.Ok(new GroupList(page, next));
    }

    private Ok<ProfileList> Profiles(HttpContext context, string? name, string? config, int? limit, string? cursor)
    {
        _ = (limit, cursor);
        var (page, next) = Paging.PageOf(
            context,
            In(context, DocumentKind.Profile).Select(DocumentViews.ProfileOf).Where(profile => (name is null || profile.Name == name)
                && (config is null || profile.IgnitionId == config || profile.GenericId == config || profile.CloudId == config)),
            profile => profile.Path);
        return TypedResults.Ok(new ProfileList(page, next));
    }

    private Ok<ConfigList> Configs(HttpContext context, DocumentKind kind)
    {
        var (page, next) = Paging.PageOf(context, In(context, kind), document => document.Path);
        return TypedResults.Ok(new ConfigList([.. page.Select(document => DocumentViews.ConfigOf(kind, document))], next));
    }

    // By octet is by code unit but for what is beyond the basic plane; a cursor needs one order.
    private IEnumerable<CatalogDocument> In(HttpContext context, DocumentKind kind) =>
        rights.In(context.User.Rights(), kind.Part).Where(document => kind.Has(document.Path)).OrderBy(document => document.Path, StringComparer.Ordinal);

    private IResult Show(HttpContext context, DocumentKind kind, string id)
    {
        var document = Find(context, PathOf(kind, id)) ?? throw Missing(kind, id);
        if (Conditions.IsKnownToCaller(context, document.Revision))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }
        if (context.IsOn("view"))
        {
            return kind == DocumentKind.Group ? TypedResults.Ok(DocumentViews.GroupOf(document))
                : kind == DocumentKind.Profile ? TypedResults.Ok(DocumentViews.ProfileOf(document))
                : TypedResults.Ok(DocumentViews.ConfigOf(kind, document));
        }
        context.Response.Headers["X-Matchbox-Origin"] = DocumentViews.OriginOf(document);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(document.Content, kind.MediaType);
    }

    private async Task<IResult> PutAsync(HttpContext context, DocumentKind kind, string id, bool dryRun)
    {
        var path = PathOf(kind, id);
        if (kind.IsJson)
        {
            RestBody.RequireJson(context);
        }
        var body = await RestBody.ReadAsync(context, kind.MaxOctets);
        return await ChangeAsync(context, path, body, Find(context, path), dryRun);
    }

    private async Task<IResult> DeleteAsync(HttpContext context, DocumentKind kind, string id, bool dryRun)
    {
        var path = PathOf(kind, id);
        return await ChangeAsync(context, path, null, Find(context, path) ?? throw Missing(kind, id), dryRun);
    }

    private async Task<IResult> PatchAsync(HttpContext context, DocumentKind kind, string id, bool dryRun)
    {
        var path = PathOf(kind, id);
        RestBody.RequireJson(context);
        var patch = await RestBody.ReadAsync(context, kind.MaxOctets);
        var present = Find(context, path) ?? throw Missing(kind, id);
        // It was made from this content, so that no other may be there: the caller asks again.
        return await ChangeAsync(context, path, MergePatch.Apply(present.Content, patch), present, dryRun, present.Revision);
    }

    private async Task<IResult> ChangeAsync(
        HttpContext context, string path, byte[]? content, CatalogDocument? present, bool dryRun, string? madeFrom = null)
    {
        var required = Conditions.RequiredRevision(context.Request, present?.Revision) ?? madeFrom;
        var change = new DocumentChange(path, content is null ? null : (ReadOnlyMemory<byte>?)content) { IfRevision = required };
        var result = await changes.MakeAsync(context.User, [change], dryRun, context.RequestAborted);
        if (dryRun)
        {
            return TypedResults.Ok(result);
        }
        var step = result.Documents[0];
        if (step.Revision is { } revision)
        {
            context.Response.Headers.ETag = Conditions.TagOf(revision);
        }
        return step.Step == "create" ? TypedResults.Created(context.Request.Path.ToUriComponent(), result) : TypedResults.Ok(result);
    }

    private CatalogDocument? Find(HttpContext context, string path) => rights.Find(context.User.Rights(), path);

    private static string PathOf(DocumentKind kind, string id) => kind.PathOf(id)
        ?? throw new ProblemException(ProblemKind.InvalidRequest, $"'{id}' names no {kind.Noun}: 255 characters at most, no part empty or with a dot at its start{(kind == DocumentKind.Group ? ", no slash" : "")}");

    private static ProblemException Missing(DocumentKind kind, string id) => new(ProblemKind.NotFound, $"there is no {kind.Noun} '{id}'");
}
