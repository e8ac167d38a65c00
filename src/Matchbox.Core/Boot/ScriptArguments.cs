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

    public static IReadOnlyList<string> Of(BootOffer offer, string baseUrl, string? nonce, ReportAddress? report)
    {
        var args = offer.Profile.Boot!.Args;
        if (nonce is null)
        {
            return args;
        }
        var added = report is null ? $"nonce={nonce}" : $"nonce={nonce}&token={report.Token}";
        var result = new List<string>(args.Length + 2);
        foreach (var argument in args)
        {
            result.Add(IsOurConfig(argument, baseUrl) ? $"{argument}{(argument.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{added}" : argument);
        }
        if (report is not null)
        {
            result.Add($"matchbox.report={report.Url}");
            result.Add($"matchbox.token={report.Token}");
        }
        return result;
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
