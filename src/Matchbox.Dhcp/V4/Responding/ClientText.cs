using System.Buffers;
using System.Globalization;
using System.Text;

namespace Matchbox.Dhcp.V4.Responding;

/// <summary>Text that a client chose, made fit to be logged, stored and shown: printable, and not endless.</summary>
internal static class ClientText
{
    public const int MaxLength = 128;

    private static readonly SearchValues<byte> Plain =
        SearchValues.Create(" !#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Printable ASCII as it is, every other octet as <c>\x1b</c>; cut at <see cref="MaxLength"/> octets.</summary>
    public static string Escape(ReadOnlySpan<byte> octets)
    {
        var cut = octets.Length > MaxLength;
        octets = cut ? octets[..MaxLength] : octets;
        if (!cut && !octets.ContainsAnyExcept(Plain))
        {
            return Encoding.ASCII.GetString(octets);
        }
        var text = new StringBuilder(octets.Length + 16);
        foreach (var octet in octets)
        {
            if (Plain.Contains(octet))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\x{octet:x2}");
            }
        }
        return (cut ? text.Append("...") : text).ToString();
    }

    /// <summary>Octets as text where they are printable, else in hex: what relays call a port is one or the other.</summary>
    public static string TextOrHex(ReadOnlySpan<byte> octets)
    {
        octets = octets.Length > MaxLength ? octets[..MaxLength] : octets;
        return octets.ContainsAnyExcept(Plain) ? Convert.ToHexStringLower(octets) : Encoding.ASCII.GetString(octets);
    }
}
