using System.Text.RegularExpressions;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot.Scripts;

/// <summary>
/// Words of a profile, which is written for iPXE, in GRUB's language: iPXE's and GRUB's variables for the MAC become the MAC,
/// what GRUB's parser would trip over (a query string's <c>&amp;</c>) is quoted, and our own URLs become paths for TFTP.
/// </summary>
internal sealed partial class GrubWords(HardwareAddress? machine, string baseUrl)
{
    private readonly string _authority = baseUrl[(baseUrl.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? at + 3 : 0)..];

    public string Argument(string word)
    {
        word = Substitute(word);
        if (word.Length > 0 && !word.AsSpan().ContainsAny(Special))
        {
            return word;
        }
        // GRUB's own variables are kept for the profiles that are written for it.
        return GrubVariable().IsMatch(word)
            ? $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";
    }

    public string File(string location)
    {
        location = Substitute(location);
        if (Uri.TryCreate(location, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "tftp" && uri.Host.Length > 0)
        {
            var authority = location[(location.IndexOf("://", StringComparison.Ordinal) + 3)..].Split('/', 2)[0];
            location = authority.Equals(_authority, StringComparison.OrdinalIgnoreCase) || uri.Scheme == "tftp" && uri.Host == _authority.Split(':')[0]
                ? uri.PathAndQuery
                : $"({uri.Scheme},{authority}){uri.PathAndQuery}";
        }
        else if (OwnDevice().Match(location) is { Success: true } device && device.Groups["host"].Value.Replace(';', ':').Replace(',', ':') is var host
            && host.Equals(_authority, StringComparison.OrdinalIgnoreCase))
        {
            location = device.Groups["path"].Value;
        }
        else if (location.Length > 0 && location[0] is not ('/' or '(' or '$'))
        {
            location = '/' + location;
        }
        return Argument(location);
    }

    private string Substitute(string word)
    {
        if (!word.Contains('$', StringComparison.Ordinal))
        {
            return word;
        }
        var colon = machine?.ToString() ?? "";
        return MacVariable().Replace(word, match => match.Groups["form"].Value switch
        {
            ":hexhyp" => machine?.ToHyphenString() ?? "",
            ":hexraw" => colon.Replace(":", "", StringComparison.Ordinal),
            _ => colon,
        });
    }

    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(" \t\r\n&|;<>{}()$'\"\\`#");

    [GeneratedRegex(@"\$(\{(netX/|net\d+/)?mac(?<form>:hex|:hexhyp|:hexraw)?\}|\{net_default_mac\}|net_default_mac\b)")]
    private static partial Regex MacVariable();

    [GeneratedRegex(@"\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_])")]
    private static partial Regex GrubVariable();

    [GeneratedRegex(@"^\(http[;,](?<host>[^)]+)\)(?<path>/.*)$")]
    private static partial Regex OwnDevice();
}
