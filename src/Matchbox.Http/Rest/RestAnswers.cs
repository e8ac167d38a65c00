using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Matchbox.Http.Rest;

/// <summary>Who speaks on a connection, by what the kernel says of the other process.</summary>
public sealed record ControlPeer(string Name);

/// <summary>The few ways in which the API reads and answers.</summary>
internal static class RestAnswers
{
    /// <summary>For the timeline and the log.</summary>
    public static string By(this HttpContext context) =>
        context.Caller().Who is { Length: > 0 } who ? who : "an unknown caller";

    public static Task AnswerAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> shape, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, shape, cancellationToken: context.RequestAborted);
    }

    /// <summary>Answers with the problem that a status stands for.</summary>
    public static Task RefuseAsync(this HttpContext context, int status, string error) => context.AnswerAsync(ProblemKind.OfStatus(status).With(error));

    /// <summary>The body as JSON, as long as the server lets it be; see <see cref="RestBody"/>.</summary>
    public static async Task<T?> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> shape, T? absent = null)
        where T : class =>
        await RestBody.ReadAsync(context, shape, absent, (int)Math.Min(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? RestBody.MaxJson, int.MaxValue));

    /// <summary>Is a switch of the query on: a name without a value says yes.</summary>
    public static bool IsOn(this HttpContext context, string key) =>
        context.Request.Query.TryGetValue(key, out var value) && value.ToString() is ("" or "true" or "1" or "yes");

    /// <summary>A number of the query, null without.</summary>
    /// <exception cref="ProblemException">It is no number within the bounds.</exception>
    public static long? NumberOf(this HttpContext context, string key, long least, long most)
    {
        var text = context.Request.Query[key].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new ProblemException(ProblemKind.InvalidRequest, string.Create(CultureInfo.InvariantCulture, $"'{key}' is a number from {least} to {most}, not '{text}'"));
    }

    /// <summary>The <c>key=value</c> pairs that a parameter of the query names, each time it stands there.</summary>
    /// <exception cref="ProblemException">One of them has no key.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> PairsOf(this HttpContext context, string parameter)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var text in context.Request.Query[parameter])
        {
            var equals = text?.IndexOf('=', StringComparison.Ordinal) ?? -1;
            if (equals < 1)
            {
                throw new ProblemException(ProblemKind.InvalidRequest, $"a {parameter} is key=value, such as role=worker, not '{text}'");
            }
            pairs.Add(new(text![..equals], text[(equals + 1)..]));
        }
        return pairs;
    }
}
