using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Boot.Files;

/// <summary>Conditional requests by the file's time (RFC 9110 §13.2.2). There are no entity tags here, so only <c>*</c> equals one.</summary>
internal static class FileConditions
{
    public enum Outcome
    {
        Proceed,
        NotModified,
        Failed,
    }

    public static Outcome Check(HttpRequest request, DateTime modified)
    {
        var headers = request.Headers;
        if (headers.IfMatch.Count > 0)
        {
            if (headers.IfMatch.ToString().Trim() != "*")
            {
                return Outcome.Failed;
            }
        }
        else if (TryDate(headers.IfUnmodifiedSince.ToString(), out var unmodified) && modified > unmodified)
        {
            return Outcome.Failed;
        }
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (headers.IfNoneMatch.Count > 0)
        {
            return headers.IfNoneMatch.ToString().Trim() != "*" ? Outcome.Proceed : isRead ? Outcome.NotModified : Outcome.Failed;
        }
        return isRead && TryDate(headers.IfModifiedSince.ToString(), out var since) && modified <= since ? Outcome.NotModified : Outcome.Proceed;
    }

    /// <summary>A range counts only while the file is the one that the client has begun (RFC 9110 §13.1.5).</summary>
    public static bool RangeCounts(HttpRequest request, DateTime modified) =>
        request.Headers.IfRange.Count == 0 || TryDate(request.Headers.IfRange.ToString(), out var date) && date == modified;

    private static bool TryDate(string text, out DateTime date) => DateTime.TryParseExact(
        text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
}
