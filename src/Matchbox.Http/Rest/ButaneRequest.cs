using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Matchbox.Http.Rest;

/// <summary>What was sent to be translated: the config itself, or a form of it and its local files.</summary>
internal sealed record ButaneRequest(byte[] Config, BundledFiles? Files)
{
    /// <summary>Octets of a body, whatever it consists of.</summary>
    public const int MaxBody = 16 << 20;

    private const string ConfigPart = "config";

    /// <summary>Reads the body into memory, never into a file.</summary>
    /// <exception cref="InvalidDataException">It is not what is expected; the message is for the client.</exception>
    /// <exception cref="BadHttpRequestException">It is larger than <see cref="MaxBody"/>, or broken; the status says which.</exception>
    public static async Task<ButaneRequest> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBody;
        }
        if (context.Request.ContentLength > MaxBody)
        {
            throw new BadHttpRequestException("the body is too large", StatusCodes.Status413PayloadTooLarge);
        }
        var body = await ReadAllAsync(context.Request.Body, cancellation);
        // curl --data-binary says that it sends a form, of the other kind.
        var isForm = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if (!isForm)
        {
            return new ButaneRequest(body, null);
        }
        // It is all here: the form's reader ends the connection when it is told to stop, and would leave no word of why.
        context.Request.Body = new MemoryStream(body, writable: false);
        return await ReadFormAsync(context);
    }

    private static async Task<ButaneRequest> ReadFormAsync(HttpContext context)
    {
        var options = new FormOptions { MultipartBodyLengthLimit = MaxBody, MemoryBufferThreshold = MaxBody, ValueLengthLimit = MaxBody };
        var form = await new FormFeature(context.Request, options).ReadFormAsync(CancellationToken.None);
        byte[]? config = null;
        foreach (var (name, values) in form)
        {
            if (name != ConfigPart || values.Count != 1)
            {
                throw new InvalidDataException(name == ConfigPart ? "the form has more than one part \"config\"" : $"part \"{name}\" has no file name");
            }
            config = Encoding.UTF8.GetBytes(values.ToString());
        }
        var files = new BundledFiles();
        foreach (var file in form.Files)
        {
            await using var content = file.OpenReadStream();
            var octets = await ReadAllAsync(content, CancellationToken.None);
            if (file.Name != ConfigPart)
            {
                if (files.Add(file.FileName, octets) is { } fault)
                {
                    throw new InvalidDataException($"part \"{file.Name}\", {fault}");
                }
                continue;
            }
            config = config is null ? octets : throw new InvalidDataException("the form has more than one part \"config\"");
        }
        return new ButaneRequest(config ?? throw new InvalidDataException("the form has no part \"config\""), files);
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellation);
        return all.ToArray();
    }
}
