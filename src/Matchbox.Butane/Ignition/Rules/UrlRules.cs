using Matchbox.Butane.Go;

namespace Matchbox.Butane.Ignition.Rules;

/// <summary>URLs that Ignition can fetch from.</summary>
internal static class UrlRules
{
    public const string Unparsable = "unable to parse url";
    public const string UnknownScheme = "invalid url scheme";

    private const string BadArn = "invalid S3 ARN format";

    /// <summary>What is wrong with a URL; null: nothing. Google's storage came with spec 3.2, Amazon's resource names with 3.4.</summary>
    public static string? Fault(string url, int version)
    {
        if (!GoUrl.TryParse(url, out var parsed))
        {
            return Unparsable;
        }
        return parsed.Scheme switch
        {
            "http" or "https" or "tftp" => null,
            "s3" => S3VersionFault(parsed),
            "gs" when version >= 2 => null,
            "arn" when version >= 4 => ArnFault(parsed),
            "data" => DataUrl.Fault(url),
            _ => UnknownScheme,
        };
    }

    public static string? OptionalFault(string? url, int version) => string.IsNullOrEmpty(url) ? null : Fault(url, version);

    private static string? S3VersionFault(GoUrl url) =>
        url.FirstQueryValue("versionId") is "" ? "invalid S3 object VersionId" : null;

    // arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
    private static string? ArnFault(GoUrl url)
    {
        var arn = $"{url.Scheme}:{url.Opaque}";
        var sections = arn.Split(':', 6);
        if (sections.Length < 6 || sections[2] != "s3")
        {
            return BadArn;
        }
        var parts = arn.AsSpan().Count('/') + 1;
        return parts < 2 || (parts < 3 && sections[5].StartsWith("accesspoint/", StringComparison.Ordinal)) ? BadArn : S3VersionFault(url);
    }
}
