using System.Security.Cryptography;
using System.Text;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest.Idempotency;

/// <summary>An endpoint whose requests or answers hold a password, a token or a code: none of them is stored.</summary>
internal sealed record HoldsSecret;

/// <summary>
/// A POST with an <c>Idempotency-Key</c> is done once: the same again gets the same answer, with <c>Idempotency-Replayed: true</c>. Stands
/// after whoever finds out who asks, because a key belongs to its caller.
/// </summary>
internal sealed class IdempotencyMiddleware(RequestDelegate next, IdempotentAnswers answers)
{
    private const string KeyHeader = "Idempotency-Key";
    private const int MaxKey = 255;
    private const int MaxKept = 256 << 10;

    public async Task InvokeAsync(HttpContext context)
    {
        var key = context.Request.Headers[KeyHeader].ToString();
        // What changes nothing needs no key, and what nobody serves is refused without one.
        if (key.Length == 0 || !HttpMethods.IsPost(context.Request.Method) || context.GetEndpoint() is not RouteEndpoint || context.Request.Path == RestRegistration.ButanePath)
        {
            await next(context);
            return;
        }
        if (key.Length > MaxKey || key.Any(c => c is < '!' or > '~'))
        {
            throw new ProblemException(ProblemKind.InvalidRequest, $"an {KeyHeader} has 1 to {MaxKey} visible ASCII characters, such as a UUID");
        }
        var body = await RestBody.ReadAsync(context, RestBody.MaxJson);
        context.Request.Body = new MemoryStream(body, writable: false);
        var own = HashOf($"{context.By()}\n{key}");
        var fingerprint = HashOf($"{context.Request.Path}{context.Request.QueryString}\n{Convert.ToHexStringLower(SHA256.HashData(body))}");
        switch (answers.Begin(own, fingerprint))
        {
            case KeyOutcome.Done { Answer: var kept }:
                await ReplayAsync(context, kept);
                return;
            case KeyOutcome.DoneInSecret:
                throw new ProblemException(
                    ProblemKind.Conflict, $"a request with this {KeyHeader} was done before the appliance was started again; its answer held a secret, which is not kept: see what is there, or take a new key");
            case KeyOutcome.Running:
                throw new ProblemException(ProblemKind.Conflict, $"the request with this {KeyHeader} is still being done: ask again");
            case KeyOutcome.Other:
                throw new ProblemException(ProblemKind.KeyReused, $"this {KeyHeader} was used for another request within a day: take a new one");
        }
        try
        {
            await DoAsync(context, own);
        }
        finally
        {
            answers.Forget(own);
        }
    }

    private async Task DoAsync(HttpContext context, string own)
    {
        var body = context.Response.Body;
        using var written = new MemoryStream();
        context.Response.Body = written;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }
        var octets = written.ToArray();
        // A fault of ours may be over the next time.
        if (context.Response.StatusCode < StatusCodes.Status500InternalServerError && octets.Length <= MaxKept)
        {
            answers.Keep(
                own, new KeptAnswer(context.Response.StatusCode, context.Response.ContentType, context.Response.Headers.ETag, octets),
                context.GetEndpoint()?.Metadata.GetMetadata<HoldsSecret>() is not null);
        }
        if (octets.Length > 0)
        {
            await body.WriteAsync(octets, context.RequestAborted);
        }
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task ReplayAsync(HttpContext context, KeptAnswer kept)
    {
        context.Response.StatusCode = kept.Status;
        context.Response.ContentType = kept.ContentType;
        context.Response.Headers.ETag = kept.ETag;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        context.Response.ContentLength = kept.Body.Length;
        await context.Response.Body.WriteAsync(kept.Body, context.RequestAborted);
    }
}
