using Matchbox.Core.Access;
using Matchbox.Core.Catalogs.Documents;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>
/// The catalog's documents as octets. ETags are strong and name the content; <c>If-Match</c> and <c>If-None-Match: *</c> are kept
/// (RFC 9110 §13). <c>?dry-run=true</c> answers alike and changes nothing.
/// </summary>
internal sealed class DocumentEndpoints(ICatalogDocuments documents, CatalogRights rights)
{
    private const string Root = "/api/v1/documents";
    private const string One = Root + "/{**path}";
    private const int LargestDocument = 16 << 20;
    private const int LargestSet = 64 << 20;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).RequireAuthorization(AccessPolicies.ViewerOfAll);
        routes.MapPost(Root, ChangeSetAsync).RequireAuthorization(AccessPolicies.Operator);
        routes.MapGet(One, GetAsync).RequireAuthorization(AccessPolicies.ViewerOfAll);
        routes.MapPut(One, PutAsync).RequireAuthorization(AccessPolicies.Operator);
        routes.MapDelete(One, DeleteAsync).RequireAuthorization(AccessPolicies.Operator);
    }

    /// <summary><c>?part=groups</c>: those of one part alone.</summary>
    private Task ListAsync(HttpContext context)
    {
        IEnumerable<string> parts = context.Request.Query["part"].ToString() is { Length: > 0 } part ? [part] : DocumentPath.Parts;
        var list = parts.SelectMany(documents.In)
            .Select(document => new DocumentView(document.Path, document.Revision, document.Content.Length, document.Origin.ToString().ToLowerInvariant()));
        return context.AnswerAsync(new DocumentList([.. list]), RestJson.Default.DocumentList);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (documents.Find(PathOf(context)) is not { } document)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"there is no document {PathOf(context)}");
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

    private async Task PutAsync(HttpContext context)
    {
        if (await ReadAsync(context) is { } content)
        {
            await ChangeAsync(context, [new DocumentChange(PathOf(context), content) { IfRevision = ConditionOf(context) }]);
        }
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (documents.Find(PathOf(context)) is null)
        {
            await context.RefuseAsync(StatusCodes.Status404NotFound, $"there is no document {PathOf(context)}");
            return;
        }
        await ChangeAsync(context, [new DocumentChange(PathOf(context), null) { IfRevision = ConditionOf(context) }]);
    }

    private async Task ChangeSetAsync(HttpContext context)
    {
        Allow(context, LargestSet);
        try
        {
            if (await context.ReadAsync(RestJson.Default.DocumentChangeSet) is { } set)
            {
                await ChangeAsync(context, [.. (set.Changes.IsDefault ? [] : set.Changes).Select(change =>
                    new DocumentChange(change.Path ?? "", change.Content is { } content ? content : (ReadOnlyMemory<byte>?)null) { IfRevision = change.IfRevision, TakesOver = change.TakeOver })]);
            }
        }
        catch (BadHttpRequestException refused)
        {
            await context.RefuseAsync(refused.StatusCode, $"the set is too large: {LargestSet >> 20} MiB at most, so send several");
        }
    }

    private async Task ChangeAsync(HttpContext context, IReadOnlyList<DocumentChange> changes)
    {
        var dryRun = context.Request.Query["dry-run"].ToString() is "1" or "true";
        var outcome = await documents.ChangeAsync(changes, DocumentCheck.Sound, dryRun, rights.GuardOf(context.User.Rights()), context.RequestAborted);
        switch (outcome)
        {
            case ChangeOutcome.Done done:
                if (changes is [{ Content: not null } only] && documents.Find(only.Path) is { } written && !dryRun)
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
    private string? ConditionOf(HttpContext context)
    {
        var (match, none) = (context.Request.Headers.IfMatch.ToString(), context.Request.Headers.IfNoneMatch.ToString());
        return none == "*" ? ""
            : match == "*" ? documents.Find(PathOf(context))?.Revision ?? "none"
            : match.Length > 0 ? match.Trim('"')
            : null;
    }

    private static string PathOf(HttpContext context) => (string?)context.Request.RouteValues["path"] ?? "";

    private static string TagOf(CatalogDocument document) => $"\"{document.Revision}\"";
}
