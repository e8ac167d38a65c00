using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>From the words of settings to the octets of one option's value. Errors say what was wanted.</summary>
internal static class DhcpOptionEncoder
{
    /// <summary>Beyond this no reply to an ordinary client has room (RFC 2131 §2), even when it asks for 1500 octets.</summary>
    private const int MaxLength = 1024;

    private const int MaxNameLength = 255;
    private const int MaxLabelLength = 63;

    public static bool TryEncode(DhcpOptionType type, IReadOnlyList<string> values, out byte[] value, out string error)
    {
        value = [];
        error = "";
        if (values.Count == 0)
        {
            error = "it has no value";
            return false;
        }
        if (type is DhcpOptionType.Address or DhcpOptionType.Text or DhcpOptionType.Bool
                or DhcpOptionType.U8 or DhcpOptionType.U16 or DhcpOptionType.U32 or DhcpOptionType.I32
            && values.Count > 1)
        {
            error = $"it takes one value, not {values.Count}";
            return false;
        }
        var octets = new List<byte>();
        foreach (var text in IsList(type) ? values.SelectMany(Split) : values)
        {
            error = Append(type, text, octets);
            if (error.Length > 0)
            {
                return false;
            }
        }
        error = octets.Count switch
        {
            0 => "it has no value",
            > MaxLength => $"{octets.Count} octets are too many: a reply has room for {MaxLength}",
            _ when type == DhcpOptionType.AddressPairs && octets.Count % 8 != 0 => "addresses come in pairs here, and one is missing",
            _ => "",
        };
        value = error.Length == 0 ? [.. octets] : [];
        return error.Length == 0;
    }

    private static bool IsList(DhcpOptionType type) =>
        type is DhcpOptionType.AddressList or DhcpOptionType.AddressPairs or DhcpOptionType.U16List or DhcpOptionType.DomainList
            or DhcpOptionType.ClasslessRoutes;

    /// <summary>A list may also be written as one value with commas.</summary>
    private static string[] Split(string value) => value.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Empty, or what is wrong with the text.</summary>
    private static string Append(DhcpOptionType type, string text, List<byte> octets) => type switch
    {
        DhcpOptionType.Hex => AppendHex(text, octets),
        DhcpOptionType.Address or DhcpOptionType.AddressList or DhcpOptionType.AddressPairs => AppendAddress(text, octets),
        DhcpOptionType.Text => AppendText(text, octets),
        DhcpOptionType.TextList => AppendCountedText(text, octets),
        DhcpOptionType.Bool => AppendBool(text, octets),
        DhcpOptionType.U8 => AppendNumber<byte>(text, octets),
        DhcpOptionType.U16 or DhcpOptionType.U16List => AppendNumber<ushort>(text, octets),
        DhcpOptionType.U32 => AppendNumber<uint>(text, octets),
        DhcpOptionType.I32 => AppendNumber<int>(text, octets),
        DhcpOptionType.DomainList => AppendDomain(text, octets),
        DhcpOptionType.ClasslessRoutes => AppendRoute(text, octets),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static string AppendHex(string text, List<byte> octets)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        digits = digits.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
        {
            return $"'{text}' is not hex; write pairs of digits, as 06:01:08:ff or 060108ff";
        }
        octets.AddRange(Convert.FromHexString(digits));
        return "";
    }

    private static string AppendAddress(string text, List<byte> octets)
    {
        if (!IPv4Address.TryParse(text, out var address))
        {
            return $"'{text}' is no IPv4 address, as 10.77.0.1 is";
        }
        Append(address, octets, 4);
        return "";
    }

    private static string AppendText(string text, List<byte> octets)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "text may not contain NUL; give the octets with type hex";
        }
        octets.AddRange(Encoding.UTF8.GetBytes(text));
        return "";
    }

    private static string AppendCountedText(string text, List<byte> octets)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length is 0 or > byte.MaxValue)
        {
            return $"'{text}' has {length} octets; each text of this list has 1 to 255";
        }
        octets.Add((byte)length);
        return AppendText(text, octets);
    }

    private static string AppendBool(string text, List<byte> octets)
    {
        switch (text.ToUpperInvariant())
        {
            case "TRUE" or "YES" or "ON" or "1":
                octets.Add(1);
                return "";
            case "FALSE" or "NO" or "OFF" or "0":
                octets.Add(0);
                return "";
            default:
                return $"'{text}' is neither true nor false";
        }
    }

    private static string AppendNumber<T>(string text, List<byte> octets)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign;
        if (!T.TryParse(isHex ? text[2..] : text, style, CultureInfo.InvariantCulture, out var number))
        {
            return $"'{text}' is no number from {T.MinValue} to {T.MaxValue}";
        }
        Span<byte> buffer = stackalloc byte[4];
        var length = number.WriteBigEndian(buffer);
        octets.AddRange(buffer[..length]);
        return "";
    }

    private static string AppendDomain(string text, List<byte> octets)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        var labels = name.Split('.');
        if (name.Length + 2 > MaxNameLength || !labels.All(IsLabel))
        {
            return $"'{text}' is no domain name: labels of 1 to {MaxLabelLength} letters, digits and hyphens, as rack.example.org has";
        }
        foreach (var label in labels)
        {
            octets.Add((byte)label.Length);
            octets.AddRange(Encoding.ASCII.GetBytes(label));
        }
        octets.Add(0);
        return "";
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && label[0] != '-' && label[^1] != '-';

    private static string AppendRoute(string text, List<byte> octets)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var destination, "via", var gateway])
        {
            return $"'{text}' is no route, as '10.0.0.0/8 via 10.77.0.1' and 'default via 10.77.0.1' are";
        }
        if (!IPv4Network.TryParse(destination == "default" ? "0.0.0.0/0" : destination, out var network))
        {
            return $"'{destination}' is no network, as 10.0.0.0/8 is";
        }
        if (destination != "default" && network.ToString() != destination)
        {
            return $"'{destination}' has bits beyond its prefix; the network is {network}";
        }
        if (!IPv4Address.TryParse(gateway, out var router))
        {
            return $"'{gateway}' is no IPv4 address, as 10.77.0.1 is";
        }
        octets.Add((byte)network.PrefixLength);
        Append(network.Base, octets, (network.PrefixLength + 7) / 8);
        Append(router, octets, 4);
        return "";
    }

    private static void Append(IPv4Address address, List<byte> octets, int count)
    {
        Span<byte> buffer = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(buffer, address.Value);
        octets.AddRange(buffer[..count]);
    }
}
