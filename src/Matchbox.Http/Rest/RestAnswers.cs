using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>Who speaks on a connection, by what the kernel says of the other process.</summary>
public sealed record ControlPeer(string Name);

/// <summary>The few ways in which the API reads and answers.</summary>
internal static class RestAnswers
{
    /// <summary>For the timeline and the log.</summary>
    public static string By(this HttpContext context) => context.Caller().Who is { Length: > 0 } who ? who : "an unknown caller";

    public static Task AnswerAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> shape, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value, shape, cancellationToken: context.RequestAborted);
    }

    public static Task RefuseAsync(this HttpContext context, int status, string error) =>
        context.AnswerAsync(new Refusal(error), RestJson.Default.Refusal, status);

    /// <summary>The body, or null after the request was refused. No body at all reads as <paramref name="absent"/>.</summary>
    public static async Task<T?> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> shape, T? absent = null)
        where T : class
    {
        if (absent is not null && context.Request.ContentLength is null or 0)
        {
            return absent;
        }
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, shape, context.RequestAborted) is { } value)
            {
                return value;
            }
        }
        catch (JsonException fault)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, $"not the JSON that is expected here: {fault.Message}");
            return null;
        }
        await context.RefuseAsync(StatusCodes.Status400BadRequest, "the body is empty");
        return null;
    }
}
