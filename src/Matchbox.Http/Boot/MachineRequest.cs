using Matchbox.Core.Boot;
using Matchbox.Core.Catalogs;
using Matchbox.Http.Boot.Secure;
using Matchbox.Protocols;
using Microsoft.AspNetCore.Http;

namespace Matchbox.Http.Boot;

/// <summary>A machine's question as values: what it claims to be, where it comes from, which boot it belongs to.</summary>
internal static class MachineRequest
{
    /// <param name="context">The request.</param>
    /// <param name="query">Its query as it was sent.</param>
    /// <param name="stage">What it asks for.</param>
    /// <param name="strict">Nonce and token are labels like others, as poseidon/matchbox knows neither.</param>
    /// <param name="resource">What of the machine's config it asks for.</param>
    public static BootRequest Read(HttpContext context, string query, BootStage stage, bool strict, string resource = "")
    {
        var labels = new Labels();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? nonce = null, token = null;
        foreach (var (key, value) in GoQuery.Parse(query))
        {
            // The first of equal keys counts, also when it is a MAC that is none and so no label.
            if (!seen.Add(key))
            {
                continue;
            }
            switch (key)
            {
                case "nonce" when !strict:
                    nonce = value.Length > 0 ? value : null;
                    break;
                case "token" when !strict:
                    token = value.Length > 0 ? value : null;
                    break;
                default:
                    labels.Add(key, value);
                    break;
            }
        }
        return new BootRequest
        {
            Stage = stage,
            Labels = labels,
            IgnitionSpec = IgnitionFit.SpecOf(context.Request.Headers.Accept.ToString()),
            RawQuery = strict ? query : GoQuery.Without(query, "nonce", "token"),
            Source = SourceOf(context),
            Nonce = nonce,
            Token = token,
            Resource = resource,
            IsEncrypted = context.Request.IsHttps,
            IsHead = HttpMethods.IsHead(context.Request.Method),
            BaseUrl = BaseUrlOf(context),
        };
    }

    /// <summary>The client's address; 0.0.0.0 for what is no IPv4 client.</summary>
    public static IPv4Address SourceOf(HttpContext context) =>
        IPv4Address.TryFrom(context.Connection.RemoteIpAddress, out var source) ? source : default;

    // What the client itself called us: the one name that surely works for it.
    private static string BaseUrlOf(HttpContext context)
    {
        var host = context.Request.Host;
        // Only the config itself went over TLS; for the rest the machine goes on where it began.
        if (context.Features.Get<SecureListener>() is { } secure)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{(host.HasValue ? host.Host : context.Connection.LocalIpAddress)}:{secure.PlainPort}");
        }
        return host.HasValue
            ? $"{context.Request.Scheme}://{host.Value}"
            : $"{context.Request.Scheme}://{new System.Net.IPEndPoint(context.Connection.LocalIpAddress!, context.Connection.LocalPort)}";
    }
}
