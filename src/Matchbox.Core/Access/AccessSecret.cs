using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Matchbox.Core.Access;

/// <summary>
/// Secrets that we make: 256 random bits as base64url text (43 characters). Kept only as SHA-256: so many random bits cannot be
/// guessed from a fast hash, unlike a password.
/// </summary>
public static class AccessSecret
{
    /// <summary>Characters of a secret's text.</summary>
    public const int Length = 43;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A short name that is no secret: 10 hexadecimal digits.</summary>
    public static string CreateId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));

    /// <summary>What is kept of a secret: SHA-256 in lower-case hexadecimal digits.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Is this the secret of the hash; takes equally long whatever differs.</summary>
    public static bool Fits(string secret, string hash) =>
        secret.Length <= 128 && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));
}
