using System.Text;

namespace Matchbox.Http.Boot.Signing;

/// <summary>A signature as text: base64 between two lines, with a checksum (RFC 4880 §6).</summary>
internal static class Armor
{
    private const int LineLength = 64;
    private const int ChecksumStart = 0xB704CE, ChecksumPolynomial = 0x1864CFB;

    public static byte[] Signature(ReadOnlySpan<byte> packet)
    {
        var text = new StringBuilder("-----BEGIN PGP SIGNATURE-----\n\n");
        var encoded = Convert.ToBase64String(packet);
        for (var at = 0; at < encoded.Length; at += LineLength)
        {
            text.Append(encoded.AsSpan(at, Math.Min(LineLength, encoded.Length - at))).Append('\n');
        }
        var checksum = Checksum(packet);
        text.Append('=').Append(Convert.ToBase64String([(byte)(checksum >> 16), (byte)(checksum >> 8), (byte)checksum])).Append('\n');
        return Encoding.ASCII.GetBytes(text.Append("-----END PGP SIGNATURE-----").ToString());
    }

    // CRC-24, RFC 4880 §6.1.
    private static int Checksum(ReadOnlySpan<byte> octets)
    {
        var checksum = ChecksumStart;
        foreach (var octet in octets)
        {
            checksum ^= octet << 16;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum <<= 1;
                if ((checksum & 0x1000000) != 0)
                {
                    checksum ^= ChecksumPolynomial;
                }
            }
        }
        return checksum & 0xFFFFFF;
    }
}
