using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Boot.Files;

/// <summary>Conditional requests by the file's time, where it has one (RFC 9110 §13.2.2). There are no entity tags here, so only <c>*</c> equals one.</summary>
internal static class FileConditions
{
    public enum Outcome
    {
        Proceed,
        NotModified,
        Failed,
    }

    public static Outcome Check(HttpRequest request, DateTime? modified)
    {
        var headers = request.Headers;
        if (headers.IfMatch.Count > 0)
        {
            if (headers.IfMatch.ToString().Trim() != "*")
            {
                return Outcome.Failed;
            }
        }
        else if (modified is not null && TryDate(headers.IfUnmodifiedSince.ToString(), out var unmodified) && modified > unmodified)
        {
            return Outcome.Failed;
        }
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (headers.IfNoneMatch.Count > 0)
        {
            return headers.IfNoneMatch.ToString().Trim() != "*" ? Outcome.Proceed : isRead ? Outcome.NotModified : Outcome.Failed;
        }
        return modified is { } time && IsNotModified(request, time) ? Outcome.NotModified : Outcome.Proceed;
    }

    /// <summary>If-Modified-Since alone, for what has no other condition.</summary>
    public static bool IsNotModified(HttpRequest request, DateTime modified) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && TryDate(request.Headers.IfModifiedSince.ToString(), out var since) && modified <= since;

    /// <summary>A range counts only while the file is the one that the client has begun (RFC 9110 §13.1.5).</summary>
    public static bool RangeCounts(HttpRequest request, DateTime? modified) =>
        request.Headers.IfRange.Count == 0
        || !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        || modified is not null && TryDate(request.Headers.IfRange.ToString(), out var date) && date == modified;

    // HTTP's present form of a date, RFC 850's and C's asctime (RFC 9110 §5.6.7).
    private static readonly string[] Forms = ["R", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy", "ddd MMM  d HH:mm:ss yyyy"];

    private static bool TryDate(string text, out DateTime date) => DateTime.TryParseExact(
        text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
}
