using System.Text;
using Matchbox.Core;
using Matchbox.Core.Boot;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Http.Boot.Files;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot;

/// <summary>
/// Everything that machines fetch over HTTP. Paths are matched as poseidon/matchbox does: exactly, case-sensitive, for every
/// method. An endpoint reads who asks, asks Core, and writes the answer down.
/// </summary>
internal sealed partial class BootListener(BootService boot, ReportEndpoint reports, BootListenerSettings settings, ILogger<BootListener> logger)
{
    private const string Assets = "/assets/";
    private const string Loaders = "/boot/";

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var kind = "other";
        try
        {
            switch (path)
            {
                case var _ when HttpMethods.IsConnect(context.Request.Method):
                    context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                    context.Response.ContentLength = 0;
                    break;
                case "/":
                    kind = "root";
                    await Reply.TextAsync(context, "matchbox\n");
                    break;
                case "/boot.ipxe" or "/boot.ipxe.0" or "/autoexec.ipxe":
                    kind = "boot.ipxe";
                    await Reply.TextAsync(context, IpxeScript.Chain(MachineRequest.Read(context, BootStage.IpxeScript).Nonce));
                    break;
                case "/ipxe":
                    kind = "ipxe";
                    await ScriptAsync(context, BootStage.IpxeScript);
                    break;
                case "/grub":
                    kind = "grub";
                    await ScriptAsync(context, BootStage.GrubConfig);
                    break;
                case "/ignition":
                    kind = "ignition";
                    await IgnitionAsync(context);
                    break;
                case "/generic":
                    kind = "generic";
                    await GenericAsync(context);
                    break;
                case "/metadata":
                    kind = "metadata";
                    await MetadataAsync(context);
                    break;
                case "/report":
                    kind = "report";
                    await reports.HandleAsync(context);
                    break;
                case "/assets" when settings.AssetsPath is not null:
                    kind = "assets";
                    context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
                    context.Response.Headers.Location = Assets;
                    context.Response.ContentLength = 0;
                    break;
                case var _ when path.StartsWith(Assets, StringComparison.Ordinal) && settings.AssetsPath is { } folder:
                    kind = "assets";
                    await AssetAsync(context, folder, path);
                    break;
                case var _ when path.StartsWith(Loaders, StringComparison.Ordinal):
                    kind = "loader";
                    await LoaderAsync(context, path[Loaders.Length..]);
                    break;
                default:
                    await NotFoundAsync(context, "no such path");
                    break;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.Left(logger, ClientText.Escape(path), context.Connection.RemoteIpAddress);
        }
        catch (IOException failure) when (!context.Response.HasStarted)
        {
            // The store could not keep what the answer would promise: no answer, and the machine asks again.
            Log.Failed(logger, ClientText.Escape(path), context.Connection.RemoteIpAddress, failure.Message);
            context.Response.Headers.RetryAfter = "10";
            await Reply.BytesAsync(context, "the appliance cannot store what this answer needs; ask again\n"u8.ToArray(), Reply.PlainText, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            BootTelemetry.Answered(kind, context.Response.StatusCode);
        }
    }

    private async Task ScriptAsync(HttpContext context, BootStage stage)
    {
        var request = MachineRequest.Read(context, stage);
        var answer = await boot.ForScriptAsync(request, context.RequestAborted);
        // Who names nobody and was not started by us is no machine that waits: it gets what upstream gives.
        var isOurs = request.Nonce is not null || request.Labels.TryGet("mac", out _) || request.Labels.TryGet("uuid", out _);
        var text = answer is ScriptAnswer.Boot plain && request.Nonce is null && stage == BootStage.GrubConfig ? GrubConfig.Upstream(plain.Offer, plain.Args)
            : answer is not ScriptAnswer.Boot && !isOurs ? null
            : stage == BootStage.IpxeScript ? IpxeScript.Of(answer, request.Nonce)
            : GrubConfig.Of(answer, Mac(request), request.BaseUrl);
        if (text is null)
        {
            await NotFoundAsync(context, ReasonOf(answer), request);
            return;
        }
        Log.Script(logger, context.Request.Path.Value!, MacText(request), request.Source, ReasonOf(answer));
        await Reply.TextAsync(context, text);
    }

    private async Task IgnitionAsync(HttpContext context)
    {
        var request = MachineRequest.Read(context, BootStage.Ignition);
        switch (await boot.ForIgnitionAsync(request, context.RequestAborted))
        {
            case ConfigAnswer.Config config:
                var bytes = config.Report is { } report ? ReportInjection.Add(config.Bytes, report) : config.Bytes;
                Log.Config(logger, MacText(request), request.Source, bytes.Length, config.Report is not null);
                await Reply.BytesAsync(context, bytes, "application/json");
                break;
            case ConfigAnswer.Broken broken:
                await BrokenAsync(context, broken.Reason);
                break;
            case ConfigAnswer.NotFound missing:
                await NotFoundAsync(context, missing.Reason, request);
                break;
        }
    }

    private async Task GenericAsync(HttpContext context)
    {
        var request = MachineRequest.Read(context, BootStage.Ignition);
        switch (boot.ForGeneric(request))
        {
            case ConfigAnswer.Config { Bytes: var content }:
                context.Response.Headers.AcceptRanges = "bytes";
                await Reply.BytesAsync(context, content, ContentSniffer.Of(content.Span));
                break;
            case ConfigAnswer.Broken broken:
                await BrokenAsync(context, broken.Reason);
                break;
            case ConfigAnswer.NotFound missing:
                await NotFoundAsync(context, missing.Reason, request);
                break;
        }
    }

    private async Task MetadataAsync(HttpContext context)
    {
        var request = MachineRequest.Read(context, BootStage.Ignition);
        // Core adds the machine's own labels to those that select; the answer shows only what the client sent.
        var sent = MachineRequest.Read(context, BootStage.Ignition).Labels;
        if (boot.GroupFor(request) is not { } group)
        {
            await NotFoundAsync(context, "no group selects this machine", request);
            return;
        }
        await Reply.TextAsync(context, MetadataText.Of(group, sent, context.Request.QueryString.Value?.TrimStart('?') ?? ""), "plain/text");
    }

    private async Task AssetAsync(HttpContext context, string folder, string path)
    {
        // The one escape that the server leaves in a path.
        path = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var outcome = await FileEndpoint.HandleAsync(context, folder, path[Assets.Length..]);
        BootTelemetry.Sent("assets", outcome.Sent);
        if (outcome.Refusal is { } refusal)
        {
            Log.NotFound(logger, ClientText.Escape(path), "", MachineRequest.SourceOf(context), refusal);
        }
        else if (outcome.ToEnd)
        {
            boot.AssetFetched(MachineRequest.SourceOf(context), path);
            Log.Sent(logger, ClientText.Escape(path), MachineRequest.SourceOf(context), outcome.Sent);
        }
    }

    // boot/NONCE/FILE: firmware and shim ask for what is beside their own file, so the nonce stays in the path.
    private async Task LoaderAsync(HttpContext context, string rest)
    {
        var source = MachineRequest.SourceOf(context);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (nonce, file) = slash < 0 ? ("", "") : (rest[..slash], rest[(slash + 1)..]);
        if (!BootPath.IsNonce(nonce) || file.Length == 0 || file.Contains('/', StringComparison.Ordinal))
        {
            await NotFoundAsync(context, "no such loader");
            return;
        }
        if (file == BootPath.AutoExec)
        {
            await Reply.TextAsync(context, IpxeScript.Chain(nonce));
            return;
        }
        var type = file.EndsWith(".efi", StringComparison.OrdinalIgnoreCase) ? ContentTypes.EfiApplication : null;
        var outcome = await FileEndpoint.HandleAsync(context, settings.LoadersPath, file, type);
        BootTelemetry.Sent("loader", outcome.Sent);
        if (outcome.Refusal is { } refusal)
        {
            Log.NotFound(logger, ClientText.Escape($"{Loaders}{rest}"), "", source, refusal);
        }
        else if (outcome.ToEnd)
        {
            var isKnown = boot.LoaderFetched(source, nonce, file);
            Log.Loader(logger, file, source, isKnown ? "its present boot" : "no present boot of this address");
        }
    }

    // Not the client's fault, and nothing that looking elsewhere would mend: the machine's console shows what to mend here.
    private Task BrokenAsync(HttpContext context, string reason)
    {
        Log.Failed(logger, ClientText.Escape(context.Request.Path.Value ?? ""), context.Connection.RemoteIpAddress, reason);
        return Reply.BytesAsync(context, Encoding.UTF8.GetBytes($"matchbox: {reason}\n"), Reply.PlainText, StatusCodes.Status500InternalServerError);
    }

    private Task NotFoundAsync(HttpContext context, string reason, BootRequest? request = null)
    {
        Log.NotFound(logger, ClientText.Escape(context.Request.Path.Value ?? ""), request is null ? "" : MacText(request), MachineRequest.SourceOf(context), reason);
        return Reply.NotFoundAsync(context);
    }

    private static Protocols.HardwareAddress? Mac(BootRequest request) =>
        Protocols.HardwareAddress.TryParse(request.Labels["mac"], out var mac) ? mac : null;

    private static string MacText(BootRequest request) => ClientText.Escape(request.Labels["mac"]);

    private static string ReasonOf(ScriptAnswer answer) => answer switch
    {
        ScriptAnswer.Boot boot => $"boots profile {boot.Offer.Profile.Id}",
        ScriptAnswer.Local local => $"local disk: {local.Reason}",
        ScriptAnswer.Wait wait => $"waits: {wait.Reason}",
        ScriptAnswer.Hold hold => $"held: {hold.Reason}",
        ScriptAnswer.NotFound missing => missing.Reason,
        _ => "",
    };

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "{Path} of {Mac} at {Client}: {Reason}")]
        public static partial void Script(ILogger logger, string path, string mac, Protocols.IPv4Address client, string reason);

        [LoggerMessage(5002, LogLevel.Information, "/ignition of {Mac} at {Client}: {Octets} octets, report address in it: {HasReport}")]
        public static partial void Config(ILogger logger, string mac, Protocols.IPv4Address client, int octets, bool hasReport);

        [LoggerMessage(5003, LogLevel.Information, "404 {Path} of {Mac} at {Client}: {Reason}")]
        public static partial void NotFound(ILogger logger, string path, string mac, Protocols.IPv4Address client, string reason);

        [LoggerMessage(5004, LogLevel.Information, "Loader {File} fetched by {Client}: {Belongs}")]
        public static partial void Loader(ILogger logger, string file, Protocols.IPv4Address client, string belongs);

        [LoggerMessage(5005, LogLevel.Debug, "{Path} to {Client}: {Octets} octets")]
        public static partial void Sent(ILogger logger, string path, Protocols.IPv4Address client, long octets);

        [LoggerMessage(5006, LogLevel.Debug, "{Path}: {Client} left")]
        public static partial void Left(ILogger logger, string path, System.Net.IPAddress? client);

        [LoggerMessage(5007, LogLevel.Error, "{Path} of {Client} not answered: {Reason}")]
        public static partial void Failed(ILogger logger, string path, System.Net.IPAddress? client, string reason);
    }
}
