using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Webhooks;

/// <summary>
/// The signature of a delivery: HMAC-SHA256 (RFC 2104) over <c>ID.UNIX.BODY</c>, so that neither the body nor its id nor the time can
/// be another. <c>docs/webhooks.md</c> says how a receiver verifies it. Pure.
/// </summary>
public static class WebhookSignature
{
    /// <summary>Names the delivery: the same one for each try.</summary>
    public const string DeliveryHeader = "X-Matchbox-Delivery";

    /// <summary>Holds the time of the try and the signature.</summary>
    public const string SignatureHeader = "X-Matchbox-Signature";

    private const string Prefix = "mbwh_";

    /// <summary>A new secret: 256 random bits in base64url behind a prefix that scanners for lost secrets can know.</summary>
    public static string NewSecret() => Prefix + System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The value of <see cref="SignatureHeader"/>: <c>t=UNIX,v1=HEX</c>.</summary>
    /// <param name="secret">The octets of the whole secret text.</param>
    /// <param name="delivery">The value of <see cref="DeliveryHeader"/>.</param>
    /// <param name="at">When it is sent; whole seconds count.</param>
    /// <param name="body">The octets of the body.</param>
    public static string Sign(ReadOnlySpan<byte> secret, string delivery, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{delivery}.{time}."));
        hmac.AppendData(body);
        return $"t={time},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
