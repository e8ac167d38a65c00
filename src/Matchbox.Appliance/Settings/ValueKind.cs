using System.Globalization;
using System.Net;
using Matchbox.Core;
using Matchbox.Core.Access;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Http.Grpc;
using Matchbox.Protocols;

namespace Matchbox.Appliance.Settings;

internal delegate bool ValueParser<T>(string text, out T value);

/// <summary>A kind of value: how it is read and what to say when it is not one.</summary>
internal sealed record ValueKind<T>(string Expected, ValueParser<T> TryParse, Func<string, string>? Mend = null)
{
    public string Refuse(string text) => $"'{text}' is not {Expected}{Mend?.Invoke(text)}";
}

/// <summary>The kinds of values that settings have.</summary>
internal static class ValueKinds
{
    public static readonly ValueKind<string> Text = new("a text", (string text, out string value) =>
    {
        value = text;
        return text.Length > 0;
    });

    public static readonly ValueKind<Uri> HttpsUrl = new("an https URL, such as https://login.example.com/realms/lab", (string text, out Uri value) =>
    {
        var valid = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
            && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;
        value = url!;
        return valid;
    });

    public static readonly ValueKind<Right> Right = new("a right, such as viewer, admin or operator:rack=b7", (string text, out Right value) =>
    {
        var valid = Core.Access.Right.TryParse(text, out var right);
        value = right!;
        return valid;
    });

    public static readonly ValueKind<IPv4Address> Address = new(
        "an IPv4 address, such as 10.77.0.1", (string text, out IPv4Address value) => IPv4Address.TryParse(text, out value));

    public static readonly ValueKind<AddressRange> Range = new(
        "a range of addresses, such as 10.77.0.100-10.77.0.200", (string text, out AddressRange value) => AddressRange.TryParse(text, out value));

    public static readonly ValueKind<IPv4Network> Network = new(
        "a network, such as 10.77.0.0/24",
        (string text, out IPv4Network value) => IPv4Network.TryParse(text, out value) && text.StartsWith($"{value.Base}/", StringComparison.Ordinal),
        text => IPv4Network.TryParse(text, out var network) ? $": it has host bits, write {network}" : "");

    public static readonly ValueKind<IPNetwork> AnyNetwork = new(
        "a network, IPv4 or IPv6, without host bits, such as 10.0.0.0/8",
        // The parser clears host bits, and so would allow more than what stands there.
        (string text, out IPNetwork value) =>
            IPNetwork.TryParse(text, out value) && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var first) && first.Equals(value.BaseAddress),
        text => IPNetwork.TryParse(text, out var network) ? $": write {network}" : "");

    public static readonly ValueKind<HardwareAddress> Mac = new(
        "a MAC address, such as 52:54:00:77:00:01",
        (string text, out HardwareAddress value) => HardwareAddress.TryParse(text, out value) && !value.IsMulticast && !value.IsZero,
        text => HardwareAddress.TryParse(text, out var mac) && (mac.IsMulticast || mac.IsZero) ? ": this one is no machine's own" : "");

    public static readonly ValueKind<MachineUuid> Uuid = new(
        "a UUID that names one machine, such as 7b4b2e6e-3f1d-4f25-9c2c-2b1f5e0d9a11",
        (string text, out MachineUuid value) => MachineUuid.TryParse(text, out value) && value.IsIdentity,
        text => MachineUuid.TryParse(text, out _) ? ": vendors put this one into many machines" : "");

    public static readonly ValueKind<string> Serial = new(
        "a serial number that names one machine",
        (string text, out string value) =>
        {
            value = text;
            return SerialNumber.IsIdentity(text);
        },
        _ => ": vendors put this one into many machines");

    /// <summary>One of some names.</summary>
    public static ValueKind<string> NameOf(IReadOnlyCollection<string> names) => new(
        $"one of {string.Join(", ", names)}",
        (string text, out string value) =>
        {
            value = text;
            return names.Contains(text);
        });

    public static readonly ValueKind<bool> Bool = new("true or false", (string text, out bool value) =>
    {
        value = text is "true" or "yes" or "on";
        return value || text is "false" or "no" or "off";
    });

    public static readonly ValueKind<TimeSpan> Duration = new(
        "a time, such as 90s, 30m, 12h, 7d or infinite", (string text, out TimeSpan value) => Durations.TryParse(text, out value));

    public static readonly ValueKind<IPEndPoint> EndPoint = new(
        "an address with a port, such as 0.0.0.0:8080",
        (string text, out IPEndPoint value) =>
        {
            value = new IPEndPoint(IPAddress.Any, 0);
            var colon = text.LastIndexOf(':');
            if (colon < 0
                || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                || !(IPv4Address.TryParse(text[..colon], out _) || (text.StartsWith('[') && text[colon - 1] == ']'))
                || !IPAddress.TryParse(text.AsSpan(0, colon), out var address))
            {
                return false;
            }
            value = new IPEndPoint(address, port);
            return true;
        },
        text => ushort.TryParse(text, out var port) ? $": write 0.0.0.0:{port}" : text.StartsWith(':') ? $": write 0.0.0.0{text}" : "");

    /// <summary>The name of a network interface as the kernel allows it; whether it is there now does not matter.</summary>
    public static readonly ValueKind<string> Interface = new("the name of a network interface, such as eth1 (`ip link` lists them)", (string text, out string value) =>
    {
        value = text;
        return text.Length is > 0 and < 16 && text is not ("." or "..") && !text.Any(c => char.IsWhiteSpace(c) || c is '/' or ':' or '%' || char.IsControl(c));
    });

    public static readonly ValueKind<string> HostName = new(
        "a host name: letters, digits and hyphens, at most 63 between two dots, such as node1 or node1.lab.example",
        (string text, out string value) =>
        {
            value = text;
            return text.Length is > 0 and <= 253 && text.Split('.').All(IsLabel);
        });

    /// <summary>A path; a relative one starts at the folder of the settings file.</summary>
    public static ValueKind<string> Path(string folder) => new("a path, such as /var/lib/matchbox", (string text, out string value) =>
    {
        var valid = text.Length > 0 && !text.Any(char.IsControl);
        value = valid ? System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(text, folder)) : "";
        return valid;
    });

    /// <summary>The same, or nothing, which then means something of its own.</summary>
    public static ValueKind<string> OrEmpty(ValueKind<string> kind) => kind with
    {
        TryParse = (string text, out string value) =>
        {
            value = "";
            return text.Length == 0 || kind.TryParse(text, out value);
        },
    };

    public static readonly ValueKind<string> Subject = new(
        "the subject of a certificate, such as CN=ci (`openssl x509 -noout -subject -nameopt RFC2253 -in FILE` tells it), or * for all others",
        (string text, out string value) => GrpcRole.TryNormalise(text, out value));

    /// <summary>Given as 64 upper-case hex digits, however it was written.</summary>
    public static readonly ValueKind<string> Fingerprint = new(
        "the SHA-256 fingerprint of a certificate, 64 hex digits (`openssl x509 -noout -fingerprint -sha256 -in FILE` tells it)",
        (string text, out string value) =>
        {
            value = text.Replace(":", "", StringComparison.Ordinal).ToUpperInvariant();
            return value.Length == 64 && value.All(char.IsAsciiHexDigit);
        });

    public static ValueKind<int> Number(int minimum, int maximum) => new(
        $"a number from {minimum} to {maximum}", (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum);

    /// <summary>The members of an enumeration, in lower case.</summary>
    public static ValueKind<T> OneOf<T>()
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        return new ValueKind<T>(
            $"one of {string.Join(", ", names)}",
            (string text, out T value) =>
            {
                value = default;
                return names.Contains(text) && Enum.TryParse(text, ignoreCase: true, out value);
            },
            text => Nearest.Suggest(text.ToLowerInvariant(), names));
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
