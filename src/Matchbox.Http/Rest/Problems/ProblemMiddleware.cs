using Matchbox.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Rest.Problems;

/// <summary>
/// Makes a problem of every refusal: of what routing refuses with a status alone, of requests that cannot be read, and of our own
/// faults, whose text stays in the log.
/// </summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                var kind = ProblemKind.OfStatus(context.Response.StatusCode);
                await context.AnswerAsync(kind.With(DetailOf(context, kind)));
            }
        }
        catch (ProblemException refused) when (!context.Response.HasStarted)
        {
            await new ProblemResult(refused.Problem) { ETag = refused.ETag }.ExecuteAsync(context);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await context.AnswerAsync(ProblemKind.OfStatus(refused.StatusCode).With(refused.Message));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The other side has left.
        }
        catch (IOException failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, context.Request.Method, ClientText.Escape(context.Request.Path), failure);
            await context.AnswerAsync(ProblemKind.StoreFailed.With($"nothing was changed, the store failed: {failure.Message}"));
        }
        catch (Exception fault) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(logger, context.Request.Method, ClientText.Escape(context.Request.Path), fault);
            await context.AnswerAsync(ProblemKind.Internal.With("the log of the appliance says more"));
        }
    }

    private static string DetailOf(HttpContext context, ProblemKind kind) => kind.Status switch
    {
        StatusCodes.Status404NotFound => $"there is no {context.Request.Path} here: /openapi/v1.json lists all paths",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} takes {context.Response.Headers.Allow}, not {context.Request.Method}",
        StatusCodes.Status415UnsupportedMediaType =>
            $"'{context.Request.ContentType}' is not read here: say what the body is, such as -H 'Content-Type: application/json'",
        StatusCodes.Status401Unauthorized => "send a token (Authorization: Bearer ...), or sign in",
        StatusCodes.Status403Forbidden => "your role, or the machines that it is limited to, does not allow it",
        _ => $"{context.Request.Method} {context.Request.Path} was refused",
    };

    [LoggerMessage(6101, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception fault);
}
