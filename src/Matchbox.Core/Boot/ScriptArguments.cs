using Matchbox.Core.Catalogs;

namespace Matchbox.Core.Boot;

/// <summary>
/// The kernel arguments of one boot: the profile's, with the boot's nonce added to the config's URL where that is ours, and
/// for an install with where to report.
/// </summary>
internal static class ScriptArguments
{
    private static readonly string[] ConfigArguments =
        ["ignition.config.url=", "flatcar.config.url=", "coreos.config.url=", "coreos.inst.ignition_url="];

    // What a protected machine's tools may fetch beside it.
    private static readonly string[] Resources = ["/ignition", "/generic", "/cloud", "/metadata"];

    // Alone, it is filled in: with the address and the token to report to.
    private const string ReportArgument = "matchbox.report";

    /// <summary>Does a live profile ask for an address to report to, as an install has one by itself.</summary>
    public static bool WantsReport(BootOffer offer) => !offer.Installs && offer.Profile.Boot is { } boot && boot.Args.Contains(ReportArgument, StringComparer.Ordinal);

    /// <param name="offer">What boots.</param>
    /// <param name="baseUrl">How the machine calls us.</param>
    /// <param name="nonce">The boot's nonce; null: the request proves none.</param>
    /// <param name="report">Where it reports: an install, or a live profile that asks for it; null: nowhere.</param>
    /// <param name="deliveryToken">The token of protected configs, which goes to every argument that is a URL of one; null: they are not protected.</param>
    public static IReadOnlyList<string> Of(BootOffer offer, string baseUrl, string? nonce, ReportAddress? report, string? deliveryToken = null)
    {
        var args = offer.Profile.Boot!.Args;
        if (nonce is null)
        {
            return args;
        }
        var token = report?.Token ?? deliveryToken;
        var added = token is null ? $"nonce={nonce}" : $"nonce={nonce}&token={token}";
        var result = new List<string>(args.Length + 2);
        foreach (var argument in args)
        {
            if (report is not null && argument == ReportArgument)
            {
                continue;
            }
            result.Add(IsOurConfig(argument, baseUrl) || (deliveryToken is not null && IsOurResource(argument, baseUrl)) ? $"{argument}{(argument.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{added}" : argument);
        }
        if (report is not null)
        {
            result.Add($"matchbox.report={report.Url}");
            result.Add($"matchbox.token={report.Token}");
        }
        return result;
    }

    // inst.ks=URL, ds=nocloud;s=URL and the like: whatever stands before the URL. Never to a foreign host, as below.
    private static bool IsOurResource(string argument, string baseUrl)
    {
        var start = argument.IndexOf(baseUrl, StringComparison.OrdinalIgnoreCase);
        if (start < 1 || argument[start - 1] != '=')
        {
            return false;
        }
        var path = argument.AsSpan(start + baseUrl.Length);
        foreach (var resource in Resources)
        {
            if (path.StartsWith(resource, StringComparison.Ordinal) && (path.Length == resource.Length || path[resource.Length] == '?'))
            {
                return true;
            }
        }
        return false;
    }

    // Never to a foreign host: the token is the machine's secret.
    private static bool IsOurConfig(string argument, string baseUrl)
    {
        foreach (var name in ConfigArguments)
        {
            if (argument.StartsWith(name, StringComparison.Ordinal))
            {
                var url = argument.AsSpan(name.Length);
                return url.StartsWith(baseUrl, StringComparison.OrdinalIgnoreCase)
                    && url[baseUrl.Length..] is ['/', 'i', 'g', 'n', 'i', 't', 'i', 'o', 'n', ..] path
                    && (path.Length == "/ignition".Length || path["/ignition".Length] == '?');
            }
        }
        return false;
    }
}
