using System.Globalization;
using System.Text.Json;
using Matchbox.Butane;
using Matchbox.Butane.Advice;
using Matchbox.Butane.Reports;
using Matchbox.Http.Access;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
        .RequireAuthorization(AccessPolicies.Local).WithMetadata(new ChangesNothing())
        .Describe("translateButane", "Butane", "Translate a Butane config to Ignition",
            "The body is the config, or a form whose part `config` is one and whose other parts are the local files that it may name. "
            + "Nothing is changed, and nothing of this machine is read.")
        .Takes<string>("\"variant: fcos\\nversion: 1.5.0\\n\"", "*/*")
        .Produces<JsonElement>(StatusCodes.Status200OK, "application/json")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.Timeout, ProblemKind.TooLarge, ProblemKind.Unsound, ProblemKind.Busy);

    /// <param name="context">The request.</param>
    /// <param name="strict">Warnings refuse the config too.</param>
    /// <param name="pretty">Indented.</param>
    /// <param name="report">The answer has the config, and what was found in it.</param>
    private async Task<EmptyHttpResult> ConvertAsync(HttpContext context, string? strict, string? pretty, string? report)
    {
        if (!await _turns.TryEnterAsync(context.RequestAborted))
        {
            context.Response.Headers.RetryAfter = "1";
            throw new ProblemException(ProblemKind.Busy, "too many configs are being translated, try again");
        }
        Translation translation;
        try
        {
            translation = Translate(await ReadAsync(context), IsSaid(strict), IsSaid(pretty), IsSaid(report));
        }
        finally
        {
            _turns.Leave();
        }
        using var time = new CancellationTokenSource(TransferTime);
        await using var end = time.Token.Register(context.Abort);
        await AnswerAsync(context, translation);
        return TypedResults.Empty;
    }

    private static async Task<ButaneRequest> ReadAsync(HttpContext context)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(TransferTime);
        try
        {
            return await ButaneRequest.ReadAsync(context, time.Token);
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ProblemException(ProblemKind.TooLarge, $"the body is too large: {ButaneRequest.MaxBody >> 20} MiB at most");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKind.Timeout, $"the body did not come within {TransferTime.TotalSeconds} s");
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException
            && fault is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(ProblemKind.InvalidRequest, fault.Message);
        }
    }

    private static Translation Translate(ButaneRequest sent, bool strict, bool pretty, bool report)
    {
        var result = ButaneConverter.Convert(sent.Config, new ButaneOptions { Pretty = pretty, Files = sent.Files });
        var error = CommandText.IsRefused(result, strict) ? result.Failure ?? "config produced warnings and strict was asked for" : null;
        return new Translation(result, error, error is not null || report ? ViewOf(result, error) : null);
    }

    private static async Task AnswerAsync(HttpContext context, Translation translation)
    {
        var (result, error, report) = translation;
        if (error is not null)
        {
            await context.AnswerAsync(ProblemKind.Unsound.With(error, [.. report!.Findings.Where(finding => finding.Severity == "error").Select(FaultOf)]) with
            {
                Findings = report.Findings,
                Advice = report.Advice,
            });
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

    private static ProblemError FaultOf(ButaneFinding finding) => new()
    {
        Pointer = JsonPlace.PointerOf(finding.Path),
        Line = finding.Line > 0 ? finding.Line : null,
        Column = finding.Column > 0 ? finding.Column : null,
        Detail = finding.Message,
    };

    // A name without a value says yes.
    private static bool IsSaid(string? value) => value is "" or "true" or "1" or "yes";

    /// <summary>What came of a turn; what goes over the network is sent after it.</summary>
    private sealed record Translation(ButaneResult Result, string? Error, ButaneReport? Report);
}
