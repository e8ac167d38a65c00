using System.Net;
using Matchbox.Http.Access;

namespace Matchbox.Http.Tests.Access;

public sealed class PasswordTests : IDisposable
{
    private readonly Argon2PasswordHasher _hasher = new(new Argon2Settings { MemoryKiB = 64, Passes = 1, AtOnce = 1, MayWait = 2 });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _hasher.Dispose();

    [Fact]
    public async Task A_password_fits_its_own_hash_alone()
    {
        var hash = await _hasher.HashAsync("correct horse", Cancellation);
        Assert.Matches(@"^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", hash);
        Assert.True(await _hasher.VerifyAsync("correct horse", hash, Cancellation));
        Assert.False(await _hasher.VerifyAsync("correct horsf", hash, Cancellation));
        Assert.False(await _hasher.VerifyAsync("correct horse", null, Cancellation));
        Assert.NotEqual(hash, await _hasher.HashAsync("correct horse", Cancellation));
    }

    [Fact]
    public async Task A_hash_of_another_cost_goes_on_to_fit()
    {
        using var dearer = new Argon2PasswordHasher(new Argon2Settings { MemoryKiB = 256, Passes = 2 });
        var hash = await dearer.HashAsync("correct horse", Cancellation);
        Assert.True(await _hasher.VerifyAsync("correct horse", hash, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2id$")]
    [InlineData("$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=999999999,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=64,t=1,p=1$*$c29tZXNhbHRzb21lc2FsdA")]
    public async Task A_damaged_hash_fits_nothing(string hash) => Assert.False(await _hasher.VerifyAsync("x", hash, Cancellation));

    [Fact]
    public async Task A_flood_is_sent_away_and_the_turns_come_back()
    {
        using var slow = new Argon2PasswordHasher(new Argon2Settings { MemoryKiB = 4_096, Passes = 4, AtOnce = 1, MayWait = 2 });
        var flood = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => slow.VerifyAsync("x", null, Cancellation).AsTask()));
        Assert.InRange(flood.Count(answer => answer is null), 1, 47);
        Assert.NotNull(await slow.VerifyAsync("x", null, Cancellation));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST.", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("10.0.0.5", true)]
    [InlineData("10.0.0.6", false)]
    [InlineData("box.example", true)]
    [InlineData("a.wild.example", true)]
    [InlineData("a.b.wild.example", false)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("", false)]
    public void Only_names_of_ours_are_known(string host, bool known)
    {
        var hosts = new KnownHosts();
        hosts.Replace(["Box.example", "*.wild.example"]);
        Assert.Equal(known, hosts.Knows(host, IPAddress.Parse("10.0.0.5")));
    }
}
