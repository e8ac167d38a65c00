using System.Text;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>
/// A page of a list that is ordered by a key: <c>limit</c> things after the one that <c>cursor</c> names. What is added or removed
/// between two pages moves nothing else into or out of them.
/// </summary>
internal static class Paging
{
    private const int Largest = 1_000;

    /// <summary>The page, and the cursor of the next one; null at the end.</summary>
    /// <param name="context">The request. Without <c>limit</c> it gets <paramref name="otherwise"/>.</param>
    /// <param name="ordered">Everything, in the order of the keys (by code unit).</param>
    /// <param name="keyOf">The key, which no two have in common.</param>
    /// <param name="otherwise">How many where the request does not say.</param>
    public static (IReadOnlyList<T> Items, string? Next) PageOf<T>(HttpContext context, IEnumerable<T> ordered, Func<T, string> keyOf, int otherwise = 100)
    {
        var limit = (int)(context.NumberOf("limit", 1, Largest) ?? otherwise);
        var cursor = context.Request.Query["cursor"].ToString();
        if (cursor.Length > 0)
        {
            var after = Read(cursor);
            ordered = ordered.SkipWhile(item => string.CompareOrdinal(keyOf(item), after) <= 0);
        }
        var items = new List<T>();
        foreach (var item in ordered)
        {
            if (items.Count == limit)
            {
                return (items, Write(keyOf(items[^1])));
            }
            items.Add(item);
        }
        return (items, null);
    }

    private static string Write(string key) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key));

    private static string Read(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromHexString(cursor));
        }
        catch (FormatException)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, "'cursor' is none of ours: begin without one");
        }
    }
}
