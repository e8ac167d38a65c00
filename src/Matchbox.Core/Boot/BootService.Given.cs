using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Boot.Scripts;
using Matchbox.Core.Catalogs;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>
/// What the timeline keeps of what a boot was given: size and SHA-256. A script's are those of its preview, with nonce and token blanked:
/// two boots that were given the same have the same.
/// </summary>
public sealed partial class BootService
{
    private static IEnumerable<(string Key, string Value)> Given(BootQuestion question, BootOffer offer, HardwareAddress? mac, string baseUrl, bool installs)
    {
        yield return ("profile", offer.Profile.Id);
        if (question.Group is { } group)
        {
            yield return ("group", group.Id);
        }
        if (offer.Profile.IgnitionId.Length > 0)
        {
            yield return ("config", offer.Profile.IgnitionId);
        }
        if (offer.Profile.Boot is { } boot && AssetOf(boot.Kernel, baseUrl) is { Length: > 0 } kernel)
        {
            yield return ("kernel", kernel);
        }
        var blank = new ScriptAnswer.Boot(offer, ScriptArguments.Of(
            offer, baseUrl, PreviewSecret, installs || ScriptArguments.WantsReport(offer) ? PreviewReport(mac, baseUrl) : null, question.Protection is null ? null : PreviewSecret));
        if ((question.Stage == BootStage.GrubConfig ? GrubConfig.Of(blank, mac, baseUrl) : IpxeScript.Of(blank, PreviewSecret)) is { } text)
        {
            var octets = Encoding.UTF8.GetBytes(text);
            yield return ("size", octets.Length.ToString(CultureInfo.InvariantCulture));
            yield return ("base", baseUrl);
            yield return ("script", question.Stage == BootStage.GrubConfig ? "grub" : "script");
            yield return ("sha256", Convert.ToHexStringLower(SHA256.HashData(octets)));
        }
    }

    // The hash of a short secret would tell it.
    private static (string Key, string Value)[] Digest(BootQuestion question, ReadOnlyMemory<byte> config) => question.Protection is not null ? [] :
    [
        ("size", config.Length.ToString(CultureInfo.InvariantCulture)),
        ("sha256", Convert.ToHexStringLower(SHA256.HashData(config.Span))),
    ];

    // The path of a file of ours; empty: it is fetched elsewhere.
    private static string AssetOf(string kernel, string baseUrl)
    {
        var path = kernel.StartsWith(baseUrl, StringComparison.OrdinalIgnoreCase) ? kernel[baseUrl.Length..] : kernel;
        return path.StartsWith("/assets/", StringComparison.Ordinal) ? Uri.UnescapeDataString(path.Split('?')[0]) : "";
    }
}
