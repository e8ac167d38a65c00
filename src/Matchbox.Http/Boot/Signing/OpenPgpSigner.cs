using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Matchbox.Http.Boot.Signing;

/// <summary>
/// Signs with the first key of a secret key ring: version 4, type 0x01 (a canonical text), SHA-256, or the longer hash that a longer
/// curve asks for. The key is read once.
/// </summary>
public sealed class OpenPgpSigner : IDetachedSigner
{
    private const byte Version = 4, CanonicalText = 0x01;
    private const byte SignatureTag = 0xC0 | 2;                      // RFC 4880 §4.2: new format, tag 2
    private const byte CreationTime = 2, Issuer = 16;                // subpackets, §5.2.3.1

    private readonly SigningKey _key;
    private readonly TimeProvider _clock;

    private OpenPgpSigner(SigningKey key, TimeProvider clock) => (_key, _clock) = (key, clock);

    /// <summary>Reads a binary secret key ring.</summary>
    /// <exception cref="SigningException">It cannot be used; the message says why in poseidon/matchbox's words.</exception>
    public static OpenPgpSigner Load(string path, string? passphrase, TimeProvider clock)
    {
        try
        {
            using var file = File.OpenRead(path);
            var ring = new PgpSecretKeyRingBundle(file).GetKeyRings().FirstOrDefault()
                ?? throw new SigningException("sign: provided key ring file contained no keys");
            var secret = ring.GetSecretKey();
            if (secret.KeyEncryptionAlgorithm != SymmetricKeyAlgorithmTag.Null && string.IsNullOrEmpty(passphrase))
            {
                throw new SigningException("sign: missing passphrase for encrypted private key");
            }
            return new OpenPgpSigner(SigningKey.Of(Open(secret, path, passphrase ?? "")), clock);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SigningException($"open {path}: no such file or directory", missing);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new SigningException(Directory.Exists(path) ? $"read {path}: is a directory" : $"open {path}: permission denied", refused);
        }
        catch (Exception unread) when (unread is PgpException or IOException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new SigningException($"sign: {path} is no key ring that can be used: {unread.Message}", unread);
        }
    }

    private static PgpPrivateKey Open(PgpSecretKey secret, string path, string passphrase)
    {
        try
        {
            return secret.ExtractPrivateKeyUtf8(passphrase.ToCharArray());
        }
        catch (PgpException closed) when (secret.KeyEncryptionAlgorithm != SymmetricKeyAlgorithmTag.Null)
        {
            throw new SigningException($"sign: MATCHBOX_PASSPHRASE is not the pass phrase of {path}: {closed.Message}", closed);
        }
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        Span<byte> hashed = stackalloc byte[22];
        hashed[0] = Version;
        hashed[1] = CanonicalText;
        hashed[2] = (byte)_key.Algorithm;
        hashed[3] = (byte)_key.Hash;
        BinaryPrimitives.WriteUInt16BigEndian(hashed[4..], 16);
        (hashed[6], hashed[7]) = (5, CreationTime);
        BinaryPrimitives.WriteUInt32BigEndian(hashed[8..], (uint)_clock.GetUtcNow().ToUnixTimeSeconds());
        (hashed[12], hashed[13]) = (9, Issuer);
        BinaryPrimitives.WriteInt64BigEndian(hashed[14..], _key.Id);

        var digest = DigestOf(text, hashed);
        var body = new ArrayBufferWriter<byte>(512);
        body.Write(hashed);
        body.Write<byte>([0, 0]);                                    // no unhashed subpackets
        body.Write(digest.AsSpan(0, 2));
        foreach (var number in _key.Sign(digest))
        {
            WriteNumber(body, number, keepsZeros: _key.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign);
        }
        return Packet(body.WrittenSpan);
    }

    // §5.2.4: the text with its lines ended by CR LF, the hashed part, and a trailer with that part's length.
    private byte[] DigestOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> hashed)
    {
        using var hash = IncrementalHash.CreateHash(_key.HashName);
        while (text.IndexOf((byte)'\n') is var end and >= 0)
        {
            hash.AppendData(end > 0 && text[end - 1] == '\r' ? text[..(end - 1)] : text[..end]);
            hash.AppendData("\r\n"u8);
            text = text[(end + 1)..];
        }
        hash.AppendData(text);
        hash.AppendData(hashed);
        Span<byte> trailer = stackalloc byte[6];
        (trailer[0], trailer[1]) = (Version, 0xFF);
        BinaryPrimitives.WriteUInt32BigEndian(trailer[2..], (uint)hashed.Length);
        hash.AppendData(trailer);
        return hash.GetHashAndReset();
    }

    // §3.2: its length in bits, then its octets without leading zeros. An RSA number keeps its zeros, as poseidon/matchbox's does, and
    // so every signature of a key has one length; who verifies takes either.
    private static void WriteNumber(ArrayBufferWriter<byte> body, byte[] number, bool keepsZeros)
    {
        var digits = keepsZeros ? number : number.AsSpan().TrimStart((byte)0);
        var bits = digits.IsEmpty ? 0 : (digits.Length * 8) - (keepsZeros ? 0 : BitOperations.LeadingZeroCount(digits[0]) - 24);
        BinaryPrimitives.WriteUInt16BigEndian(body.GetSpan(2), (ushort)bits);
        body.Advance(2);
        body.Write(digits);
    }

    // §4.2.2: lengths below 192 take one octet, those of any signature two.
    private static byte[] Packet(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> header = body.Length < 192
            ? [SignatureTag, (byte)body.Length]
            : [SignatureTag, (byte)(((body.Length - 192) >> 8) + 192), (byte)(body.Length - 192)];
        return [.. header, .. body];
    }
}

/// <summary>A key ring that cannot be used.</summary>
public sealed class SigningException : Exception
{
    public SigningException(string message)
        : base(message)
    {
    }

    public SigningException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public SigningException()
    {
    }
}
