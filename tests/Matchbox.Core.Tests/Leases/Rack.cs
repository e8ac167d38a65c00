using System.Collections.Immutable;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Leases;

/// <summary>Wall clock and monotonic clock apart, so that one can step without the other.</summary>
internal sealed class TwoClocks : TimeProvider
{
    public static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private DateTimeOffset _wall = Epoch;
    private long _monotonic = 1_000_000;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _monotonic;

    public override DateTimeOffset GetUtcNow() => _wall;

    public void Advance(TimeSpan span)
    {
        _wall += span;
        _monotonic += span.Ticks;
    }

    /// <summary>NTP, an operator or a flat battery: only the wall clock moves.</summary>
    public void Step(TimeSpan span) => _wall += span;
}

/// <summary>A network 10.0.0.0/24 with a small pool, and the clients on it.</summary>
internal sealed class Rack
{
    public Rack(LeaseTableSettings? settings = null) => Table = new LeaseTable(settings ?? new LeaseTableSettings(), Clock);

    public TwoClocks Clock { get; } = new();

    public LeaseTable Table { get; private set; }

    public Subnet Subnet { get; private set; } = Net();

    public static Subnet Net(string pools = "10.0.0.10-10.0.0.19", string? known = null, string network = "10.0.0.0/24") => new()
    {
        Network = IPv4Network.Parse(network),
        Mode = SubnetMode.Authoritative,
        Pools = Ranges(pools),
        KnownPools = known is null ? [] : Ranges(known),
        LeaseTime = TimeSpan.FromHours(1),
    };

    public static Rack With(Subnet? subnet = null, LeaseTableSettings? settings = null, params (int Machine, string Address)[] reservations)
    {
        var rack = new Rack(settings);
        rack.Configure(subnet ?? Net(), reservations);
        return rack;
    }

    public void Configure(Subnet subnet, params (int Machine, string Address)[] reservations)
    {
        Subnet = subnet;
        Table.Configure(Layout(reservations));
    }

    public static LeaseClient Client(int number, bool known = false) => new(Mac(number)) { Known = known };

    public static HardwareAddress Mac(int number) => new([0x52, 0x54, 0, 0, (byte)(number >> 8), (byte)number]);

    public static IPv4Address At(int host) => new(0x0a000000u + (uint)host);

    public OfferOutcome.Offered Offered(LeaseClient client, IPv4Address? requested = null) =>
        Assert.IsType<OfferOutcome.Offered>(Table.Offer(Subnet, client, requested));

    public RequestOutcome.Grant Granted(LeaseClient client, IPv4Address address, RequestState state = RequestState.Selecting) =>
        Assert.IsType<RequestOutcome.Grant>(Table.Request(Subnet, client, state, address));

    public RefusalReason Refused(LeaseClient client, IPv4Address address, RequestState state = RequestState.Selecting) =>
        Assert.IsType<RequestOutcome.Nak>(Table.Request(Subnet, client, state, address)).Reason;

    /// <summary>DISCOVER and REQUEST.</summary>
    public RequestOutcome.Grant Boot(LeaseClient client) => Granted(client, Offered(client).Address);

    /// <summary>A new process with what the store held; returns what it wants stored again.</summary>
    public IReadOnlyList<Lease> Restart(params Lease[] stored)
    {
        Table = new LeaseTable(new LeaseTableSettings(), Clock);
        Table.Configure(Layout([]));
        return Table.Restore(stored);
    }

    private LeaseLayout Layout((int Machine, string Address)[] reservations) => new()
    {
        Subnets = [Subnet],
        Reservations = [.. reservations.Select(r => new Reservation(Mac(r.Machine), IPv4Address.Parse(r.Address)))],
    };

    private static ImmutableArray<AddressRange> Ranges(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => AddressRange.TryParse(part, out var range) ? range : throw new FormatException(part))];
}
