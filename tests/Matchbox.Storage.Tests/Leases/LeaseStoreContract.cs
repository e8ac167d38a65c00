using Matchbox.Core.Leases;
using Matchbox.Protocols;

namespace Matchbox.Storage.Tests.Leases;

/// <summary>What every lease store promises. A store's tests inherit it and say how to open the same place again.</summary>
public abstract class LeaseStoreContract
{
    /// <summary>Opens the store of this test; what an earlier one held must be there.</summary>
    protected abstract ILeaseStore Open();

    [Fact]
    public void A_new_store_is_empty() => Use(store => Assert.Empty(store.Load()));

    [Fact]
    public void What_was_appended_is_there_in_the_next_life()
    {
        var leases = Enumerable.Range(1, 3).Select(n => Sample.Lease(n)).ToArray();
        Use(store => store.Append(leases));
        Use(store => Assert.Equal(leases, store.Load().OrderBy(l => l.Address), Sample.SameLease));
    }

    [Fact]
    public void Every_field_comes_back()
    {
        var lease = new Lease
        {
            Address = IPv4Address.Parse("255.255.255.254"),
            State = LeaseState.Declined,
            Revision = long.MaxValue,
            Hardware = HardwareAddress.Parse("00112233445566778899aabbccddeeff"),
            ClientId = [.. Enumerable.Range(0, 255).Select(n => (byte)n)],
            Granted = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
            Expires = DateTimeOffset.MaxValue,
            RelayInformation = [1, 4, 0, 255, 10, 13],
            HostName = "knoten-ü-\u4e2d",
        };
        var bare = new Lease { Address = default, State = LeaseState.Released, Hardware = default, Granted = DateTimeOffset.MinValue, Expires = DateTimeOffset.MinValue };
        Use(store => store.Append([lease, bare]));
        Use(store => Assert.Equal([bare, lease], store.Load().OrderBy(l => l.Address), Sample.SameLease));
    }

    [Fact]
    public void Of_one_address_the_highest_revision_counts_whatever_came_last()
    {
        Use(store =>
        {
            store.Append([Sample.Lease(1, revision: 7), Sample.Lease(1, revision: 5)]);
            store.Append([Sample.Lease(1, revision: 6), Sample.Lease(2, revision: 9)]);
        });
        Use(store => Assert.Equal([7L, 9L], store.Load().OrderBy(l => l.Address).Select(l => l.Revision)));
    }

    [Fact]
    public void It_knows_the_addresses_that_it_has()
    {
        Use(store =>
        {
            Assert.False(store.Knows(Sample.At(1)));
            store.Append([Sample.Lease(1)]);
            Assert.True(store.Knows(Sample.At(1)));
        });
        Use(store => Assert.Equal((true, false), (store.Knows(Sample.At(1)), store.Knows(Sample.At(2)))));
    }

    [Fact]
    public void An_empty_batch_is_nothing()
    {
        Use(store => store.Append([]));
        Use(store => Assert.Empty(store.Load()));
    }

    [Fact]
    public void Many_lives_with_many_batches_keep_everything()
    {
        var expected = new Dictionary<IPv4Address, Lease>();
        var random = new Random(4711);
        var revision = 0L;
        for (var life = 0; life < 5; life++)
        {
            Use(store =>
            {
                Assert.Equal(expected.Values.OrderBy(l => l.Address), store.Load().OrderBy(l => l.Address), Sample.SameLease);
                for (var batch = 0; batch < 40; batch++)
                {
                    var leases = Enumerable.Range(0, random.Next(1, 50)).Select(_ => Sample.Lease(random.Next(2000), ++revision)).ToArray();
                    store.Append(leases);
                    foreach (var lease in leases)
                    {
                        expected[lease.Address] = lease;
                    }
                }
            });
        }
    }

    protected void Use(Action<ILeaseStore> use)
    {
        var store = Open();
        using var _ = store as IDisposable;
        use(store);
    }
}

/// <summary>Leases to store.</summary>
internal static class Sample
{
    public static readonly IEqualityComparer<Lease> SameLease = EqualityComparer<Lease>.Create(Same, lease => lease.Address.GetHashCode());

    public static IPv4Address At(int number) => new(0x0a000000u + (uint)number);

    public static Lease Lease(int number, long revision = 1) => new()
    {
        Address = At(number),
        State = LeaseState.Bound,
        Revision = revision,
        Hardware = new HardwareAddress([0x52, 0x54, 0, (byte)(number >> 16), (byte)(number >> 8), (byte)number]),
        ClientId = [1, 0x52, 0x54, 0, (byte)(number >> 16), (byte)(number >> 8), (byte)number],
        Granted = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(revision),
        Expires = new DateTimeOffset(2026, 1, 1, 1, 0, 0, TimeSpan.Zero).AddSeconds(revision),
        HostName = $"node{number}",
    };

    private static bool Same(Lease? left, Lease? right) => left is not null && right is not null
        && left.ClientId.SequenceEqual(right.ClientId) && left.RelayInformation.SequenceEqual(right.RelayInformation)
        && left with { ClientId = [], RelayInformation = [] } == right with { ClientId = [], RelayInformation = [] };
}
