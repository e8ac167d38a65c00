using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;
using Matchbox.Core.Access;

namespace Matchbox.Http.Access;

/// <summary>
/// Passwords as Argon2id (RFC 9106) in PHC string form, <c>$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH</c>, so that parameters may change
/// while old hashes go on to fit. So few work at once, and so few wait, that a flood of sign-ins exhausts neither memory nor processors.
/// </summary>
public sealed class Argon2PasswordHasher : IPasswordHasher, IDisposable
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // What a hash from the store may ask for: a tampered store must not cost more than a password.
    private const int MostMemoryKiB = 1 << 18;
    private const int MostPasses = 16;

    private readonly Argon2Settings _settings;
    private readonly SemaphoreSlim _turns;
    private readonly string _nobodys;
    private int _present;

    public Argon2PasswordHasher(Argon2Settings settings)
    {
        _settings = settings;
        _turns = new SemaphoreSlim(settings.AtOnce);
        // No password fits it: the hash is random.
        _nobodys = Write(settings, RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength));
    }

    public async ValueTask<string?> HashAsync(string password, CancellationToken cancellation)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return await InTurnAsync(() => Derive(password, salt, _settings, HashLength), cancellation) is { } hash ? Write(_settings, salt, hash) : null;
    }

    public async ValueTask<bool?> VerifyAsync(string password, string? hash, CancellationToken cancellation)
    {
        if (hash is null || !TryRead(hash, out var settings, out var salt, out var expected))
        {
            _ = TryRead(hash = _nobodys, out settings, out salt, out expected);
        }
        return await InTurnAsync(() => Derive(password, salt, settings, expected.Length), cancellation) is { } derived
            ? CryptographicOperations.FixedTimeEquals(derived, expected) && hash != _nobodys
            : null;
    }

    public void Dispose() => _turns.Dispose();

    private async ValueTask<byte[]?> InTurnAsync(Func<byte[]> derive, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _present) > _settings.AtOnce + _settings.MayWait)
        {
            Interlocked.Decrement(ref _present);
            return null;
        }
        try
        {
            await _turns.WaitAsync(cancellation);
            try
            {
                return await Task.Run(derive, CancellationToken.None);
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _present);
        }
    }

    private static byte[] Derive(string password, byte[] salt, Argon2Settings settings, int length)
    {
        using var argon = new Argon2id(Encoding.UTF8.GetBytes(password))
        {
            Salt = salt,
            MemorySize = settings.MemoryKiB,
            Iterations = settings.Passes,
            DegreeOfParallelism = settings.Lanes,
        };
        return argon.GetBytes(length);
    }

    private static string Write(Argon2Settings settings, byte[] salt, byte[] hash) => string.Create(CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={settings.MemoryKiB},t={settings.Passes},p={settings.Lanes}${Unpadded(salt)}${Unpadded(hash)}");

    private static bool TryRead(string text, out Argon2Settings settings, out byte[] salt, out byte[] hash)
    {
        (settings, salt, hash) = (new Argon2Settings(), [], []);
        var parts = text.Split('$');
        if (parts is not ["", "argon2id", "v=19", var cost, var saltText, var hashText]
            || cost.Split(',') is not [var memory, var passes, var lanes]
            || !TryNumber(memory, "m=", MostMemoryKiB, out var m) || !TryNumber(passes, "t=", MostPasses, out var t) || !TryNumber(lanes, "p=", 16, out var p)
            || m < 8 * p
            || !TryUnpadded(saltText, out salt) || salt.Length < 8 || !TryUnpadded(hashText, out hash) || hash.Length < 16)
        {
            return false;
        }
        settings = new Argon2Settings { MemoryKiB = m, Passes = t, Lanes = p };
        return true;
    }

    private static bool TryNumber(string text, string key, int most, out int number)
    {
        number = 0;
        return text.StartsWith(key, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0 && number <= most;
    }

    private static string Unpadded(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=');

    private static bool TryUnpadded(string text, out byte[] octets)
    {
        octets = new byte[64];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        if (text.Length > 80 || !Convert.TryFromBase64String(padded, octets, out var length))
        {
            return false;
        }
        octets = octets[..length];
        return true;
    }
}
