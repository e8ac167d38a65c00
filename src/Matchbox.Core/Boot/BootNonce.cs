using System.Buffers.Binary;
using System.Security.Cryptography;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>
/// Names one boot of one machine: 4 octets of start time and 12 of an HMAC over time and MAC, in hex. Only we can make one,
/// and we recognise it again after a restart without having stored it.
/// </summary>
public sealed class BootNonce(ReadOnlyMemory<byte> key, TimeProvider clock)
{
    /// <summary>A boot that takes longer has to start again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(2);

    private const int Length = 16;
    private int _last;

    /// <summary>A new nonce for the machine's boot that starts now; never the same twice.</summary>
    public string Create(HardwareAddress mac)
    {
        var now = (int)clock.GetUtcNow().ToUnixTimeSeconds();
        int previous, second;
        do
        {
            previous = Volatile.Read(ref _last);
            second = now != previous ? now : previous + 1;
        }
        while (Interlocked.CompareExchange(ref _last, second, previous) != previous);
        return Make(mac, second);
    }

    /// <summary>Is it ours, of this machine and young enough. The clock may have been set back by up to the lifetime.</summary>
    public bool IsValid(string? nonce, HardwareAddress mac)
    {
        if (nonce is not { Length: Length * 2 })
        {
            return false;
        }
        Span<byte> octets = stackalloc byte[Length];
        if (Convert.FromHexString(nonce, octets, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }
        var started = BinaryPrimitives.ReadInt32BigEndian(octets);
        var age = clock.GetUtcNow().ToUnixTimeSeconds() - started;
        Span<byte> expected = stackalloc byte[Length];
        Write(mac, started, expected);
        return Math.Abs(age) <= Lifetime.TotalSeconds && CryptographicOperations.FixedTimeEquals(octets, expected);
    }

    private string Make(HardwareAddress mac, int second)
    {
        Span<byte> octets = stackalloc byte[Length];
        Write(mac, second, octets);
        return Convert.ToHexStringLower(octets);
    }

    private void Write(HardwareAddress mac, int second, Span<byte> octets)
    {
        Span<byte> message = stackalloc byte[4 + HardwareAddress.MaxLength];
        BinaryPrimitives.WriteInt32BigEndian(message, second);
        var length = 4 + mac.Write(message[4..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, message[..length], hash);
        message[..4].CopyTo(octets);
        hash[..(Length - 4)].CopyTo(octets[4..]);
    }
}
