using System.Collections.Immutable;
using System.Text;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>
/// <c>POST /api/v1/butane?strict=&amp;pretty=</c>: the body is a Butane config, or a form whose part <c>config</c> is one and whose other
/// parts are the local files that it may name. Answers the Ignition config, or 422 with everything that was found.
/// It changes nothing and reads nothing of this machine.
/// </summary>
internal sealed class ButaneEndpoint : IDisposable
{
    private const int MaxBody = 16 << 20;
    private const string Config = "config";

    // A conversion is a matter of milliseconds; what comes faster than the processors waits its turn.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    public void Dispose() => _turns.Dispose();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/api/v1/butane", ConvertAsync);

    private async Task ConvertAsync(HttpContext context)
    {
        var (strict, pretty) = (IsOn(context, "strict"), IsOn(context, "pretty"));
        if (await ReadAsync(context) is not { } sent)
        {
            return;
        }
        await _turns.WaitAsync(context.RequestAborted);
        ButaneResult result;
        try
        {
            result = ButaneConverter.Convert(sent.Config, new ButaneOptions { Pretty = pretty, Files = sent.Files });
        }
        finally
        {
            _turns.Release();
        }
        if (CommandText.IsRefused(result, strict))
        {
            await context.AnswerAsync(ViewOf(result, strict), RestJson.Default.ButaneReport, StatusCodes.Status422UnprocessableEntity);
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Output!.Length + 1;
        context.Response.Headers["X-Butane-Findings"] = result.Report.Findings.Count.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await context.Response.Body.WriteAsync(result.Output, context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    private static async Task<(byte[] Config, ILocalFiles? Files)?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBody)
        {
            await context.RefuseAsync(StatusCodes.Status413PayloadTooLarge, $"more than {MaxBody} octets");
            return null;
        }
        try
        {
            if (!context.Request.HasFormContentType || context.Request.ContentType!.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            {
                // curl --data-binary says that it sends a form.
                return (await ReadAllAsync(context.Request.Body, context.RequestAborted), null);
            }
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            byte[]? config = form.TryGetValue(Config, out var text) ? Encoding.UTF8.GetBytes(text.ToString()) : null;
            foreach (var file in form.Files)
            {
                await using var content = file.OpenReadStream();
                var bytes = await ReadAllAsync(content, context.RequestAborted);
                if (file.Name == Config)
                {
                    config = bytes;
                }
                else
                {
                    files[file.FileName] = bytes;
                }
            }
            if (config is null)
            {
                await context.RefuseAsync(StatusCodes.Status400BadRequest, "the form has no part \"config\"");
                return null;
            }
            return (config, new BundledFiles(files));
        }
        catch (Exception fault) when (fault is InvalidDataException or BadHttpRequestException)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, fault.Message);
            return null;
        }
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (all.Length + read > MaxBody)
            {
                throw new InvalidDataException($"more than {MaxBody} octets");
            }
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    private static ButaneReport ViewOf(ButaneResult result, bool strict) => new(
        result.Failure ?? (strict ? "config produced warnings and strict was asked for" : ""),
        [.. result.Report.Findings.Select(finding => new ButaneFinding(
            finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" },
            finding.Path.ToString(), finding.Line, finding.Column, finding.Message))],
        [.. Adviser.On(result).Select(advice => new ButaneAdvice(advice.Rule, advice.Path.ToString(), advice.Line, advice.Column, advice.Text))]);

    private static bool IsOn(HttpContext context, string key) => context.Request.Query[key].ToString() is "true" or "1" or "yes";
}
