using CsCheck;
using Matchbox.Core.Leases;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Tests.Leases;

/// <summary>
/// Random lives of a small network: machines, a store that sometimes fails, restarts, wrong clocks, reloads. The model knows
/// only what was acknowledged and for how long, by true time.
/// </summary>
public class LeaseTableModelTests
{
    private enum Kind { Discover, Select, Steal, Renew, Reboot, Release, Decline, Conflict, Wait, WaitLong, Step, Restart, Reload, FailedGrant }

    private sealed record Operation(Kind Kind, int Machine, int Number);

    private static readonly Gen<Operation> Operations =
        from kind in Gen.Frequency(
            (6, Gen.Const(Kind.Discover)), (8, Gen.Const(Kind.Select)), (2, Gen.Const(Kind.Steal)), (4, Gen.Const(Kind.Renew)), (2, Gen.Const(Kind.Reboot)),
            (2, Gen.Const(Kind.Release)), (1, Gen.Const(Kind.Decline)), (1, Gen.Const(Kind.Conflict)), (4, Gen.Const(Kind.Wait)), (1, Gen.Const(Kind.WaitLong)),
            (1, Gen.Const(Kind.Step)), (1, Gen.Const(Kind.Restart)), (1, Gen.Const(Kind.Reload)), (1, Gen.Const(Kind.FailedGrant)))
        from machine in Gen.Int[0, 11]
        from number in Gen.Int[0, 20]
        select new Operation(kind, machine, number);

    [Fact]
    public void No_address_is_ever_with_two_machines_and_no_acknowledged_lease_is_lost() =>
        Operations.Array[20, 400].Sample(operations => new World().Live(operations), iter: 300);

    private sealed class World
    {
        private readonly TwoClocks _clock = new();
        private readonly Dictionary<IPv4Address, Lease> _stored = [];
        private readonly Dictionary<IPv4Address, (int Machine, long Until)> _acknowledged = [];
        private readonly Dictionary<int, IPv4Address> _offers = [];
        private Subnet _subnet = Rack.Net("10.0.0.1-10.0.0.12", known: "10.0.0.13-10.0.0.16");
        private Reservation[] _reservations = [];
        private LeaseTable _table;

        public World() => _table = Start();

        public void Live(Operation[] operations)
        {
            foreach (var operation in operations)
            {
                Do(operation);
                Check();
            }
        }

        private void Do(Operation operation)
        {
            var (kind, machine, number) = operation;
            var client = Rack.Client(machine, known: machine < 4);
            var address = Rack.At(number);
            switch (kind)
            {
                case Kind.Discover:
                    if (_table.Offer(_subnet, client, number % 2 == 0 ? address : null) is OfferOutcome.Offered offered)
                    {
                        Assert.True(!_acknowledged.TryGetValue(offered.Address, out var holder) || holder.Machine == machine || holder.Until <= Now,
                            $"{offered.Address} is offered to {machine} and leased to {holder.Machine}");
                        _offers[machine] = offered.Address;
                    }
                    break;
                case Kind.Select:
                    Request(client, machine, RequestState.Selecting, _offers.GetValueOrDefault(machine, address), stored: true);
                    break;
                case Kind.Steal:
                    Request(client, machine, RequestState.Selecting, address, stored: true);
                    break;
                case Kind.Renew:
                    Request(client, machine, number % 2 == 0 ? RequestState.Renewing : RequestState.Rebinding, Held(machine) ?? address, stored: true);
                    break;
                case Kind.Reboot:
                    Request(client, machine, RequestState.InitReboot, Held(machine) ?? address, stored: true);
                    break;
                case Kind.FailedGrant:
                    Request(client, machine, RequestState.Selecting, _offers.GetValueOrDefault(machine, address), stored: false);
                    break;
                case Kind.Release when (Held(machine) ?? address) is var released:
                    if (_table.Release(client, released) is { } record)
                    {
                        Gone(machine, released, record);
                    }
                    break;
                case Kind.Decline when (Held(machine) ?? _offers.GetValueOrDefault(machine, address)) is var declined:
                    switch (_table.Decline(client, declined))
                    {
                        case DeclineOutcome.Quarantined quarantined:
                            Gone(machine, declined, quarantined.Record);
                            break;
                        case DeclineOutcome.Storm { Record: { } storm }:
                            Gone(machine, declined, storm);
                            break;
                    }
                    break;
                case Kind.Conflict:
                    if (_table.ConflictSeen(address) is { } conflict)
                    {
                        Assert.True(!_acknowledged.TryGetValue(address, out var owner) || owner.Until <= Now, "a leased address went into quarantine by a probe");
                        _stored[address] = conflict;
                    }
                    break;
                case Kind.Wait:
                    _clock.Advance(TimeSpan.FromSeconds(number * 20));
                    break;
                case Kind.WaitLong:
                    _clock.Advance(TimeSpan.FromMinutes(number * 10));
                    break;
                case Kind.Step:
                    _clock.Step(TimeSpan.FromHours((number - 10) * 37));
                    break;
                case Kind.Restart:
                    _table = Start();
                    _offers.Clear();
                    break;
                case Kind.Reload:
                    _subnet = Rack.Net($"10.0.0.{1 + (number % 5)}-10.0.0.12", known: "10.0.0.13-10.0.0.16");
                    _reservations = number % 3 == 0 ? [] : [new Reservation(Rack.Mac(machine), Rack.At(number))];
                    _table.Configure(Layout());
                    break;
            }
        }

        private long Now => _clock.GetTimestamp();

        private void Request(LeaseClient client, int machine, RequestState state, IPv4Address address, bool stored)
        {
            if (_table.Request(_subnet, client, state, address) is not RequestOutcome.Grant grant)
            {
                return;
            }
            Assert.Equal(address, grant.Lease.Address);
            Assert.True(!_acknowledged.TryGetValue(address, out var holder) || holder.Machine == machine || holder.Until <= Now,
                $"{address} is granted to {machine} and leased to {holder.Machine}");
            if (!stored)
            {
                _table.Rollback(grant);
                return;
            }
            _stored[address] = grant.Lease;
            _acknowledged[address] = (machine, Now + grant.LeaseTime.Ticks);
        }

        private void Gone(int machine, IPv4Address address, Lease record)
        {
            if (_acknowledged.TryGetValue(address, out var holder))
            {
                Assert.True(holder.Machine == machine || holder.Until <= Now, $"{machine} gave up the lease of {holder.Machine}");
                _acknowledged.Remove(address);
            }
            _stored[address] = record;
        }

        private IPv4Address? Held(int machine)
        {
            foreach (var (address, holder) in _acknowledged)
            {
                if (holder.Machine == machine && holder.Until > Now)
                {
                    return address;
                }
            }
            return null;
        }

        private void Check()
        {
            foreach (var (address, holder) in _acknowledged)
            {
                if (holder.Until > Now)
                {
                    Assert.Equal(Rack.Mac(holder.Machine), _table.OwnerOf(address));
                    Assert.NotNull(_table.ActiveFor(Rack.Mac(holder.Machine)));
                }
            }
            var counts = Assert.Single(_table.Counts());
            var cursor = 0;
            var views = _table.Page(ref cursor, int.MaxValue);
            Assert.Equal(views.Length, views.Select(view => view.Lease.Address).Distinct().Count());
            Assert.Equal(views.Count(view => view.Standing == LeaseStanding.Bound), counts.Bound);
            Assert.Equal(views.Count(view => view.Standing == LeaseStanding.Declined), counts.Declined);
            Assert.InRange(counts.Free, 0, 16);
            Assert.All(views.Where(view => view.Standing == LeaseStanding.Bound), view => Assert.Equal(view.Lease.Hardware, _table.OwnerOf(view.Lease.Address)));
        }

        private LeaseTable Start()
        {
            var table = new LeaseTable(new LeaseTableSettings(), _clock);
            table.Configure(Layout());
            foreach (var again in table.Restore([.. _stored.Values]))
            {
                _stored[again.Address] = again;
            }
            return table;
        }

        private LeaseLayout Layout() => new() { Subnets = [_subnet], Reservations = _reservations };
    }
}
