using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest.Problems;

/// <summary>Answers a request with a problem.</summary>
public sealed class ProblemResult(Problem problem) : IResult, IStatusCodeHttpResult, IContentTypeHttpResult, IValueHttpResult<Problem>
{
    public const string MediaType = "application/problem+json";

    /// <summary>The validator of what is there now; null: it is not told.</summary>
    public string? ETag { get; init; }

    public int? StatusCode => problem.Status;

    public string ContentType => MediaType;

    public Problem Value => problem;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (ETag is not null)
        {
            httpContext.Response.Headers.ETag = ETag;
        }
        return httpContext.AnswerAsync(problem);
    }
}

/// <summary>The ways in which a problem is told.</summary>
public static class ProblemAnswers
{
    /// <summary>This kind of problem as a result of an endpoint.</summary>
    public static ProblemResult Tell(this ProblemKind kind, string detail, params IReadOnlyList<ProblemError> errors) => new(kind.With(detail, errors));

    /// <summary>Writes a problem as the answer.</summary>
    public static Task AnswerAsync(this HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        // No store may keep a refusal for the thing itself.
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(problem, RestJson.Default.Problem, ProblemResult.MediaType, context.RequestAborted);
    }
}

/// <summary>Ends the reading of a request that cannot be taken; <see cref="ProblemMiddleware"/> answers it. Never leaves the API.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public ProblemException(ProblemKind kind, string detail, params IReadOnlyList<ProblemError> errors)
        : this(kind.With(detail, errors))
    {
    }

    public Problem Problem => problem;

    /// <summary>The validator of what is there now; null: it is not told.</summary>
    public string? ETag { get; init; }
}
