using System.Text;
using Matchbox.Core.Secrets;
using Matchbox.Storage.LiteDb;
using Matchbox.Storage.LiteDb.Sealing;
using Matchbox.Storage.Tests.Machines;

namespace Matchbox.Storage.Tests.Secrets;

public sealed class LiteDbSecretStoreTests : SecretStoreContract
{
    private readonly TemporaryDatabase _file = new();

    public override void Dispose() => _file.Dispose();

    protected override ISecretStore Open() => new LiteDbSecretStore(_file.Database);

    protected override ISecretStore Reopen() => new LiteDbSecretStore(_file.Reopen());
}

public sealed class DataProtectionSealerTests : IDisposable
{
    private static readonly byte[] Value = "a value that no file may hold"u8.ToArray();

    private readonly TemporaryDatabase _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void What_was_sealed_opens_after_a_restart_with_the_same_master_key()
    {
        byte[] sealed_;
        using (var sealer = new DataProtectionSealer(_file.Database, Key(1)))
        {
            sealed_ = sealer.Seal("token", Value);
        }
        using var later = new DataProtectionSealer(_file.Reopen(), Key(1));
        Assert.Equal(Value, later.Open("token", sealed_));
    }

    [Fact]
    public void Another_master_key_opens_nothing_and_goes_on_with_keys_of_its_own()
    {
        byte[] sealed_;
        using (var sealer = new DataProtectionSealer(_file.Database, Key(1)))
        {
            sealed_ = sealer.Seal("token", Value);
        }
        using var other = new DataProtectionSealer(_file.Reopen(), Key(2));
        Assert.Null(other.Open("token", sealed_));
        Assert.Equal(Value, other.Open("token", other.Seal("token", Value)));
    }

    [Fact]
    public void What_was_sealed_under_one_name_opens_under_no_other_and_not_when_it_was_changed()
    {
        using var sealer = new DataProtectionSealer(_file.Database, Key(1));
        var sealed_ = sealer.Seal("token", Value);
        Assert.Null(sealer.Open("Token", sealed_));
        Assert.Null(sealer.Open("", sealed_));
        for (var at = 0; at < sealed_.Length; at++)
        {
            sealed_[at] ^= 1;
            Assert.Null(sealer.Open("token", sealed_));
            sealed_[at] ^= 1;
        }
        Assert.Null(sealer.Open("token", []));
    }

    [Fact]
    public void The_files_of_the_store_hold_neither_the_value_nor_a_key_that_opens_it()
    {
        using (var sealer = new DataProtectionSealer(_file.Database, Key(1)))
        {
            var vault = new LiteDbSecretStore(_file.Database);
            vault.Save(new SealedSecret(new Secret { Name = "token", Groups = ["g"] }, sealer.Seal("token", Value)));
        }
        _file.Reopen();
        _file.Database.Dispose();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_file.Path)!))
        {
            var octets = File.ReadAllBytes(file);
            Assert.True(octets.AsSpan().IndexOf(Value) < 0, file);
            // Data Protection writes an unwrapped key as <masterKey><value>...
            Assert.True(octets.AsSpan().IndexOf("masterKey"u8) < 0, file);
        }
    }

    private static MasterKey Key(byte octet) => new(Enumerable.Repeat(octet, MasterKey.Length).ToArray(), "a test", liesWithState: false);
}
