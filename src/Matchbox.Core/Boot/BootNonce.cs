using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>
/// Names one boot of one machine: 4 octets of start time, 4 at random and 12 of an HMAC over both and the MAC, in hex. Only we
/// can make one, no two boots share one whatever the clock does, and we recognise it after a restart without having stored it.
/// </summary>
public sealed class BootNonce(ReadOnlyMemory<byte> key, TimeProvider clock)
{
    /// <summary>A boot that takes longer has to start again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    private const int StampLength = 8;
    private const int Length = StampLength + 12;

    /// <summary>Characters of a nonce as text.</summary>
    public const int TextLength = Length * 2;

    /// <summary>A new nonce for the machine's boot that starts now.</summary>
    public string Create(HardwareAddress mac)
    {
        Span<byte> octets = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)clock.GetUtcNow().ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(octets[4..StampLength]);
        Sign(octets[..StampLength], mac, octets[StampLength..]);
        return Convert.ToHexStringLower(octets);
    }

    /// <summary>Is it ours, of this machine and young enough. The clock may have been set back by up to the lifetime.</summary>
    public bool IsValid(string? nonce, HardwareAddress mac)
    {
        Span<byte> octets = stackalloc byte[Length];
        if (nonce is not { Length: Length * 2 } || Convert.FromHexString(nonce, octets, out _, out _) != OperationStatus.Done)
        {
            return false;
        }
        Span<byte> expected = stackalloc byte[Length - StampLength];
        Sign(octets[..StampLength], mac, expected);
        var age = clock.GetUtcNow().ToUnixTimeSeconds() - BinaryPrimitives.ReadUInt32BigEndian(octets);
        return Math.Abs(age) <= Lifetime.TotalSeconds && CryptographicOperations.FixedTimeEquals(octets[StampLength..], expected);
    }

    private void Sign(ReadOnlySpan<byte> stamp, HardwareAddress mac, Span<byte> signature)
    {
        Span<byte> message = stackalloc byte[StampLength + HardwareAddress.MaxLength];
        stamp.CopyTo(message);
        var length = StampLength + mac.Write(message[StampLength..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, message[..length], hash);
        hash[..signature.Length].CopyTo(signature);
    }
}
