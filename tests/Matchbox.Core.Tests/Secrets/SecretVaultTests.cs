using System.Text;
using Matchbox.Core.Health;
using Matchbox.Core.Secrets;
using Matchbox.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Matchbox.Core.Tests.Secrets;

public class SecretVaultTests
{
    private readonly MemorySecretStore _store = new();
    private readonly RecordedEvents _events = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Only_the_profiles_and_groups_that_a_secret_names_get_its_value()
    {
        var vault = Vault();
        Set(vault, "token", "v1", profiles: ["worker"], groups: ["rack1"]);
        Assert.Null(vault.Open("token", "worker", "any", out var value));
        Assert.Equal("v1", Encoding.UTF8.GetString(value));
        Assert.Null(vault.Open("token", "any", "rack1", out _));
        Assert.Contains("neither profile any nor group any", vault.Open("token", "any", "any", out value), StringComparison.Ordinal);
        Assert.Empty(value);
        Assert.NotNull(vault.Open("Token", "worker", "rack1", out _));
    }

    [Fact]
    public void A_refusal_repeats_no_name_since_a_name_may_be_computed_from_a_secret() =>
        Assert.DoesNotContain("hunter2", Vault().Open("hunter2", "p", "g", out _), StringComparison.Ordinal);

    [Fact]
    public void Every_change_is_another_revision_also_of_the_same_value_and_after_a_removal()
    {
        var vault = Vault();
        HashSet<string> seen = [vault.RevisionOf(["token"])];
        for (var round = 0; round < 3; round++)
        {
            Set(vault, "token", "same", groups: ["g"]);
            Assert.True(seen.Add(vault.RevisionOf(["token"])));
            vault.Remove("token", "a test");
        }
        Assert.Contains(vault.RevisionOf(["token"]), seen);
        Assert.Equal(vault.RevisionOf(["a", "b"]), vault.RevisionOf(["b", "a"]));
    }

    [Fact]
    public void Secrets_come_back_after_a_restart_and_those_that_no_key_opens_are_told_of()
    {
        var vault = Vault();
        Set(vault, "token", "v", groups: ["g"]);
        Set(vault, "other", "w", groups: ["g"]);
        var first = _store.Load()[0];
        _store.Save(first with { Value = "garbage"u8.ToArray() });
        var again = Vault();
        Assert.Equal(["other", "token"], again.All.Select(secret => secret.Name));
        Assert.Contains("cannot be opened", again.Open("other", "p", "g", out _), StringComparison.Ordinal);
        Assert.Equal(HealthState.Degraded, Assert.Single(again.Check()).State);
        Set(again, "other", "x", groups: ["g"]);
        Assert.Empty(again.Check());
    }

    [Fact]
    public void Events_say_who_changed_which_secret_and_never_the_value()
    {
        var vault = Vault();
        Set(vault, "token", "hunter2-hunter2", groups: ["g"]);
        Assert.True(vault.Remove("token", "a test"));
        Assert.False(vault.Remove("token", "a test"));
        Assert.Equal(2, _events.All.Count);
        Assert.All(_events.All, happened => Assert.DoesNotContain("hunter2", happened.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("LUKS_key.2-b", true)]
    [InlineData("", false)]
    [InlineData(".hidden", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    public void Names_need_no_escape_anywhere(string name, bool isName) => Assert.Equal(isName, Secret.IsName(name));

    private SecretVault Vault() => new(_store, new NamedSealer(), _events, _clock);

    private static void Set(SecretVault vault, string name, string value, string[]? profiles = null, string[]? groups = null) =>
        vault.Set(new Secret { Name = name, Profiles = [.. profiles ?? []], Groups = [.. groups ?? []] }, Encoding.UTF8.GetBytes(value), "a test");
}
