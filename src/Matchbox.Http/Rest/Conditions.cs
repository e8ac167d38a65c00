using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Matchbox.Http.Rest;

/// <summary>Conditional requests (RFC 9110 §13): revisions as entity tags.</summary>
internal static class Conditions
{
    /// <summary>A revision as a strong validator.</summary>
    public static string TagOf(string revision) => $"\"{revision}\"";

    /// <summary>
    /// The revision that has to be there when the change is made; empty: nothing may be there; null: whatever is.
    /// </summary>
    /// <param name="request">With <c>If-Match</c> or <c>If-None-Match: *</c>, or neither.</param>
    /// <param name="present">What is there now; null: nothing.</param>
    /// <exception cref="ProblemException">What is there now does not fit already.</exception>
    public static string? RequiredRevision(HttpRequest request, string? present)
    {
        if (request.Headers.IfNoneMatch.Count > 0)
        {
            return request.Headers.IfNoneMatch.ToString() == "*"
                ? present is null ? "" : throw Stale(present)
                : throw new ProblemException(ProblemKind.InvalidRequest, "a change takes If-None-Match: * (make it, if nothing is there) or If-Match");
        }
        if (request.Headers.IfMatch.Count == 0)
        {
            return null;
        }
        if (!EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var tags))
        {
            throw new ProblemException(ProblemKind.InvalidRequest, "If-Match takes the ETag of the answer that the change was made from, in its quotes");
        }
        return present is not null && tags.Any(tag => tag.Tag == "*" || !tag.IsWeak && tag.Tag == TagOf(present)) ? present : throw Stale(present);
    }

    /// <summary>Sets the validator, and says whether the caller has this content already (<c>304</c>).</summary>
    public static bool IsKnownToCaller(HttpContext context, string revision)
    {
        var tag = TagOf(revision);
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        return EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var tags) && tags.Any(known => known.Tag == "*" || known.Tag == tag);
    }

    /// <summary>The problem of a change that was made from another content than is there.</summary>
    public static ProblemException Stale(string? present) => new(
        ProblemKind.Stale,
        present is null ? "it is not there any more: read again, and make it with If-None-Match: * if you still want it"
            : "another content is there than your change was made from: read again, and change that")
    {
        ETag = present is null ? null : TagOf(present),
    };
}
