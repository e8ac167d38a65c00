using Matchbox.Core.Access;

namespace Matchbox.Storage.Tests.Access;

/// <summary>What every store of users, tokens and sessions promises.</summary>
public abstract class AccessStoreContract : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract IAccessStore Open();

    protected abstract IAccessStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void A_new_store_is_empty()
    {
        var records = Open().Load();
        Assert.Empty(records.Users);
        Assert.Empty(records.Tokens);
        Assert.Empty(records.Sessions);
        Assert.Null(records.Setup);
    }

    [Fact]
    public void Everything_comes_back_as_it_was_written()
    {
        Open().Save(new AccessChange
        {
            Users = [Someone("alice"), Someone("bob") with { PasswordHash = null, LastSignInAt = null }],
            Tokens = [Key("0123456789")],
            Sessions = [Signed("aa")],
            Setup = new SetupCode { Hash = "cc", ExpiresAt = At },
        });
        var records = Reopen().Load();
        var alice = Assert.Single(records.Users, user => user.Name == "alice");
        Assert.Equal(("$argon2id$", At, At), (alice.PasswordHash, alice.CreatedAt, alice.LastSignInAt));
        Assert.Equal(["viewer", "operator:rack=b7"], alice.Rights);
        Assert.Null(Assert.Single(records.Users, user => user.Name == "bob").PasswordHash);
        var token = Assert.Single(records.Tokens);
        Assert.Equal(("0123456789", "ff", "ci", "alice", At, At.AddDays(1)), (token.Id, token.SecretHash, token.Name, token.CreatedBy, token.CreatedAt, token.ExpiresAt));
        Assert.Equal(["admin"], token.Rights);
        Assert.Equal(Signed("aa"), Assert.Single(records.Sessions));
        Assert.Equal(new SetupCode { Hash = "cc", ExpiresAt = At }, records.Setup);
    }

    [Fact]
    public void What_differs_in_case_is_two()
    {
        var store = Open();
        store.Save(new AccessChange { Users = [Someone("bob"), Someone("Bob")], Tokens = [Key("ab"), Key("AB")], Sessions = [Signed("cd"), Signed("CD")] });
        store.Save(new AccessChange { RemovedUsers = ["BOB", "bob"], RemovedTokens = ["AB"], RemovedSessions = ["cd"] });
        var records = Reopen().Load();
        Assert.Equal(("Bob", "ab", "CD"), (Assert.Single(records.Users).Name, Assert.Single(records.Tokens).Id, Assert.Single(records.Sessions).IdHash));
    }

    [Fact]
    public void A_change_replaces_and_removes_together()
    {
        var store = Open();
        store.Save(new AccessChange { Users = [Someone("alice"), Someone("bob")], Tokens = [Key("a"), Key("b")], Sessions = [Signed("aa"), Signed("bb")], Setup = new SetupCode { Hash = "1", ExpiresAt = At } });
        store.Save(new AccessChange
        {
            Users = [Someone("alice") with { Rights = ["admin"] }],
            RemovedUsers = ["bob", "nobody"],
            RemovedTokens = ["a"],
            RemovedSessions = ["bb"],
            Setup = new SetupCode { Hash = "2", ExpiresAt = At },
        });
        var records = Reopen().Load();
        Assert.Equal(["admin"], Assert.Single(records.Users).Rights);
        Assert.Equal("b", Assert.Single(records.Tokens).Id);
        Assert.Equal("aa", Assert.Single(records.Sessions).IdHash);
        Assert.Equal("2", records.Setup!.Hash);
    }

    [Fact]
    public void A_used_code_is_gone()
    {
        var store = Open();
        store.Save(new AccessChange { Setup = new SetupCode { Hash = "1", ExpiresAt = At } });
        store.Save(new AccessChange { RemovesSetup = true });
        Assert.Null(Reopen().Load().Setup);
    }

    private static User Someone(string name) => new() { Name = name, PasswordHash = "$argon2id$", Rights = ["viewer", "operator:rack=b7"], CreatedAt = At, LastSignInAt = At };

    private static ApiToken Key(string id) => new() { Id = id, SecretHash = "ff", Name = "ci", Rights = ["admin"], CreatedBy = "alice", CreatedAt = At, ExpiresAt = At.AddDays(1) };

    private static Session Signed(string hash) => new() { IdHash = hash, User = "alice", CreatedAt = At, LastUsedAt = At, From = "10.0.0.1" };
}
