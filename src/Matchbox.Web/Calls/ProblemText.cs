using Matchbox.Http.Rest.Problems;

namespace Matchbox.Web.Calls;

/// <summary>A problem (RFC 9457) as a person reads it: what, then where and how to mend it, a line each.</summary>
internal static class ProblemText
{
    public static string Of(Problem problem) => string.Join('\n', LinesOf(problem));

    private static IEnumerable<string> LinesOf(Problem problem)
    {
        yield return problem.Detail is { Length: > 0 } detail ? detail : problem.Title;
        foreach (var fault in problem.Errors ?? [])
        {
            var place = fault.File is { } file ? fault.Line is { } line ? $"{file}:{line}:{fault.Column ?? 1}" : file : fault.Pointer ?? "";
            yield return $"{place}{(place.Length > 0 ? ": " : "")}{fault.Detail}{(fault.Mend is { Length: > 0 } mend ? $" ({mend})" : "")}";
        }
    }
}
