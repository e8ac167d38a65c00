using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace Matchbox.Http.Rest;

/// <summary>
/// The catalog's documents as octets. ETags are strong and name the content; <c>If-Match</c> and <c>If-None-Match: *</c> are kept
/// (RFC 9110 §13). <c>?dry-run=true</c> answers alike and changes nothing.
/// </summary>
internal sealed class DocumentEndpoints(ICatalogDocuments documents, CatalogRights rights)
{
    private const string Tag = "Documents";
    private const string Root = "/documents";
    private const string One = Root + "/{**path}";
    private const string DryRun = "dry-run";
    private const string ChangeNote = "`If-Match` and `If-None-Match: *` are kept (`412` otherwise). `dry-run=true` answers alike, and changes nothing.";
    private const int LargestDocument = 16 << 20;
    private const int LargestSet = 64 << 20;

    private static readonly ProblemKind[] ChangeFaults =
        [ProblemKind.InvalidRequest, ProblemKind.Forbidden, ProblemKind.Declared, ProblemKind.Stale, ProblemKind.TooLarge, ProblemKind.Unsound, ProblemKind.StoreFailed];

    public void Map(RestRoutes rest)
    {
        rest.Viewer.MapGet(Root, ListAsync)
            .Describe("listDocuments", Tag, "List the catalog's documents", "Of all parts, or of `part`: `groups`, `profiles`, `ignition`, `generic` or `cloud`.")
            .Produces<DocumentList>().Shows("""{ "documents": [ { "path": "groups/b7.json", "revision": "2cf24dba5fb0a30e26e83b2ac5b9e29e", "size": 81, "origin": "store" } ] }""");
        rest.Operator.MapPost(Root, ChangeSetAsync)
            .Describe("changeDocuments", Tag, "Write and remove documents: all of them or none", $"`content` is base64; without it, the document is removed. {ChangeNote}")
            .Takes<DocumentChangeSet>("""{ "changes": [ { "path": "groups/b7.json", "content": "e30K" }, { "path": "groups/old.json" } ] }""")
            .Produces<DocumentResult>().Fails(ChangeFaults);
        rest.Viewer.MapGet(One, GetAsync)
            .Describe("getDocument", Tag, "Get a document, octet for octet", "With its `ETag`.")
            .Produces<string>(StatusCodes.Status200OK, "application/octet-stream").Fails(ProblemKind.NotFound);
        rest.Operator.MapPut(One, PutAsync)
            .Describe("putDocument", Tag, "Make or replace a document", $"The path is one of the layout, such as `groups/b7.json` or `ignition/worker.yaml`. {ChangeNote}")
            .Takes<string>("\"variant: fcos\\nversion: 1.5.0\\n\"", "*/*")
            .Produces<DocumentResult>().Fails(ChangeFaults);
        rest.Operator.MapDelete(One, DeleteAsync)
            .Describe("deleteDocument", Tag, "Remove a document",
                $"{ChangeNote} `stored=true` removes what the store keeps there behind a file of the data folder, and leaves that file; it needs the right for everything.")
            .Produces<DocumentResult>().Fails([ProblemKind.NotFound, .. ChangeFaults]);
    }

    private Task ListAsync(HttpContext context, string? part)
    {
        IEnumerable<string> parts = part is { Length: > 0 } ? [part] : DocumentPath.Parts;
        var seesAll = context.User.MayEverywhere(Role.Viewer);
        var list = parts.SelectMany(part => rights.In(context.User.Rights(), part))
            .Select(document => new DocumentView(
                document.Path, document.Revision, document.Content.Length, document.Origin.ToString().ToLowerInvariant(),
                document.Origin == DocumentOrigin.Folder && seesAll && documents.FindStored(document.Path) is not null));
        return context.AnswerAsync(new DocumentList([.. list]), RestJson.Default.DocumentList);
    }

    private async Task GetAsync(HttpContext context, string path)
    {
        if (Find(context, path) is not { } document)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"there is no document {path}");
            return;
        }
        context.Response.Headers.ETag = TagOf(document);
        if (context.Request.Headers.IfNoneMatch == TagOf(document))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = document.Content.Length;
        await context.Response.Body.WriteAsync(document.Content, context.RequestAborted);
    }

    private async Task PutAsync(HttpContext context, string path, [FromQuery(Name = DryRun)] string? dryRun)
    {
        if (await ReadAsync(context) is { } content)
        {
            await ChangeAsync(context, [new DocumentChange(path, content) { IfRevision = ConditionOf(context, Find(context, path)) }], dryRun);
        }
    }

    private async Task DeleteAsync(HttpContext context, string path, bool? stored, [FromQuery(Name = DryRun)] string? dryRun)
    {
        if (stored ?? false)
        {
            await DeleteStoredAsync(context, path, dryRun);
            return;
        }
        if (Find(context, path) is null)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"there is no document {path}");
            return;
        }
        await ChangeAsync(context, [new DocumentChange(path, null) { IfRevision = ConditionOf(context, Find(context, path)) }], dryRun);
    }

    // What no machine is given now, and nobody's rights are read from.
    private async Task DeleteStoredAsync(HttpContext context, string path, string? dryRun)
    {
        if (!context.User.MayEverywhere(Role.Operator))
        {
            await context.RefuseAsync(StatusCodes.Status403Forbidden, "operator of every machine is needed for what stands behind a file of the data folder");
            return;
        }
        if (documents.FindStored(path) is not { } document)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"the store keeps no document {path}");
            return;
        }
        await ChangeAsync(context, [new DocumentChange(path, null) { OfStore = true, IfRevision = ConditionOf(context, document) }], dryRun);
    }

    private async Task ChangeSetAsync(HttpContext context, [FromQuery(Name = DryRun)] string? dryRun)
    {
        Allow(context, LargestSet);
        try
        {
            if (await context.ReadAsync(RestJson.Default.DocumentChangeSet) is { } set)
            {
                await ChangeAsync(context, [.. (set.Changes ?? []).Select(change =>
                    new DocumentChange(change.Path ?? "", change.Content is { } content ? content : (ReadOnlyMemory<byte>?)null) { IfRevision = change.IfRevision, TakesOver = change.TakeOver })], dryRun);
            }
        }
        catch (BadHttpRequestException refused)
        {
            await context.RefuseAsync(refused.StatusCode, $"the set is too large: {LargestSet >> 20} MiB at most, so send several");
        }
    }

    private async Task ChangeAsync(HttpContext context, IReadOnlyList<DocumentChange> changes, string? asked)
    {
        var dryRun = asked is "1" or "true";
        var outcome = await rights.ChangeAsync(context.User.Rights(), changes, DocumentCheck.Sound, dryRun, context.RequestAborted);
        switch (outcome)
        {
            case ChangeOutcome.Done done:
                if (changes is [{ Content: not null } only] && Find(context, only.Path) is { } written && !dryRun)
                {
                    context.Response.Headers.ETag = TagOf(written);
                }
                await context.AnswerAsync(new DocumentResult(done.Notes), RestJson.Default.DocumentResult);
                break;
            case ChangeOutcome.Forbidden forbidden:
                await context.RefuseAsync(StatusCodes.Status403Forbidden, $"nothing was changed: {forbidden.Reason}");
                break;
            case ChangeOutcome.Stale stale:
                await context.RefuseAsync(StatusCodes.Status412PreconditionFailed, stale.Present is null
                    ? $"{stale.Path} is not there any more: read again what is there"
                    : $"{stale.Path} is there with revision {stale.Present.Revision}: read it again and repeat the change");
                break;
            case ChangeOutcome.Declared declared:
                await context.RefuseAsync(StatusCodes.Status409Conflict, $"{declared.Path} is a file of the declared folder, which calls do not write: change the file, or set write-to: folder");
                break;
            case ChangeOutcome.Refused refused:
                await context.RefuseAsync(StatusCodes.Status422UnprocessableEntity, string.Join('\n', refused.Faults));
                break;
            case ChangeOutcome.Failed failed:
                await context.RefuseAsync(StatusCodes.Status507InsufficientStorage, $"nothing was changed: {failed.Reason}");
                break;
            default:
                throw new InvalidOperationException($"no answer for {outcome}");
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpContext context)
    {
        Allow(context, LargestDocument);
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            return buffer.ToArray();
        }
        catch (BadHttpRequestException refused)
        {
            await context.RefuseAsync(refused.StatusCode, $"the document is too large: {LargestDocument >> 20} MiB at most");
            return null;
        }
    }

    private static void Allow(HttpContext context, long most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }
    }

    // If-Match: * asks only that something is there, and If-None-Match: * that nothing is.
    private static string? ConditionOf(HttpContext context, CatalogDocument? present)
    {
        var (match, none) = (context.Request.Headers.IfMatch.ToString(), context.Request.Headers.IfNoneMatch.ToString());
        return none == "*" ? ""
            : match == "*" ? present?.Revision ?? "none"
            : match.Length > 0 ? match.Trim('"')
            : null;
    }

    private CatalogDocument? Find(HttpContext context, string path) => rights.Find(context.User.Rights(), path);

    private static string TagOf(CatalogDocument document) => $"\"{document.Revision}\"";
}
