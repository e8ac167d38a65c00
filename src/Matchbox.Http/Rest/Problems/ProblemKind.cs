namespace Matchbox.Http.Rest.Problems;

/// <summary>All kinds of problems that the API tells. A slug never changes its meaning: clients compare it.</summary>
public sealed record ProblemKind(string Slug, int Status, string Title)
{
    public static readonly ProblemKind InvalidRequest = new("invalid-request", 400, "The request is not valid");
    public static readonly ProblemKind MalformedJson = new("malformed-json", 400, "The body is not the JSON that is expected here");
    public static readonly ProblemKind Unauthenticated = new("unauthenticated", 401, "Say who you are");
    public static readonly ProblemKind Forbidden = new("forbidden", 403, "You may not do this");
    public static readonly ProblemKind NotFound = new("not-found", 404, "There is no such thing");
    public static readonly ProblemKind MethodNotAllowed = new("method-not-allowed", 405, "This path does not take that method");
    public static readonly ProblemKind Timeout = new("timeout", 408, "The request did not come in time");
    public static readonly ProblemKind Conflict = new("conflict", 409, "It cannot be done as things stand");
    public static readonly ProblemKind Declared = new("declared", 409, "It is declared in a file, which calls do not write");
    public static readonly ProblemKind Stale = new("stale", 412, "Somebody else changed it meanwhile");
    public static readonly ProblemKind TooLarge = new("too-large", 413, "The body is too large");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported-media-type", 415, "This kind of body is not read here");
    public static readonly ProblemKind Unsound = new("unsound", 422, "What was sent has faults");
    public static readonly ProblemKind KeyReused = new("idempotency-key-reused", 422, "This Idempotency-Key belongs to another request");
    public static readonly ProblemKind TooManyRequests = new("too-many-requests", 429, "Too many requests");
    public static readonly ProblemKind Internal = new("internal", 500, "This is a fault of ours");
    public static readonly ProblemKind Busy = new("busy", 503, "Too much is being asked at once");
    public static readonly ProblemKind StoreFailed = new("store-failed", 507, "It could not be stored");
    public static readonly ProblemKind Other = new("other", 400, "The request was refused");

    public static readonly IReadOnlyList<ProblemKind> All =
    [
        InvalidRequest, MalformedJson, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, Timeout, Conflict, Declared, Stale, TooLarge,
        UnsupportedMediaType, Unsound, KeyReused, TooManyRequests, Internal, Busy, StoreFailed,
    ];

    /// <summary>The value of a problem's <c>type</c>.</summary>
    public string Type => $"/problems/{Slug}";

    /// <summary>The kind that an answer without a body stands for.</summary>
    public static ProblemKind OfStatus(int status) => All.FirstOrDefault(kind => kind.Status == status) ?? Other with { Status = status };

    public Problem With(string detail, params IReadOnlyList<ProblemError> errors) => new()
    {
        Type = Type,
        Title = Title,
        Status = Status,
        Detail = detail,
        Errors = errors.Count == 0 ? null : errors,
    };
}
