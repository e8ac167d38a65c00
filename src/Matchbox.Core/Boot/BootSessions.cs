using System.Collections.Concurrent;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>Whose address is that: answered from leases where we give them, from what was seen on the wire elsewhere.</summary>
public interface IAddressOwners
{
    /// <summary>The machine that holds the address now; null: nobody that we know of.</summary>
    HardwareAddress? OwnerOf(IPv4Address address);
}

/// <summary>
/// The present boot of each machine, in memory. Thread-safe. A boot that began before a restart of ours is recognised by its
/// nonce. Bounded: beyond <see cref="Capacity"/> (and a few) the machines that were seen longest ago are forgotten.
/// </summary>
public sealed class BootSessions(BootNonce nonces, IAddressOwners owners, TimeProvider clock)
{
    public const int Capacity = 65_536;

    private const int CountInterval = 1_024;

    // Retransmissions of one step come within a minute (4, 8, 16, 32 s); whoever starts over later has started a new boot.
    private static readonly TimeSpan Retransmission = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<HardwareAddress, BootSession> _present = new();
    private readonly ConcurrentDictionary<IPv4Address, HardwareAddress> _learned = new();
    private int _sinceCount;

    public BootSession? Present(HardwareAddress mac) => _present.GetValueOrDefault(mac);

    /// <summary>The boot that a DHCP message of this step belongs to: the present one, or a new one that begins with it.</summary>
    public BootSession OnDhcp(HardwareAddress mac, BootStep step, FirmwareKind firmware)
    {
        var now = clock.GetUtcNow();
        var session = _present.AddOrUpdate(
            mac,
            _ => Begin(mac, step, firmware, now),
            (_, present) => BeginsAnother(present, step, now)
                ? Begin(mac, step, firmware, now) with
                {
                    LoaderFetches = present.Step < BootStep.LoaderDhcp ? present.LoaderFetches : 0,
                    SilentSince = present.SilentSince,
                }
                : present with
                {
                    Step = step > present.Step ? step : present.Step,
                    LastSeen = now,
                    Firmware = firmware == FirmwareKind.Unknown ? present.Firmware : firmware,
                    LoaderFetches = step >= BootStep.LoaderDhcp ? 0 : present.LoaderFetches,
                });
        // Counting takes every lock of the dictionary, a fifth of a whole DHCP exchange: only now and then.
        if (Volatile.Read(ref _sinceCount) >= CountInterval && Interlocked.Exchange(ref _sinceCount, 0) >= CountInterval && _present.Count > Capacity)
        {
            Forget();
        }
        return session;
    }

    /// <summary>Notes that the machine has reached a step. Nothing happens without a present boot.</summary>
    public void Reached(HardwareAddress mac, BootStep step)
    {
        var now = clock.GetUtcNow();
        Change(mac, present =>
        {
            // A firmware asks for a file's size first, so one boot may open its loader twice.
            var fetches = step > BootStep.LoaderFetched ? 0 : present.LoaderFetches + (step == BootStep.LoaderFetched && present.Step < step ? 1 : 0);
            return present with
            {
                Step = step > present.Step ? step : present.Step,
                LoaderFetches = fetches,
                SilentSince = present.LoaderFetches == 0 ? now : present.SilentSince,
                LastSeen = now,
            };
        });
    }

    /// <summary>Notes what the boot's script said. True: it is the first answer of its kind in this boot.</summary>
    public bool Answered(HardwareAddress mac, BootAnswer answer)
    {
        var news = false;
        Change(mac, present =>
        {
            news = present.Answer != answer;
            return news ? present with { Answer = answer } : present;
        });
        return news;
    }

    /// <summary>Notes which first loader DHCP has named.</summary>
    public void Offered(HardwareAddress mac, string file) => Change(mac, present => present with { OfferedLoader = file });

    /// <summary>Was its first loader fetched again and again for a minute without a word from it, as Secure Boot has it.</summary>
    public bool IsSilent(BootSession session) =>
        session.LoaderFetches >= LoaderPolicy.SilentFetches && (clock.GetUtcNow() - session.SilentSince).Duration() >= LoaderPolicy.SilentFor;

    /// <summary>Is it news: false when this boot was told the same the last time.</summary>
    public bool Tells(HardwareAddress mac, string text)
    {
        var news = true;
        Change(mac, present =>
        {
            news = !string.Equals(present.LastTold, text, StringComparison.Ordinal);
            return present with { LastTold = text };
        });
        return news;
    }

    /// <summary>A loader was fetched from the boot's own path by its own address.</summary>
    public void Prove(HardwareAddress mac) => Change(mac, present => present with { Proven = true });

    /// <summary>The nonce of the boot at that address, where a loader's fetch proved the two to belong together; else null.</summary>
    public string? ProvenNonce(IPv4Address source) =>
        OwnerOf(source) is { } mac && Present(mac) is { Proven: true } session ? session.Nonce : null;

    /// <summary>Notes which kernel the boot will fetch next.</summary>
    public void AwaitKernel(HardwareAddress mac, string path) => Change(mac, present => present with { AwaitedKernel = path });

    /// <summary>Was this the kernel that the boot at that address waited for; true once. Gives the machine.</summary>
    public bool TookKernel(IPv4Address source, string path, out HardwareAddress mac)
    {
        mac = default;
        if (OwnerOf(source) is not { } owner || Present(owner) is not { AwaitedKernel.Length: > 0 } present || present.AwaitedKernel != path)
        {
            return false;
        }
        mac = owner;
        return _present.TryUpdate(owner, present with { AwaitedKernel = "" }, present);
    }

    /// <summary>Learns an address where another server gives it: from the machine's REQUEST or its question to port 4011.</summary>
    public void Learn(HardwareAddress mac, IPv4Address address)
    {
        if (address.IsAny)
        {
            return;
        }
        _learned[address] = mac;
        Change(mac, present => present with { Address = address });
    }

    /// <summary>The machine whose address it is, by our leases or by what was learned; null: nobody that we know of.</summary>
    public HardwareAddress? OwnerOf(IPv4Address address) =>
        owners.OwnerOf(address) ?? (_learned.TryGetValue(address, out var mac) ? mac : null);

    /// <summary>
    /// Does a request belong to the machine's present boot: it comes from that machine's address and carries that boot's nonce.
    /// Gives the nonce back, or null.
    /// </summary>
    public string? Verify(HardwareAddress mac, IPv4Address source, string? nonce)
    {
        if (nonce is null || OwnerOf(source) != mac)
        {
            return null;
        }
        if (_present.TryGetValue(mac, out var present))
        {
            return string.Equals(present.Nonce, nonce, StringComparison.Ordinal) ? nonce : null;
        }
        if (!nonces.IsValid(nonce, mac))
        {
            return null;
        }
        // It began before we started: go on with it.
        var now = clock.GetUtcNow();
        return _present.TryAdd(mac, new BootSession { Mac = mac, Nonce = nonce, StartedAt = now, LastSeen = now, Address = source, Step = BootStep.LoaderDhcp })
            ? nonce
            : Verify(mac, source, nonce);
    }

    private void Change(HardwareAddress mac, Func<BootSession, BootSession> change)
    {
        while (_present.TryGetValue(mac, out var present) && !_present.TryUpdate(mac, change(present), present))
        {
        }
    }

    private BootSession Begin(HardwareAddress mac, BootStep step, FirmwareKind firmware, DateTimeOffset now)
    {
        Interlocked.Increment(ref _sinceCount);
        return new() { Mac = mac, Nonce = nonces.Create(mac), StartedAt = now, LastSeen = now, Step = step, Firmware = firmware };
    }

    private static bool BeginsAnother(BootSession present, BootStep step, DateTimeOffset now) =>
        step < present.Step || (step == present.Step && (now - present.LastSeen).Duration() > Retransmission);

    private void Forget()
    {
        foreach (var (mac, _) in _present.OrderBy(pair => pair.Value.LastSeen).Take(Capacity / 8).ToArray())
        {
            _present.TryRemove(mac, out _);
        }
        foreach (var (address, mac) in _learned)
        {
            if (!_present.ContainsKey(mac))
            {
                _learned.TryRemove(address, out _);
            }
        }
    }
}
