namespace Matchbox.Http.Rest.Problems;

/// <summary>Why a request was refused (RFC 9457), with what to do instead. Sent as <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>A stable name of the kind of problem, below <c>/problems/</c>; <c>docs/api.md</c> says what each means.</summary>
    public required string Type { get; init; }

    /// <summary>The kind in words; the same for all problems of a type.</summary>
    public required string Title { get; init; }

    /// <summary>The status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>This problem in words: what, where, and how to mend it.</summary>
    public string? Detail { get; init; }

    /// <summary>Each fault with its place, where a place is known.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>Everything that Butane found, when it was asked to translate.</summary>
    public IReadOnlyList<ButaneFinding>? Findings { get; init; }

    /// <summary>What we say beyond Butane.</summary>
    public IReadOnlyList<ButaneAdvice>? Advice { get; init; }
}

/// <summary>One fault of what was sent; lines and columns count from 1.</summary>
public sealed record ProblemError
{
    /// <summary>The field as a JSON pointer (RFC 6901), such as <c>/selector/mac</c>; empty: the whole document.</summary>
    public string? Pointer { get; init; }

    /// <summary>The document, such as <c>groups/rack1.json</c>.</summary>
    public string? File { get; init; }

    public int? Line { get; init; }

    public int? Column { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Detail { get; init; }

    /// <summary>How to mend it.</summary>
    public string? Mend { get; init; }
}
