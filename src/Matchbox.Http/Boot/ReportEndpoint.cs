using System.Text.Json;
using Matchbox.Core;
using Matchbox.Core.Boot;
using Matchbox.Core.Machines;
using Matchbox.Core.Machines.Inventory;
using Matchbox.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot;

/// <summary>
/// <c>POST /report</c>: a machine says how far it is. Answered when what it changed is stored; the same report again gets the
/// same answer. Errors are problem details (RFC 9457) in words for whoever writes the installer.
/// </summary>
internal sealed partial class ReportEndpoint(BootService boot, RateLimit limit, ILogger<ReportEndpoint> logger)
{
    public const int MaxBody = 4096;
    private const int MaxText = 512;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, "a report is sent by POST");
            return;
        }
        var source = MachineRequest.SourceOf(context);
        if (!limit.TryTake(context.Connection.RemoteIpAddress, out var retryAfter))
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await ProblemAsync(context, StatusCodes.Status429TooManyRequests, "too many reports from this address; wait as Retry-After says");
            return;
        }
        if (await ReadBodyAsync(context) is not { } body)
        {
            await ProblemAsync(context, StatusCodes.Status413PayloadTooLarge, $"a report has at most {InventoryReader.MaxBody} octets");
            return;
        }
        var report = Parse(context, body, out var wrong);
        if (body.Length > MaxBody && report is not { Step: ReportStep.Inventory } && !wrong.StartsWith("inventory", StringComparison.Ordinal))
        {
            await ProblemAsync(context, StatusCodes.Status413PayloadTooLarge, $"a report has at most {MaxBody} octets, but for an inventory");
            return;
        }
        if (report is null)
        {
            await ProblemAsync(context, StatusCodes.Status400BadRequest, wrong);
            return;
        }
        ReportOutcome outcome;
        try
        {
            outcome = await boot.ReportAsync(report, source, context.RequestAborted);
        }
        catch (IOException failure)
        {
            Log.NotStored(logger, report.Mac, failure.Message);
            context.Response.Headers.RetryAfter = "10";
            await ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "the report could not be stored; send it again");
            return;
        }
        Log.Reported(logger, report.Mac, report.Step, outcome, source, ClientText.Escape(report.Text));
        switch (outcome)
        {
            case ReportOutcome.Accepted:
                await Reply.TextAsync(context, "{\"outcome\":\"accepted\"}\n", "application/json");
                break;
            case ReportOutcome.UnknownMachine:
                await ProblemAsync(context, StatusCodes.Status404NotFound, $"no machine has the MAC {report.Mac}");
                break;
            case var _ when report.Step == ReportStep.Fetched:
                await ProblemAsync(
                    context, StatusCodes.Status403Forbidden,
                    "that a config was fetched counts only from the machine's own address and with the token of its present boot; nothing was changed");
                break;
            case var _ when report.Step == ReportStep.Inventory:
                await ProblemAsync(
                    context, StatusCodes.Status403Forbidden,
                    "an inventory counts only from the machine's own address and with the token of its present boot; nothing was changed");
                break;
            case var _ when report.Step == ReportStep.Installed:
                await ProblemAsync(
                    context, StatusCodes.Status403Forbidden,
                    "an installation counts only from the machine's own address and with the token of its present attempt; nothing was changed");
                break;
            default:
                await Reply.TextAsync(context, "{\"outcome\":\"unverified\"}\n", "application/json");
                break;
        }
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = InventoryReader.MaxBody;
        }
        // Most reports are short: room for a long one is taken when one comes.
        var buffer = new byte[context.Request.ContentLength is > MaxBody or null ? InventoryReader.MaxBody + 1 : MaxBody + 1];
        try
        {
            var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
            return length > InventoryReader.MaxBody ? (ReadOnlyMemory<byte>?)null : buffer.AsMemory(0, length);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static MachineReport? Parse(HttpContext context, ReadOnlyMemory<byte> body, out string wrong)
    {
        wrong = "";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                wrong = "a report is a JSON object";
                return null;
            }
            if (!HardwareAddress.TryParse(Text(root, "mac"), out var mac))
            {
                wrong = "\"mac\" has to be the machine's MAC address, like \"52:54:00:12:34:56\"";
                return null;
            }
            if (Text(root, "step") is not { } step || !TryStep(step, out var parsed))
            {
                wrong = "\"step\" has to be one of \"booted\", \"installed\", \"failed\", \"progress\", \"fetched\", \"inventory\"";
                return null;
            }
            MachineUuid? uuid = null;
            if (Text(root, "uuid") is { Length: > 0 } claimed)
            {
                if (!MachineUuid.TryParse(claimed, out var value))
                {
                    wrong = "\"uuid\" is no UUID; leave it out where there is none";
                    return null;
                }
                uuid = value;
            }
            var text = Text(root, "text") ?? "";
            MachineInventory? inventory = null;
            if (parsed == ReportStep.Inventory && (inventory = InventoryReader.Read(root.TryGetProperty("inventory", out var given) ? given : default, out wrong)) is null)
            {
                return null;
            }
            return new MachineReport(mac, uuid, parsed, ClientText.Escape(text.Length > MaxText ? text[..MaxText] : text), TokenOf(context, root))
            {
                Nonce = QueryOf(context, "nonce"),
                Inventory = inventory,
            };
        }
        catch (JsonException malformed)
        {
            wrong = $"the report is no JSON (line {malformed.LineNumber + 1}, octet {malformed.BytePositionInLine + 1})";
            return null;
        }
        catch (InvalidOperationException)
        {
            wrong = "the report holds a text that is no valid Unicode";
            return null;
        }
    }

    private static string? TokenOf(HttpContext context, JsonElement root)
    {
        const string Bearer = "Bearer ";
        if (Text(root, "token") is { Length: > 0 } inBody)
        {
            return inBody;
        }
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : QueryOf(context, "token");
    }

    private static string? QueryOf(HttpContext context, string name) =>
        GoQuery.Parse(context.Request.QueryString.Value?.TrimStart('?') ?? "").FirstOrDefault(pair => pair.Key == name && pair.Value.Length > 0).Value;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryStep(string text, out ReportStep step)
    {
        (step, var known) = text switch
        {
            "booted" => (ReportStep.Booted, true),
            "installed" => (ReportStep.Installed, true),
            "failed" => (ReportStep.Failed, true),
            "progress" => (ReportStep.Progress, true),
            "fetched" => (ReportStep.Fetched, true),
            "inventory" => (ReportStep.Inventory, true),
            _ => (default, false),
        };
        return known;
    }

    private static Task ProblemAsync(HttpContext context, int status, string detail) => Reply.BytesAsync(
        context,
        JsonSerializer.SerializeToUtf8Bytes(new Problem("about:blank", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status), status, detail), ProblemJson.Default.Problem),
        "application/problem+json",
        status);

    private static partial class Log
    {
        [LoggerMessage(5010, LogLevel.Information, "Report of {Mac}: {Step} ({Outcome}) from {Client}: {Text}")]
        public static partial void Reported(ILogger logger, HardwareAddress mac, ReportStep step, ReportOutcome outcome, IPv4Address client, string text);

        [LoggerMessage(5011, LogLevel.Error, "Report of {Mac} not stored: {Reason}")]
        public static partial void NotStored(ILogger logger, HardwareAddress mac, string reason);
    }
}

internal sealed record Problem(string Type, string Title, int Status, string Detail);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : System.Text.Json.Serialization.JsonSerializerContext;
