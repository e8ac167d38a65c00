using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Matchbox.Http.Boot.Signing;

/// <summary>The private part of an OpenPGP key, ready to sign digests. Thread-safe.</summary>
internal sealed class SigningKey
{
    private readonly Func<byte[], byte[][]> _sign;

    private SigningKey(PublicKeyAlgorithmTag algorithm, long id, HashAlgorithmTag hash, Func<byte[], byte[][]> sign) =>
        (Algorithm, Id, Hash, _sign) = (algorithm, id, hash, sign);

    public PublicKeyAlgorithmTag Algorithm { get; }

    /// <summary>The last 8 octets of the fingerprint.</summary>
    public long Id { get; }

    /// <summary>What is signed is a digest of this kind.</summary>
    public HashAlgorithmTag Hash { get; }

    public HashAlgorithmName HashName => Hash switch
    {
        HashAlgorithmTag.Sha512 => HashAlgorithmName.SHA512,
        HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA256,
    };

    /// <exception cref="PgpException">A kind of key that signs nothing here.</exception>
    public static SigningKey Of(PgpPrivateKey key) => new(key.PublicKeyPacket.Algorithm, key.KeyId, HashFor(key.Key), key.Key switch
    {
        RsaPrivateCrtKeyParameters rsa => SignRsa(RSA.Create(DotNetUtilities.ToRSAParameters(rsa))),
        DsaPrivateKeyParameters dsa => digest =>
        {
            var signer = new DsaSigner();
            signer.Init(forSigning: true, dsa);
            // FIPS 186-4 §4.6: the leftmost bits of the digest that the group holds.
            return Two(signer.GenerateSignature(digest[..Math.Min(digest.Length, dsa.Parameters.Q.BitLength / 8)]));
        },
        ECPrivateKeyParameters curve => digest =>
        {
            var signer = new ECDsaSigner();
            signer.Init(forSigning: true, curve);
            return Two(signer.GenerateSignature(digest));
        },
        // The kind that RFC 9580 (§5.2.3.4) has beside it is written otherwise, and neither gpg nor our library verifies it yet.
        Ed25519PrivateKeyParameters edwards when key.PublicKeyPacket.Algorithm != PublicKeyAlgorithmTag.Ed25519 => digest =>
        {
            var signer = new Ed25519Signer();
            signer.Init(forSigning: true, edwards);
            signer.BlockUpdate(digest, 0, digest.Length);
            var signature = signer.GenerateSignature();
            return [signature[..32], signature[32..]];
        },
        _ => throw new PgpException($"keys of algorithm {key.PublicKeyPacket.Algorithm} cannot sign"),
    });

    // Who verifies wants a digest no shorter than the curve's numbers (RFC 6637 §13); with SHA-256 gpg refuses these.
    private static HashAlgorithmTag HashFor(AsymmetricKeyParameter key) => key is not ECPrivateKeyParameters { Parameters.N.BitLength: var bits } || bits <= 256
        ? HashAlgorithmTag.Sha256
        : bits <= 384 ? HashAlgorithmTag.Sha384 : HashAlgorithmTag.Sha512;

    /// <summary>The numbers of a signature of a digest, big-endian.</summary>
    public byte[][] Sign(byte[] digest) => _sign(digest);

    // One object signs for many threads only with a lock of its own. A key of 2048 bits takes a quarter of a millisecond, one of 4096
    // some: who signs thousands of answers a second takes Ed25519.
    private static Func<byte[], byte[][]> SignRsa(RSA rsa) => digest =>
    {
        lock (rsa)
        {
            return [rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)];
        }
    };

    private static byte[][] Two(BigInteger[] numbers) => [numbers[0].ToByteArrayUnsigned(), numbers[1].ToByteArrayUnsigned()];
}
