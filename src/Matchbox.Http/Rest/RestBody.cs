using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Matchbox.Http.Rest;

/// <summary>Reads what came with a request: bounded in size and time, and with the place of every fault.</summary>
internal static class RestBody
{
    /// <summary>Octets of a JSON body, where nothing else is said.</summary>
    public const int MaxJson = 1 << 20;

    // Kestrel lets a body come at 100 octets a second.
    private static readonly TimeSpan TransferTime = TimeSpan.FromSeconds(30);

    /// <summary>The whole body.</summary>
    /// <exception cref="ProblemException">It is larger, or does not come.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, int most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }
        if (context.Request.ContentLength > most)
        {
            throw TooLarge(most);
        }
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(TransferTime);
        var body = new ArrayBufferWriter<byte>();
        try
        {
            while (await context.Request.Body.ReadAsync(body.GetMemory(4096), time.Token) is var read and > 0)
            {
                body.Advance(read);
                if (body.WrittenCount > most)
                {
                    throw TooLarge(most);
                }
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKind.Timeout, $"the body did not come within {TransferTime.TotalSeconds} s");
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(most);
        }
        return body.WrittenSpan.ToArray();
    }

    /// <summary>The body as JSON of a shape. No body at all reads as <paramref name="absent"/>.</summary>
    /// <exception cref="ProblemException">It is no such JSON: with the field, line and column.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> shape, T? absent = null, int most = MaxJson)
        where T : class
    {
        var body = await ReadAsync(context, most);
        if (absent is not null && body.Length == 0)
        {
            return absent;
        }
        RequireJson(context);
        return Parse(body, shape);
    }

    /// <exception cref="ProblemException">It is no such JSON.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, shape)
                ?? throw new ProblemException(ProblemKind.MalformedJson, "the body is null: send an object");
        }
        catch (JsonException fault)
        {
            throw Malformed(fault, body.IsEmpty);
        }
    }

    /// <summary>Refuses a body that says it is something else; curl's -d says that it sends a form.</summary>
    public static void RequireJson(HttpContext context)
    {
        if (context.Request.ContentType is { } type && !context.Request.HasJsonContentType())
        {
            throw new ProblemException(ProblemKind.UnsupportedMediaType, $"'{type}' is not read here: send JSON, with -H 'Content-Type: application/json'");
        }
    }

    private static ProblemException Malformed(JsonException fault, bool isEmpty)
    {
        if (isEmpty)
        {
            return new ProblemException(ProblemKind.MalformedJson, "there is no body: send JSON");
        }
        var text = fault.Message;
        var cut = text.IndexOf(" Path:", StringComparison.Ordinal);
        text = cut < 0 ? text : text[..cut];
        // The names of our types are no use to anybody.
        text = text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "this value is of another kind than is expected here" : text;
        var (line, column) = ((int)(fault.LineNumber ?? 0) + 1, (int)(fault.BytePositionInLine ?? 0) + 1);
        var pointer = JsonPlace.PointerOf(fault.Path);
        return new ProblemException(
            ProblemKind.MalformedJson,
            string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}{(pointer.Length > 0 ? $" ({pointer})" : "")}: {text}"),
            new ProblemError { Pointer = pointer, Line = line, Column = column, Detail = text });
    }

    private static ProblemException TooLarge(int most) => new(
        ProblemKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"the body is too large: {(most >= 1 << 20 ? $"{most >> 20} MiB" : $"{most} octets")} at most"));
}
