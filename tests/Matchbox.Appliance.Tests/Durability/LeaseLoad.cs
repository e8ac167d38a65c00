using System.Collections.Concurrent;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;

namespace Matchbox.Appliance.Tests.Durability;

/// <summary>Many clients at once that come, renew, start again, give back and ask twice, and the check that promises were kept.</summary>
internal sealed class LeaseLoad(RelayedClients clients, LeaseBook book, int population)
{
    public const int InFlight = 64;

    // A client does one thing at a time.
    private readonly ConcurrentDictionary<int, bool> _busy = new();

    public async Task RunAsync(int seed, CancellationToken stop) =>
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(slot => Task.Run(() => WorkAsync(new Random(unchecked((seed * 397) ^ slot)), stop), CancellationToken.None)));

    /// <summary>
    /// Each lease that was acknowledged is still its client's, by renewal or after a reboot, and nobody else's: a stranger that asks
    /// for some of them gets them neither at once nor offered.
    /// </summary>
    public async Task VerifyAsync(int seed, int strangers, CancellationToken stop)
    {
        var held = book.Held;
        new Random(seed).Shuffle(held);
        await EachAsync(held, (lease, number) => OwnAsync(lease.Key, lease.Value, reboots: (number & 1) == 0, stop));
        await EachAsync(held[..Math.Min(strangers, held.Length)], (lease, number) => StealAsync(RelayedClients.ClientNumber(0x80_0000 + number), lease.Key, lease.Value, stop));
    }

    private static async Task EachAsync<T>(T[] items, Func<T, int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < items.Length)
            {
                await work(items[number], number);
            }
        })));
    }

    private async Task WorkAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var number = random.Next(population);
            if (!_busy.TryAdd(number, true))
            {
                continue;
            }
            var client = RelayedClients.ClientNumber(number);
            var answer = (book.HeldBy(client), random.Next(100)) switch
            {
                (null, var dice) => await clients.JoinAsync(client, stop, repeat: dice < 3),
                ({ } address, < 3) => Release(client, address),
                ({ } address, < 55) => await clients.RebindAsync(client, address, stop),
                ({ } address, < 60) => await clients.RebindAsync(client, address, stop, repeat: true),
                ({ } address, < 80) => await clients.RebootAsync(client, address, stop),
                _ => await clients.JoinAsync(client, stop),
            };
            if (answer is { Type: DhcpMessageType.Nak })
            {
                book.Fault($"{client} was refused under load, it has {book.HeldBy(client)?.ToString() ?? "nothing"}");
            }
            _busy.TryRemove(number, out _);
        }
    }

    private DhcpMessage? Release(HardwareAddress client, IPv4Address address)
    {
        clients.Release(client, address);
        return null;
    }

    private async Task OwnAsync(HardwareAddress client, IPv4Address address, bool reboots, CancellationToken stop)
    {
        var answer = await RelayedClients.PersistAsync(() => reboots ? clients.RebootAsync(client, address, stop) : clients.RebindAsync(client, address, stop));
        if (answer is not { Type: DhcpMessageType.Ack } || answer.Yiaddr != address)
        {
            book.Fault($"{client} has {address}, but {(reboots ? "after a reboot" : "renewing")} it got {(answer is null ? "no answer" : $"{answer.Type} {answer.Yiaddr}")}");
        }
    }

    private async Task StealAsync(HardwareAddress stranger, HardwareAddress owner, IPv4Address address, CancellationToken stop)
    {
        var asked = await RelayedClients.PersistAsync(() => clients.RebootAsync(stranger, address, stop));
        if (asked is not { Type: DhcpMessageType.Nak })
        {
            book.Fault($"{stranger} asked for {address} of {owner} and got {asked?.Type.ToString() ?? "no answer"}");
        }
        var offer = await RelayedClients.PersistAsync(() => clients.DiscoverAsync(stranger, address, stop));
        if (offer is not { Type: DhcpMessageType.Offer } || offer.Yiaddr == address)
        {
            book.Fault($"{stranger} looked for {address} of {owner} and got {offer?.Type.ToString() ?? "no answer"} {offer?.Yiaddr}");
        }
    }
}
