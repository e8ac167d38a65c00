using System.Globalization;
using Matchbox.Core.Access;
using Matchbox.Core.Boot;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Access;
using Matchbox.Http.Boot;
using Matchbox.Http.Boot.Files;
using Matchbox.Http.Rest.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Rest;

/// <summary>
/// What a machine would get if it asked now: the very octets, but for nonce and token, which are placeholders. Asking changes nothing,
/// and no secret of a boot is in an answer.
/// </summary>
internal sealed class PreviewEndpoints(MachineRegistry machines, BootService boot, ISubnetSource subnets, BootServiceSettings settings)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const int MaxBase = 256;

    public void Map(RestRoutes rest) => rest.Viewer.MapGet("/machines/{id}/preview/{what}", Show).RequireOnMachine(Role.Viewer)
        .Describe("previewMachine", "Machines", "Show what a machine would get now",
            $"`what` is `script`, `grub`, `ignition`, `generic` or `metadata`. Nonce and token read `{BootService.PreviewSecret}`. "
            + "`label=key=value` adds what it would say of itself, `base` is how it would reach the appliance, `spec` the newest spec that its Ignition reads.")
        .Produces<string>(StatusCodes.Status200OK, "text/plain", "application/json")
        .Fails(ProblemKind.InvalidRequest, ProblemKind.NotFound, ProblemKind.Unsound);

    private IResult Show(HttpContext context, string id, string what, string[]? label, string? @base, string? spec)
    {
        _ = label;
        var machine = machines.Resolve(id)
            ?? throw new ProblemException(ProblemKind.NotFound, $"no machine, or more than one, is called '{id}': `matchbox machines` lists them");
        var labels = context.PairsOf("label");
        var url = BaseOf(machine, @base);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        switch (what)
        {
            case "script":
                return Script(boot.PreviewScript(machine, BootStage.IpxeScript, labels, url), answer => IpxeScript.Of(answer, BootService.PreviewSecret));
            case "grub":
                var mac = machine.Macs.IsEmpty ? (Protocols.HardwareAddress?)null : machine.Macs[0];
                return Script(boot.PreviewScript(machine, BootStage.GrubConfig, labels, url), answer => GrubConfig.Of(answer, mac, url));
            case "ignition":
                return Config(boot.PreviewIgnition(machine, labels, spec, url), _ => "application/json");
            case "generic":
                return Config(boot.PreviewGeneric(machine, labels), bytes => ContentSniffer.Of(bytes.Span));
            case "metadata":
                var (group, sent, rawQuery) = boot.PreviewGroup(machine, labels);
                return group is null
                    ? ProblemKind.NotFound.Tell("no group selects this machine")
                    : TypedResults.Text(MetadataText.Of(group, sent, rawQuery), PlainText);
            default:
                return ProblemKind.NotFound.Tell($"'{what}' is none of script, grub, ignition, generic, metadata");
        }
    }

    private static IResult Script(ScriptAnswer answer, Func<ScriptAnswer, string?> write) =>
        write(answer) is { } text ? TypedResults.Text(text, PlainText)
        : ProblemKind.NotFound.Tell(answer is ScriptAnswer.NotFound missing ? missing.Reason : "it would get no script");

    private static IResult Config(ConfigAnswer answer, Func<ReadOnlyMemory<byte>, string> typeOf)
    {
        switch (answer)
        {
            case ConfigAnswer.Config config:
                var bytes = config.Report is { } report ? ReportInjection.Add(config.Bytes, report) : config.Bytes;
                return TypedResults.Bytes(bytes, typeOf(bytes));
            case ConfigAnswer.Broken broken:
                return ProblemKind.Unsound.Tell(broken.Reason);
            case ConfigAnswer.NotFound missing:
                return ProblemKind.NotFound.Tell(missing.Reason);
            default:
                throw new InvalidOperationException($"no answer for {answer}");
        }
    }

    private string BaseOf(Machine machine, string? asked)
    {
        if (asked is not null)
        {
            return asked.Length <= MaxBase && Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && !asked.Any(char.IsControl)
                ? asked.TrimEnd('/')
                : throw new ProblemException(ProblemKind.InvalidRequest, $"'base' is a URL such as http://10.77.0.1:8080, not '{asked}'");
        }
        var subnet = subnets.Current.All.FirstOrDefault(subnet => subnet.Network.ToString() == machine.LastSeen.Subnet) ?? subnets.Current.Containing(machine.LastSeen.Address);
        return string.Create(CultureInfo.InvariantCulture, $"http://{subnet?.Advertise?.ToString() ?? "matchbox.example.com"}:{settings.HttpPort}");
    }
}
