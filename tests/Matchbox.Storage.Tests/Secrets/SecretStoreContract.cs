using Matchbox.Core.Secrets;

namespace Matchbox.Storage.Tests.Secrets;

/// <summary>What every secret store promises. A new store adds one class that opens it.</summary>
public abstract class SecretStoreContract : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected abstract ISecretStore Open();

    /// <summary>Closes and opens again, as a restart does.</summary>
    protected abstract ISecretStore Reopen();

    public abstract void Dispose();

    [Fact]
    public void A_new_store_is_empty() => Assert.Empty(Open().Load());

    [Fact]
    public void A_secret_survives_a_restart_as_it_was_sealed()
    {
        var secret = Named("token", [1, 2, 0, 255]);
        Open().Save(secret);
        var loaded = Assert.Single(Reopen().Load());
        Assert.Equal(secret.Value.ToArray(), loaded.Value.ToArray());
        Assert.Equal((IEnumerable<string>)secret.Secret.Profiles, loaded.Secret.Profiles);
        Assert.Equal((IEnumerable<string>)secret.Secret.Groups, loaded.Secret.Groups);
        Assert.Equal(secret.Secret with { Profiles = [], Groups = [] }, loaded.Secret with { Profiles = [], Groups = [] });
    }

    [Fact]
    public void The_last_save_counts_and_a_removed_secret_is_gone()
    {
        var store = Open();
        store.Save(Named("a", [1]));
        store.Save(Named("b", [2]));
        store.Save(Named("a", [3]));
        store.Remove("b");
        store.Remove("never there");
        Assert.Equal([3], Assert.Single(Reopen().Load()).Value.ToArray());
    }

    [Fact]
    public void Names_that_differ_in_case_are_two()
    {
        var store = Open();
        store.Save(Named("Key", [1]));
        store.Save(Named("key", [2]));
        Assert.Equal(["Key", "key"], Reopen().Load().Select(secret => secret.Secret.Name).Order(StringComparer.Ordinal));
    }

    private static SealedSecret Named(string name, byte[] value) => new(
        new Secret { Name = name, Profiles = ["p", "q"], Groups = ["g"], Revision = "r", ChangedAt = Noon, By = "uid 0" }, value);
}
