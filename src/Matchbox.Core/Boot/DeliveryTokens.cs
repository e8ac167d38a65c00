using System.Security.Cryptography;
using System.Text;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>
/// The token that a live boot's script carries to its protected configs: an HMAC over MAC and nonce, so that none is stored and a
/// restart of ours in the middle of a boot loses nothing. An install carries its attempt's token instead.
/// </summary>
public sealed class DeliveryTokens(ReadOnlyMemory<byte> key)
{
    private const int Length = 16;

    public string For(HardwareAddress mac, string nonce)
    {
        var message = Encoding.ASCII.GetBytes($"{mac}\n{nonce}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, message, hash);
        return Convert.ToHexStringLower(hash[..Length]);
    }

    /// <summary>Compares in the same time whatever the token is.</summary>
    public bool IsFor(HardwareAddress mac, string nonce, string? token) =>
        token is { Length: Length * 2 } && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token), Encoding.ASCII.GetBytes(For(mac, nonce)));
}
