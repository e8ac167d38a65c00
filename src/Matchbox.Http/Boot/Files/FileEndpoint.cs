using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Core.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Http.Boot.Files;

/// <summary>
/// Serves files of a folder as Go's http.FileServer does: ranges, conditions, HEAD, listings, exact lengths. Links are followed
/// and must end inside the folder. No answer for a file is ever a redirect.
/// </summary>
internal static class FileEndpoint
{
    // Large enough that the pipe and the socket each see a few calls a megabyte, small enough for thousands of slow clients.
    private const int Chunk = 128 * 1024;

    /// <summary>Answers for <paramref name="path"/>, which is relative and decoded. Says what came of it.</summary>
    public static async Task<FileOutcome> HandleAsync(HttpContext context, string folder, string path, string? type = null)
    {
        if (!IsClean(path))
        {
            return await RefuseAsync(context, "a path that leads nowhere");
        }
        var full = Path.Combine(folder, path);
        if (path.Length == 0 || path.EndsWith('/') || Directory.Exists(full))
        {
            return await FolderAsync(context, folder, full, path);
        }
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return await RefuseAsync(context, failure is FileNotFoundException or DirectoryNotFoundException ? "no such file" : failure.Message);
        }
        using (handle)
        {
            if (!RealPath.IsInside(handle, folder))
            {
                return await RefuseAsync(context, "a link that leads out of the folder");
            }
            return await FileAsync(context, handle, path, type);
        }
    }

    private static async Task<FileOutcome> FileAsync(HttpContext context, SafeFileHandle handle, string path, string? type)
    {
        var (request, response) = (context.Request, context.Response);
        var size = RandomAccess.GetLength(handle);
        var written = File.GetLastWriteTimeUtc(handle);
        var modified = new DateTime(written.Ticks - (written.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        response.Headers.LastModified = modified.ToString("R", CultureInfo.InvariantCulture);
        switch (FileConditions.Check(request, modified))
        {
            case FileConditions.Outcome.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return new FileOutcome(0, false, null);
            case FileConditions.Outcome.Failed:
                response.StatusCode = StatusCodes.Status412PreconditionFailed;
                response.ContentLength = 0;
                return new FileOutcome(0, false, null);
        }
        var outcome = ByteRange.Parse(FileConditions.RangeCounts(request, modified) ? request.Headers.Range.ToString() : null, size, out var range);
        if (outcome is ByteRange.Outcome.Malformed or ByteRange.Outcome.Unsatisfiable)
        {
            var isMalformed = outcome == ByteRange.Outcome.Malformed;
            if (!isMalformed)
            {
                response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
            }
            response.Headers.LastModified = default;
            response.Headers.XContentTypeOptions = "nosniff";
            await Reply.BytesAsync(
                context, Encoding.ASCII.GetBytes(isMalformed ? "invalid range\n" : "invalid range: failed to overlap\n"), Reply.PlainText,
                StatusCodes.Status416RangeNotSatisfiable);
            return new FileOutcome(0, false, null);
        }
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = type ?? ContentTypes.Of(path) ?? Sniff(handle);
        response.ContentLength = range.Length;
        if (outcome == ByteRange.Outcome.Part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{size}");
        }
        if (HttpMethods.IsHead(request.Method))
        {
            return new FileOutcome(0, false, null);
        }
        await SendAsync(response, handle, range, context.RequestAborted);
        return new FileOutcome(range.Length, range.Offset + range.Length == size, null);
    }

    // Pages of the cache go straight into the connection's buffers: a synchronous read costs less than handing it to another
    // thread, and the flush waits for the client.
    private static async Task SendAsync(HttpResponse response, SafeFileHandle handle, ByteRange range, CancellationToken aborted)
    {
        var writer = response.BodyWriter;
        var (offset, end) = (range.Offset, range.Offset + range.Length);
        while (offset < end)
        {
            var memory = writer.GetMemory((int)Math.Min(Chunk, end - offset));
            var length = RandomAccess.Read(handle, memory.Span[..(int)Math.Min(memory.Length, end - offset)], offset);
            if (length == 0)
            {
                // Cut while it was sent: the client must see that it has not all of it.
                response.HttpContext.Abort();
                return;
            }
            writer.Advance(length);
            offset += length;
            var flushed = await writer.FlushAsync(aborted);
            if (flushed.IsCompleted || flushed.IsCanceled)
            {
                aborted.ThrowIfCancellationRequested();
                return;
            }
        }
    }

    private static string Sniff(SafeFileHandle handle)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ContentSniffer.Length);
        try
        {
            var length = RandomAccess.Read(handle, buffer.AsSpan(0, ContentSniffer.Length), 0);
            return ContentSniffer.Of(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<FileOutcome> FolderAsync(HttpContext context, string folder, string full, string path)
    {
        if (!Directory.Exists(full) || !RealPath.OfFolder(full).StartsWith(RealPath.OfFolder(folder), StringComparison.Ordinal))
        {
            return await RefuseAsync(context, "no such folder");
        }
        if (path.Length > 0 && !path.EndsWith('/'))
        {
            // Links in a listing are relative, so it has to end in a slash. Only people look at folders.
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = $"{Uri.EscapeDataString(Path.GetFileName(path))}/{context.Request.QueryString.Value}";
            context.Response.ContentLength = 0;
            return new FileOutcome(0, false, null);
        }
        if (File.Exists(Path.Combine(full, "index.html")))
        {
            return await HandleAsync(context, folder, path + "index.html");
        }
        var listing = new StringBuilder("<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n");
        foreach (var entry in new DirectoryInfo(full).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var name = entry.Name + (Directory.Exists(entry.FullName) ? "/" : "");
            listing.Append("<a href=\"").Append(Link(name)).Append("\">").Append(Html(name)).Append("</a>\n");
        }
        context.Response.Headers.LastModified = Directory.GetLastWriteTimeUtc(full).ToString("R", CultureInfo.InvariantCulture);
        await Reply.TextAsync(context, listing.Append("</pre>\n").ToString(), "text/html; charset=utf-8");
        return new FileOutcome(0, false, null);
    }

    private static string Html(string name) => name
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    // As Go's net/url escapes a path. A colon in the first part would make a scheme of what stands before it.
    private static string Link(string name)
    {
        var link = new StringBuilder(name.AsSpan().Contains(':') ? "./" : "");
        foreach (var octet in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || "-_.~$&+,/:;=@".Contains((char)octet, StringComparison.Ordinal))
            {
                link.Append((char)octet);
            }
            else
            {
                link.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }
        return link.ToString();
    }

    private static bool IsClean(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var part in path.Split('/'))
        {
            if (part is "." or "..")
            {
                return false;
            }
        }
        return !path.Contains("//", StringComparison.Ordinal) && !path.StartsWith('/');
    }

    private static async Task<FileOutcome> RefuseAsync(HttpContext context, string reason)
    {
        await Reply.NotFoundAsync(context);
        return new FileOutcome(0, false, reason);
    }
}

/// <summary>What came of a request for a file.</summary>
/// <param name="Sent">Octets of its content.</param>
/// <param name="ToEnd">They ended with the file's last: the client has all of it.</param>
/// <param name="Refusal">Why there was none; null otherwise.</param>
internal readonly record struct FileOutcome(long Sent, bool ToEnd, string? Refusal);
