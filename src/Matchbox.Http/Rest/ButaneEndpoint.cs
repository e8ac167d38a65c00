using System.Globalization;
using System.Text.Json;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;
using Matchbox.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Matchbox.Http.Rest;

/// <summary>
/// <c>POST /api/v1/butane?strict&amp;pretty&amp;report</c>: the body is a Butane config, or a form whose part <c>config</c> is one and
/// whose other parts are the local files that it may name. Answers the Ignition config (with <c>report</c>, it and what was found), or
/// 422 with everything that was found; 413 for more than 16 MiB, 503 when too many ask. It changes nothing and reads nothing of this machine.
/// </summary>
internal sealed class ButaneEndpoint : IDisposable
{
    private const int MayWait = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Kestrel lets a body come, and an answer go, at 100 octets a second; neither a turn nor an answer is held for as long as that takes.
    private static readonly TimeSpan TransferTime = TimeSpan.FromSeconds(30);

    // A conversion is a matter of milliseconds; what comes faster than the processors waits its turn. A turn is taken before the
    // body is read, so that those who wait cost no memory.
    private readonly Turns _turns = new(Environment.ProcessorCount, MayWait, Patience);

    public void Dispose() => _turns.Dispose();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(RestRegistration.ButanePath, ConvertAsync)
        .RequireAuthorization(AccessPolicies.Local).WithMetadata(new ChangesNothing());

    private async Task ConvertAsync(HttpContext context)
    {
        if (!await _turns.TryEnterAsync(context.RequestAborted))
        {
            context.Response.Headers.RetryAfter = "1";
            await context.RefuseAsync(StatusCodes.Status503ServiceUnavailable, "too many configs are being translated, try again");
            return;
        }
        Translation? translation;
        try
        {
            translation = await ReadAsync(context) is { } sent ? Translate(context, sent) : null;
        }
        finally
        {
            _turns.Leave();
        }
        if (translation is not null)
        {
            using var time = new CancellationTokenSource(TransferTime);
            await using var end = time.Token.Register(context.Abort);
            await AnswerAsync(context, translation);
        }
    }

    /// <summary>Null after the request was refused.</summary>
    private static async Task<ButaneRequest?> ReadAsync(HttpContext context)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(TransferTime);
        try
        {
            return await ButaneRequest.ReadAsync(context, time.Token);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await context.RefuseAsync(refused.StatusCode, $"the body is too large: {ButaneRequest.MaxBody >> 20} MiB at most");
        }
        catch (BadHttpRequestException refused)
        {
            await context.RefuseAsync(refused.StatusCode, refused.Message);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await context.RefuseAsync(StatusCodes.Status408RequestTimeout, $"the body did not come within {TransferTime.TotalSeconds} s");
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException
            && !context.RequestAborted.IsCancellationRequested)
        {
            await context.RefuseAsync(StatusCodes.Status400BadRequest, fault.Message);
        }
        return null;
    }

    private static Translation Translate(HttpContext context, ButaneRequest sent)
    {
        var result = ButaneConverter.Convert(sent.Config, new ButaneOptions { Pretty = IsOn(context, "pretty"), Files = sent.Files });
        var error = CommandText.IsRefused(result, IsOn(context, "strict")) ? result.Failure ?? "config produced warnings and strict was asked for" : null;
        return new Translation(result, error is not null, error is not null || IsOn(context, "report") ? ViewOf(result, error) : null);
    }

    private static async Task AnswerAsync(HttpContext context, Translation translation)
    {
        var (result, isRefused, report) = translation;
        if (isRefused)
        {
            await context.AnswerAsync(report!, RestJson.Default.ButaneReport, StatusCodes.Status422UnprocessableEntity);
            return;
        }
        context.Response.Headers["X-Butane-Findings"] = result.Report.Findings.Count.ToString(CultureInfo.InvariantCulture);
        if (report is not null)
        {
            using var config = JsonDocument.Parse(result.Output);
            await context.AnswerAsync(new ButaneAnswer(config.RootElement, report), RestJson.Default.ButaneAnswer);
            return;
        }
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = result.Output!.Length + 1;
        await context.Response.Body.WriteAsync(result.Output, context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    private static ButaneReport ViewOf(ButaneResult result, string? error) => new(
        error,
        [.. result.Report.Findings.Select(finding => new ButaneFinding(
            finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" },
            finding.Path.ToString(), finding.Line, finding.Column, finding.Message))],
        [.. Adviser.On(result).Select(advice => new ButaneAdvice(advice.Rule, advice.Path.ToString(), advice.Line, advice.Column, advice.Text))]);

    // A name without a value says yes.
    private static bool IsOn(HttpContext context, string key) =>
        context.Request.Query.TryGetValue(key, out var value) && value.ToString() is ("" or "true" or "1" or "yes");

    /// <summary>What came of a turn; what goes over the network is sent after it.</summary>
    private sealed record Translation(ButaneResult Result, bool IsRefused, ButaneReport? Report);
}
