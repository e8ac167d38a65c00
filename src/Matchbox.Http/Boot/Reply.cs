using System.Text;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Boot;

/// <summary>Whole answers with an exact length; HEAD gets the headers alone.</summary>
internal static class Reply
{
    public const string PlainText = "text/plain; charset=utf-8";

    private static readonly byte[] NotFoundText = "404 page not found\n"u8.ToArray();

    public static Task TextAsync(HttpContext context, string text, string type = PlainText) => BytesAsync(context, Encoding.UTF8.GetBytes(text), type);

    public static Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> body, string type, int status = StatusCodes.Status200OK)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>What Go's http.NotFound says: the reason is in our log alone.</summary>
    public static Task NotFoundAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return BytesAsync(context, NotFoundText, PlainText, StatusCodes.Status404NotFound);
    }
}
