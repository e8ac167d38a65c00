using System.Net;
using Matchbox.Core.Access;
using Matchbox.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Core.Tests.Access;

public sealed class AccessBookTests
{
    private const string Good = "correct horse battery";
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("10.0.0.2");

    private readonly MemoryAccessStore _store = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly AccessBook _book;

    public AccessBookTests() => _book = Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_the_password_is_signed_in_until_the_session_ends()
    {
        await AddAsync("alice", "admin");
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation));
        Assert.Equal("alice", _book.FindSession(signedIn.Secret)!.Value.User.Name);
        Assert.Null(_book.FindSession(signedIn.Secret[..^1] + (signedIn.Secret[^1] == 'A' ? 'B' : 'A')));
        Assert.Equal("alice", Open().FindSession(signedIn.Secret)!.Value.User.Name);
        Assert.DoesNotContain(signedIn.Secret, string.Concat(_store.Load().Sessions.Select(session => session.IdHash)), StringComparison.Ordinal);

        _book.EndSession(_book.FindSession(signedIn.Secret)!.Value.Session.IdHash);
        Assert.Null(_book.FindSession(signedIn.Secret));
        Assert.Null(Open().FindSession(signedIn.Secret));
    }

    [Fact]
    public async Task A_session_ends_when_it_is_not_used_for_twelve_hours_or_is_a_week_old()
    {
        await AddAsync("alice", "admin");
        var idle = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation)).Secret;
        var used = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation)).Secret;
        _clock.Advance(TimeSpan.FromHours(11));
        Assert.NotNull(_book.FindSession(used));
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(_book.FindSession(idle));
        for (var hours = 13; hours < (7 * 24) - 6; hours += 6)
        {
            Assert.NotNull(_book.FindSession(used));
            _clock.Advance(TimeSpan.FromHours(6));
        }
        _clock.Advance(TimeSpan.FromHours(6));
        Assert.Null(_book.FindSession(used));
    }

    [Fact]
    public async Task A_new_password_and_a_removed_user_end_sessions()
    {
        await AddAsync("alice", "admin");
        await AddAsync("bob", "viewer");
        var alice = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation)).Secret;
        var bob = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("bob", Good, Here, Cancellation)).Secret;
        Assert.IsType<AccessOutcome.Done>(await _book.SetPasswordAsync("alice", "another fine one", null, Cancellation));
        Assert.IsType<AccessOutcome.Done>(_book.RemoveUser("bob"));
        Assert.Null(_book.FindSession(alice));
        Assert.Null(_book.FindSession(bob));
        Assert.IsType<SignInOutcome.Wrong>(await _book.SignInAsync("alice", Good, Here, Cancellation));
        Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", "another fine one", Here, Cancellation));
    }

    [Fact]
    public async Task Rights_that_change_count_for_open_sessions_too()
    {
        await AddAsync("root", "admin");
        await AddAsync("alice", "admin");
        var secret = Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation)).Secret;
        Assert.True(Right.TryParseAll(["viewer"], out var viewer, out _));
        _book.SetRights("alice", viewer);
        Assert.Equal(["viewer"], _book.FindSession(secret)!.Value.User.Rights);
    }

    [Fact]
    public async Task The_last_admin_stays()
    {
        await AddAsync("alice", "admin");
        await AddAsync("bob", "admin:rack=b7");
        Assert.IsType<AccessOutcome.Conflict>(_book.RemoveUser("alice"));
        Assert.True(Right.TryParseAll(["viewer"], out var viewer, out _));
        Assert.IsType<AccessOutcome.Conflict>(_book.SetRights("alice", viewer));
        await AddAsync("carol", "admin");
        Assert.IsType<AccessOutcome.Done>(_book.RemoveUser("alice"));
    }

    [Fact]
    public void A_token_holds_until_it_expires_or_is_revoked_and_only_its_hash_is_kept()
    {
        Assert.True(Right.TryParseAll(["viewer"], out var viewer, out _));
        var (_, token, text) = _book.CreateToken("ci", viewer, TimeSpan.FromDays(1), "alice");
        Assert.Matches("^mbx_[0-9a-f]{10}_[A-Za-z0-9_-]{43}$", text);
        Assert.Equal(token!.Id, _book.FindToken(text!)!.Id);
        Assert.Equal(token.Id, Open().FindToken(text!)!.Id);
        Assert.Null(_book.FindToken(text!.Replace("mbx_", "mbx-", StringComparison.Ordinal)));
        Assert.Null(_book.FindToken(text[..^1] + (text[^1] == 'A' ? 'B' : 'A')));
        Assert.Null(_book.FindToken(""));
        Assert.DoesNotContain(text[15..], token.ToString() + token.SecretHash, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(_book.FindToken(text));

        var (_, other, otherText) = _book.CreateToken("ci", viewer, null, "alice");
        Assert.IsType<AccessOutcome.Done>(_book.RevokeToken(other!.Id));
        Assert.Null(_book.FindToken(otherText!));
        Assert.IsType<AccessOutcome.Absent>(_book.RevokeToken(other.Id));
    }

    [Fact]
    public async Task A_setup_code_makes_one_admin_within_an_hour()
    {
        var first = _book.CreateSetupCode();
        var second = _book.CreateSetupCode();
        Assert.IsType<AccessOutcome.Refused>(await _book.SetUpAsync(first, "alice", Good, Cancellation));
        Assert.IsType<AccessOutcome.Refused>(await _book.SetUpAsync(second, "alice", "short", Cancellation));
        Assert.IsType<AccessOutcome.Done>(await Open().SetUpAsync(second, "alice", Good, Cancellation));
        Assert.IsType<AccessOutcome.Refused>(await Open().SetUpAsync(second, "mallory", Good, Cancellation));
        Assert.Equal(["admin"], Open().FindUser("alice")!.Rights);

        var late = _book.CreateSetupCode();
        _clock.Advance(AccessBook.SetupTime);
        Assert.IsType<AccessOutcome.Refused>(await _book.SetUpAsync(late, "bob", Good, Cancellation));
    }

    [Fact]
    public async Task Two_who_come_with_one_code_at_once_are_one_admin()
    {
        var code = _book.CreateSetupCode();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => _book.SetUpAsync(code, $"user{number}", Good, Cancellation).AsTask()));
        Assert.Single(outcomes.OfType<AccessOutcome.Done>());
        Assert.Single(_book.Users);
    }

    [Fact]
    public async Task Guesses_are_slowed_and_a_stranger_keeps_nobody_out()
    {
        await AddAsync("alice", "admin");
        Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation));
        var looked = 0;
        for (var guess = 0; guess < 100; guess++)
        {
            looked += await _book.SignInAsync("alice", $"wrong password {guess}", Elsewhere, Cancellation) is SignInOutcome.Wrong ? 1 : 0;
        }
        Assert.Equal(5, looked);
        // Also many strangers at once do not reach the address from which she signs in.
        for (var stranger = 0; stranger < 200; stranger++)
        {
            await _book.SignInAsync("alice", "wrong password", IPAddress.Parse($"10.1.0.{stranger}"), Cancellation);
        }
        Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, Here, Cancellation));
        Assert.IsType<SignInOutcome.Wait>(await _book.SignInAsync("alice", Good, IPAddress.Parse("10.9.9.9"), Cancellation));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<SignInOutcome.SignedIn>(await _book.SignInAsync("alice", Good, IPAddress.Parse("10.9.9.9"), Cancellation));
    }

    [Fact]
    public async Task Guesses_at_many_names_from_one_network_are_slowed()
    {
        var looked = 0;
        for (var guess = 0; guess < 100; guess++)
        {
            looked += await _book.SignInAsync($"user{guess}", "wrong password", IPAddress.Parse($"2001:db8::{guess:x}"), Cancellation) is SignInOutcome.Wrong ? 1 : 0;
        }
        Assert.Equal(20, looked);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("alice and her cat")]
    public async Task A_weak_password_is_refused(string password)
    {
        Assert.True(Right.TryParseAll(["admin"], out var rights, out _));
        Assert.IsType<AccessOutcome.Refused>(await _book.AddUserAsync("alice", rights, password, Cancellation));
    }

    [Fact]
    public async Task A_store_that_fails_changes_nothing()
    {
        _store.Failure = new IOException("full");
        await Assert.ThrowsAsync<IOException>(() => AddAsync("alice", "admin"));
        Assert.False(_book.HasUsers);
    }

    private AccessBook Open() => new(_store, new PlainHasher(), new SignInGate(_clock), _clock);

    private async Task AddAsync(string name, params string[] texts)
    {
        Assert.True(Right.TryParseAll(texts, out var rights, out _));
        Assert.IsType<AccessOutcome.Done>(await _book.AddUserAsync(name, rights, Good, Cancellation));
    }

    /// <summary>A hash that costs nothing.</summary>
    private sealed class PlainHasher : IPasswordHasher
    {
        public ValueTask<string?> HashAsync(string password, CancellationToken cancellation) => new(AccessSecret.HashOf(password));

        public ValueTask<bool?> VerifyAsync(string password, string? hash, CancellationToken cancellation) => new(hash == AccessSecret.HashOf(password));
    }
}
