using Matchbox.Core;
using Matchbox.Core.Boot;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Http.Boot.Files;
using Matchbox.Http.Boot.Requests;
using Matchbox.Http.Boot.Secure;
using Matchbox.Http.Boot.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Matchbox.Http.Boot;

/// <summary>
/// Everything that machines fetch over HTTP. Paths are matched as poseidon/matchbox does: exactly, case-sensitive, for every
/// method. An endpoint reads who asks, asks Core, and writes the answer down.
/// </summary>
internal sealed partial class BootListener(BootService boot, ReportEndpoint reports, BootListenerSettings settings, ILogger<BootListener> logger, BootDownloads? downloads = null)
{
    private const string Assets = "/assets";
    private const string Loaders = "/boot/";

    private bool IsStrict => settings.Compatibility == CompatibilityMode.Strict;

    public async Task HandleAsync(HttpContext context)
    {
        var kind = "other";
        var isRead = RequestTarget.TryRead(context, out var target);
        try
        {
            if (!isRead || target.IsAsterisk)
            {
                await (isRead && HttpMethods.IsOptions(target.Method) ? Reply.Empty : Reply.BadRequest).SendAsync(context);
            }
            else if (target.RedirectFor(settings.AssetsPath is null ? null : Assets) is { } location)
            {
                await Reply.Redirect(location, target.Method).SendAsync(context);
            }
            else if (target.Name is { } name)
            {
                kind = await NamedAsync(context, target, name);
            }
            else if (target.Sent.StartsWith(Assets + "/", StringComparison.Ordinal) && settings.AssetsPath is { } folder)
            {
                kind = "assets";
                await AssetAsync(context, folder, target);
            }
            else if (target.Path.StartsWith(Loaders, StringComparison.Ordinal))
            {
                kind = "loader";
                await LoaderAsync(context, target.Path[Loaders.Length..]);
            }
            else
            {
                await NotFound(context, target, "no such path").SendAsync(context);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.Left(logger, ClientText.Escape(target.Path), context.Connection.RemoteIpAddress);
        }
        catch (IOException failure) when (!context.Response.HasStarted)
        {
            // The store could not keep what the answer would promise: no answer, and the machine asks again.
            Log.Failed(logger, ClientText.Escape(target.Path), context.Connection.RemoteIpAddress, failure.Message);
            context.Response.Headers.RetryAfter = "10";
            await Reply.Text("the appliance cannot store what this answer needs; ask again\n", Reply.PlainText, StatusCodes.Status503ServiceUnavailable).SendAsync(context);
        }
        finally
        {
            BootTelemetry.Answered(kind, context.Response.StatusCode);
        }
    }

    // Paths of one part. Says by which of them it was answered.
    private async Task<string> NamedAsync(HttpContext context, RequestTarget target, string name)
    {
        if (name == "report" && !IsStrict)
        {
            await reports.HandleAsync(context);
            return name;
        }
        var (plain, signature) = settings.Signer is null ? (name, "")
            : name.EndsWith(".sig", StringComparison.Ordinal) || name.EndsWith(".asc", StringComparison.Ordinal) ? (name[..^4], name[^4..])
            : (name, "");
        var reply = plain switch
        {
            "" when signature.Length == 0 => Reply.Text("matchbox\n"),
            "boot.ipxe" or "boot.ipxe.0" => FirstScript(context, target),
            BootPath.AutoExec when !IsStrict => FirstScript(context, target),
            "ipxe" => await ScriptAsync(context, target, BootStage.IpxeScript),
            "grub" => await ScriptAsync(context, target, BootStage.GrubConfig),
            "ignition" => await IgnitionAsync(context, target),
            "cloud" => Content(context, target, await boot.ForCloudAsync(Read(context, target, BootStage.Ignition), context.RequestAborted)),
            "generic" => Content(context, target, await boot.ForGenericAsync(Read(context, target, BootStage.Ignition), context.RequestAborted)),
            "metadata" => await MetadataAsync(context, target),
            _ => null,
        };
        if (reply is null)
        {
            await NotFound(context, target, "no such path").SendAsync(context);
            return "other";
        }
        await (signature.Length > 0 ? Signed(reply, isArmored: signature == ".asc") : reply).SendAsync(context);
        return plain.Length == 0 ? "root" : plain == "boot.ipxe.0" || plain == BootPath.AutoExec ? "boot.ipxe" : plain;
    }

    // Also what was not found is signed: the signature is of the answer, whatever it is.
    private Reply Signed(Reply reply, bool isArmored)
    {
        var signature = settings.Signer!.Sign(reply.Body.Span);
        return isArmored ? Reply.Bytes(Armor.Signature(signature), status: reply.Status) : Reply.Bytes(signature, status: reply.Status);
    }

    private BootRequest Read(HttpContext context, RequestTarget target, BootStage stage) => MachineRequest.Read(context, target.Query, stage, IsStrict, target.Name ?? "");

    private Reply FirstScript(HttpContext context, RequestTarget target) =>
        Reply.Text(IpxeScript.Chain(Read(context, target, BootStage.IpxeScript).Nonce));

    private async ValueTask<Reply> ScriptAsync(HttpContext context, RequestTarget target, BootStage stage)
    {
        var request = Read(context, target, stage);
        var answer = await boot.ForScriptAsync(request, context.RequestAborted);
        // Who names nobody and was not started by us is no machine that waits: it gets what upstream gives.
        var isOurs = request.Nonce is not null || request.Labels.TryGet("mac", out _) || request.Labels.TryGet("uuid", out _);
        var text = answer is ScriptAnswer.Boot plain && request.Nonce is null && stage == BootStage.GrubConfig ? GrubConfig.Upstream(plain.Offer, plain.Args)
            : answer is not ScriptAnswer.Boot && !isOurs ? null
            : stage == BootStage.IpxeScript ? IpxeScript.Of(answer, request.Nonce)
            : GrubConfig.Of(answer, Mac(request), request.BaseUrl);
        if (text is null)
        {
            return NotFound(context, target, ReasonOf(answer), request);
        }
        Log.Script(logger, ClientText.Escape(target.Path), MacText(request), request.Source, ReasonOf(answer));
        return Reply.Text(text);
    }

    private async ValueTask<Reply> IgnitionAsync(HttpContext context, RequestTarget target)
    {
        var request = Read(context, target, BootStage.Ignition);
        switch (await boot.ForIgnitionAsync(request, context.RequestAborted))
        {
            case ConfigAnswer.Config config:
                var bytes = config.Report is { } report ? ReportInjection.Add(config.Bytes, report) : config.Bytes;
                Log.Config(logger, MacText(request), request.Source, bytes.Length, config.Report is not null);
                return Reply.Bytes(bytes, "application/json");
            case ConfigAnswer.Broken broken:
                return Broken(context, target, broken.Reason);
            case ConfigAnswer.Denied denied:
                return Denied(context, target, denied.Reason);
            case ConfigAnswer.OverTls:
                return OverTls(context, target, request);
            case var answer:
                return NotFound(context, target, (answer as ConfigAnswer.NotFound)?.Reason ?? "", request);
        }
    }

    private Reply Content(HttpContext context, RequestTarget target, ConfigAnswer answer) => answer switch
    {
        ConfigAnswer.Config config => Reply.Content(context.Request, config.Bytes),
        ConfigAnswer.Broken broken => Broken(context, target, broken.Reason),
        ConfigAnswer.Denied denied => Denied(context, target, denied.Reason),
        ConfigAnswer.OverTls => OverTls(context, target, null),
        ConfigAnswer.NotFound missing => NotFound(context, target, missing.Reason, Read(context, target, BootStage.Ignition)),
        _ => Reply.NotFound,
    };

    private async ValueTask<Reply> MetadataAsync(HttpContext context, RequestTarget target)
    {
        var request = Read(context, target, BootStage.Ignition);
        // Core adds the machine's own labels to those that select; the answer shows only what the client sent.
        var sent = Read(context, target, BootStage.Ignition);
        var (selected, withheld) = await boot.ForMetadataAsync(request, context.RequestAborted);
        return withheld is not null ? Content(context, target, withheld)
            : selected is { } group
            ? Reply.Text(MetadataText.Of(group, sent.Labels, target.Query), "plain/text")
            : NotFound(context, target, "no group selects this machine", request);
    }

    private async Task AssetAsync(HttpContext context, string folder, RequestTarget target)
    {
        var outcome = await FileEndpoint.HandleAsync(
            context, folder, target.Path[Assets.Length..], target.Query, followsLinks: IsStrict, counter: total => downloads?.Begin(MachineRequest.SourceOf(context), target.Path, total));
        BootTelemetry.Sent("assets", outcome.Sent);
        if (outcome.Refusal is { } refusal)
        {
            Log.NotFound(logger, ClientText.Escape(target.Path), "", MachineRequest.SourceOf(context), refusal);
            boot.AssetRefused(MachineRequest.SourceOf(context), target.Path, refusal);
        }
        else if (outcome.ToEnd)
        {
            boot.AssetFetched(MachineRequest.SourceOf(context), target.Path);
            Log.Sent(logger, ClientText.Escape(target.Path), MachineRequest.SourceOf(context), outcome.Sent);
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
            Log.NotFound(logger, ClientText.Escape($"{Loaders}{rest}"), "", source, "no such loader");
            await Reply.NotFound.SendAsync(context);
            return;
        }
        if (file == BootPath.AutoExec)
        {
            await Reply.Text(IpxeScript.Chain(nonce)).SendAsync(context);
            return;
        }
        var type = file.EndsWith(".efi", StringComparison.OrdinalIgnoreCase) ? ContentTypes.EfiApplication : null;
        var outcome = await FileEndpoint.HandleAsync(
            context, settings.LoadersPath, "/" + file, "", type: type, counter: total => downloads?.Begin(source, file, total));
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

    // Why is for the timeline and the log: whoever tries gets no help.
    private Reply Denied(HttpContext context, RequestTarget target, string reason)
    {
        Log.Denied(logger, ClientText.Escape(target.Path), MachineRequest.SourceOf(context), reason);
        return Reply.Text("matchbox: this is protected, and this request gets nothing of it: matchbox events tells why\n", Reply.PlainText, StatusCodes.Status403Forbidden);
    }

    /// <summary>Where to ask again: Ignition is sent there, and with which authority; whoever else asks is told.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">What it asks for.</param>
    /// <param name="ignition">Who asks, if it is Ignition; else null.</param>
    private Reply OverTls(HttpContext context, RequestTarget target, BootRequest? ignition)
    {
        if (settings.Secure is not { Endpoints.Count: > 0 } secure)
        {
            return Broken(context, target, "this is protected and travels over TLS alone, and boot.secure-listen names no address for that");
        }
        var host = context.Request.Host.HasValue ? context.Request.Host.Host : $"{context.Connection.LocalIpAddress}";
        secure.Authority.Expect(host);
        secure.Open();
        if (secure.Fault is { } closed)
        {
            return Broken(context, target, $"this is protected and travels over TLS alone, and the listener for that is not open: {closed}");
        }
        Log.OverTls(logger, ClientText.Escape(target.Path), MachineRequest.SourceOf(context));
        return ignition is null
            ? Reply.Text(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"matchbox: this is protected: ask for it by https, at port {secure.Endpoints[0].Port}\n"),
                Reply.PlainText, StatusCodes.Status403Forbidden)
            : SecureStub.IsReadBy(ignition.IgnitionSpec)
                ? Reply.Bytes(SecureStub.Write(secure.Authority.Pem, secure.UrlOf(host, $"{target.Sent}?{target.Query}")), "application/json")
                : Broken(context, target, "this is protected, and the machine's Ignition is too old for it: it reads no spec 3");
    }

    // Not the client's fault, and nothing that looking elsewhere would mend: the machine's console shows what to mend here.
    private Reply Broken(HttpContext context, RequestTarget target, string reason)
    {
        Log.Failed(logger, ClientText.Escape(target.Path), context.Connection.RemoteIpAddress, reason);
        return Reply.Text($"matchbox: {reason}\n", Reply.PlainText, StatusCodes.Status500InternalServerError);
    }

    private Reply NotFound(HttpContext context, RequestTarget target, string reason, BootRequest? request = null)
    {
        Log.NotFound(logger, ClientText.Escape(target.Path), request is null ? "" : MacText(request), MachineRequest.SourceOf(context), reason);
        return Reply.NotFound;
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
        [LoggerMessage(5008, LogLevel.Warning, "403 {Path} at {Client}: {Reason}")]
        public static partial void Denied(ILogger logger, string path, Protocols.IPv4Address client, string reason);

        [LoggerMessage(5009, LogLevel.Information, "{Path} of {Client} is protected: sent to TLS")]
        public static partial void OverTls(ILogger logger, string path, Protocols.IPv4Address client);

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
