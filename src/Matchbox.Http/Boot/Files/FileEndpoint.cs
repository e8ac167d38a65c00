using System.Buffers;
using System.Globalization;
using System.Text;
using Matchbox.Core.Boot;
using Matchbox.Core.Files;
using Matchbox.Http.Boot.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Win32.SafeHandles;

namespace Matchbox.Http.Boot.Files;

/// <summary>
/// Serves files of a folder as Go's http.FileServer does: ranges, conditions, HEAD, listings, exact lengths. Links are followed
/// and must end inside the folder unless the operator wants poseidon/matchbox's way.
/// </summary>
internal static class FileEndpoint
{
    // Large enough that the pipe and the socket each see a few calls a megabyte, small enough for thousands of slow clients.
    private const int Chunk = 128 * 1024;

    private const string Index = "index.html";

    /// <summary>Answers for a path below the folder. Says what came of it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="sent">The path as the client gave it, decoded, from the folder's slash on.</param>
    /// <param name="query">The query, which redirects repeat.</param>
    /// <param name="followsLinks">A link may lead out of the folder.</param>
    /// <param name="type">The type of the content, where it is not told by name or content.</param>
    /// <param name="counter">Who counts while so many octets are sent; it may decline.</param>
    public static async Task<FileOutcome> HandleAsync(
        HttpContext context, string folder, string sent, string query, bool followsLinks = false, string? type = null, Func<long, BootDownload?>? counter = null)
    {
        if (sent.EndsWith("/" + Index, StringComparison.Ordinal))
        {
            return Redirect(context, "./", query);
        }
        if (sent.Contains('\0', StringComparison.Ordinal))
        {
            return await RefuseAsync(context, "a path that leads nowhere");
        }
        var path = GoPath.Clean(sent).Trim('/');
        var full = Path.Combine(folder, path);
        if (Directory.Exists(full))
        {
            return await FolderAsync(context, folder, full, sent, query, followsLinks, counter);
        }
        if (sent.EndsWith('/') && File.Exists(full))
        {
            return Redirect(context, "../" + GoPath.Base(sent), query);
        }
        return await OpenAsync(context, folder, full, followsLinks, type, counter);
    }

    private static async Task<FileOutcome> OpenAsync(HttpContext context, string folder, string full, bool followsLinks, string? type, Func<long, BootDownload?>? counter)
    {
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
            if (!followsLinks && !RealPath.IsInside(handle, folder))
            {
                return await RefuseAsync(context, "a link that leads out of the folder");
            }
            return await FileAsync(context, handle, full, type, counter);
        }
    }

    private static async Task<FileOutcome> FileAsync(HttpContext context, SafeFileHandle handle, string path, string? type, Func<long, BootDownload?>? counter)
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
            response.Headers.LastModified = default;
            await Reply.InvalidRange(outcome, size).SendAsync(context);
            return new FileOutcome(0, false, null);
        }
        response.Headers.AcceptRanges = "bytes";
        response.ContentType = type ?? ContentTypes.Of(path) ?? Sniff(handle);
        response.ContentLength = range.Length;
        if (outcome == ByteRange.Outcome.Part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = range.Header(size);
        }
        if (HttpMethods.IsHead(request.Method))
        {
            return new FileOutcome(0, false, null);
        }
        var download = counter?.Invoke(range.Length);
        try
        {
            await SendAsync(response, handle, range, download, context.RequestAborted);
        }
        finally
        {
            download?.End();
        }
        return new FileOutcome(range.Length, range.Offset + range.Length == size, null);
    }

    // Pages of the cache go straight into the connection's buffers: a synchronous read costs less than handing it to another
    // thread, and the flush waits for the client.
    private static async Task SendAsync(HttpResponse response, SafeFileHandle handle, ByteRange range, BootDownload? download, CancellationToken aborted)
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
            download?.Add(length);
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

    private static async Task<FileOutcome> FolderAsync(HttpContext context, string folder, string full, string sent, string query, bool followsLinks, Func<long, BootDownload?>? counter)
    {
        if (!followsLinks && !RealPath.OfFolder(full).StartsWith(RealPath.OfFolder(folder), StringComparison.Ordinal))
        {
            return await RefuseAsync(context, "no such folder");
        }
        if (!sent.EndsWith('/'))
        {
            // Links in a listing are relative, so it has to end in a slash. Only people look at folders.
            return Redirect(context, GoPath.Base(sent) + "/", query);
        }
        if (File.Exists(Path.Combine(full, Index)))
        {
            return await OpenAsync(context, folder, Path.Combine(full, Index), followsLinks, type: null, counter);
        }
        var written = Directory.GetLastWriteTimeUtc(full);
        context.Response.Headers.LastModified = written.ToString("R", CultureInfo.InvariantCulture);
        if (FileConditions.IsNotModified(context.Request, new DateTime(written.Ticks - (written.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return new FileOutcome(0, false, null);
        }
        var listing = new StringBuilder("<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n");
        foreach (var entry in new DirectoryInfo(full).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            // What a link leads to is not looked at.
            var name = entry.Name + (entry is DirectoryInfo && entry.LinkTarget is null ? "/" : "");
            listing.Append("<a href=\"").Append(Link(name)).Append("\">").Append(Html.Escape(name)).Append("</a>\n");
        }
        await Reply.TextAsync(context, listing.Append("</pre>\n").ToString(), "text/html; charset=utf-8");
        return new FileOutcome(0, false, null);
    }

    // A colon in the first part would make a scheme of what stands before it.
    private static string Link(string name) => (name.Contains(':', StringComparison.Ordinal) ? "./" : "") + GoPath.Escape(name);

    private static FileOutcome Redirect(HttpContext context, string location, string query)
    {
        context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
        context.Response.Headers.Location = $"{location}{(query.Length > 0 ? "?" : "")}{query}";
        context.Response.ContentLength = 0;
        return new FileOutcome(0, false, null);
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
