using System.Globalization;
using System.Text;
using Matchbox.Http.Boot.Files;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Boot;

/// <summary>A whole answer with its exact length, before it is sent or signed. HEAD gets the headers alone.</summary>
internal sealed record Reply(int Status, string? Type, ReadOnlyMemory<byte> Body)
{
    public const string PlainText = "text/plain; charset=utf-8";

    private static readonly byte[] NotFoundText = "404 page not found\n"u8.ToArray();

    /// <summary>What Go's http.NotFound says: the reason is in our log alone.</summary>
    public static readonly Reply NotFound = new(StatusCodes.Status404NotFound, PlainText, NotFoundText) { NoSniff = true };

    /// <summary>What Go's server says to a request that it cannot read.</summary>
    public static readonly Reply BadRequest = new(StatusCodes.Status400BadRequest, PlainText, "400 Bad Request"u8.ToArray()) { Closes = true };

    /// <summary>Nothing, well meant.</summary>
    public static readonly Reply Empty = new(StatusCodes.Status200OK, null, default);

    public bool NoSniff { get; init; }

    /// <summary>The connection ends with it.</summary>
    public bool Closes { get; init; }

    public string? Location { get; init; }

    public string? ContentRange { get; init; }

    public bool AcceptsRanges { get; init; }

    public static Reply Text(string text, string? type = null, int status = StatusCodes.Status200OK) => Bytes(Templates.OctetText.Encode(text), type, status);

    /// <summary>Without a type it is told by its content.</summary>
    public static Reply Bytes(ReadOnlyMemory<byte> body, string? type = null, int status = StatusCodes.Status200OK) =>
        new(status, type ?? ContentSniffer.Of(body.Span), body);

    /// <summary>Elsewhere, for now (Go's http.Redirect): only GET is given a body.</summary>
    public static Reply Redirect(string location, string method)
    {
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        var body = HttpMethods.IsGet(method) ? $"<a href=\"{Html.Escape(location)}\">Temporary Redirect</a>.\n\n" : "";
        return new Reply(StatusCodes.Status307TemporaryRedirect, isRead ? "text/html; charset=utf-8" : null, Encoding.UTF8.GetBytes(body)) { Location = location };
    }

    /// <summary>
    /// Content that a client may ask for in parts and under conditions, as Go's http.ServeContent gives it without a time of change.
    /// </summary>
    public static Reply Content(HttpRequest request, ReadOnlyMemory<byte> content)
    {
        switch (FileConditions.Check(request, modified: null))
        {
            case FileConditions.Outcome.NotModified:
                return new Reply(StatusCodes.Status304NotModified, null, default);
            case FileConditions.Outcome.Failed:
                return new Reply(StatusCodes.Status412PreconditionFailed, null, default);
        }
        var header = FileConditions.RangeCounts(request, modified: null) ? request.Headers.Range.ToString() : null;
        var outcome = ByteRange.Parse(header, content.Length, out var range);
        if (outcome is ByteRange.Outcome.Malformed or ByteRange.Outcome.Unsatisfiable)
        {
            return InvalidRange(outcome, content.Length);
        }
        return new Reply(
            outcome == ByteRange.Outcome.Part ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK,
            ContentSniffer.Of(content.Span), content.Slice((int)range.Offset, (int)range.Length))
        {
            AcceptsRanges = true,
            ContentRange = outcome == ByteRange.Outcome.Part ? range.Header(content.Length) : null,
        };
    }

    /// <summary>A range that cannot be given.</summary>
    public static Reply InvalidRange(ByteRange.Outcome outcome, long size) => outcome == ByteRange.Outcome.Malformed
        ? new Reply(StatusCodes.Status416RangeNotSatisfiable, PlainText, "invalid range\n"u8.ToArray()) { NoSniff = true }
        : new Reply(StatusCodes.Status416RangeNotSatisfiable, PlainText, "invalid range: failed to overlap\n"u8.ToArray())
        {
            NoSniff = true,
            ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}"),
        };

    public Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = Type;
        if (NoSniff)
        {
            response.Headers.XContentTypeOptions = "nosniff";
        }
        if (AcceptsRanges)
        {
            response.Headers.AcceptRanges = "bytes";
        }
        if (ContentRange is not null)
        {
            response.Headers.ContentRange = ContentRange;
        }
        if (Location is not null)
        {
            response.Headers.Location = Location;
        }
        if (Closes)
        {
            response.Headers.Connection = "close";
        }
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (Status == StatusCodes.Status304NotModified || isHead && Location is not null)
        {
            return Task.CompletedTask;
        }
        response.ContentLength = Body.Length;
        return isHead || Body.IsEmpty ? Task.CompletedTask : response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
    }

    public static Task TextAsync(HttpContext context, string text, string type = PlainText) => Text(text, type).SendAsync(context);

    public static Task BytesAsync(HttpContext context, ReadOnlyMemory<byte> body, string type, int status = StatusCodes.Status200OK) =>
        Bytes(body, type, status).SendAsync(context);

    public static Task NotFoundAsync(HttpContext context) => NotFound.SendAsync(context);
}
