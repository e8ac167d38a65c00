using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases.Import;

/// <summary>Whose lease file it is.</summary>
public enum LeaseFileKind
{
    /// <summary>ISC dhcpd: <c>dhcpd.leases</c>.</summary>
    IscDhcpd,

    /// <summary>Kea's memfile: <c>kea-leases4.csv</c>.</summary>
    Kea,

    /// <summary><c>dnsmasq.leases</c>.</summary>
    Dnsmasq,
}

/// <summary>A line that was not understood; the rest of the file was read on.</summary>
public readonly record struct LeaseImportFault(int Line, string Message);

/// <summary>What was in a lease file: one record per address, ready for a store, and every fault.</summary>
public sealed record LeaseImportResult(LeaseFileKind Kind, ImmutableArray<Lease> Leases, ImmutableArray<LeaseImportFault> Faults);

/// <summary>
/// Reads the lease files of other DHCP servers. Pure. As in the files, the last entry of an address counts. A lease in force
/// keeps its end; one that has ended is a released one, so that its machine gets the address again if nobody else has it by then.
/// No record lies ahead of <c>now</c>, whatever the other server's clock was.
/// </summary>
public static class LeaseImport
{
    private static readonly TimeSpan Quarantine = TimeSpan.FromHours(24);

    /// <summary>Reads a file of this kind, or of the kind that its first lines look like.</summary>
    /// <exception cref="FormatException">No kind given, and it looks like none of them.</exception>
    public static LeaseImportResult Read(TextReader text, DateTimeOffset now, LeaseFileKind? kind = null)
    {
        var lines = new ImportLines(text);
        var chosen = kind ?? Detect(lines);
        var found = new ImportedLeases(now);
        switch (chosen)
        {
            case LeaseFileKind.Kea:
                KeaLeaseFile.Read(lines, found);
                break;
            case LeaseFileKind.Dnsmasq:
                DnsmasqLeaseFile.Read(lines, found);
                break;
            default:
                IscLeaseFile.Read(lines, found);
                break;
        }
        return found.Result(chosen);
    }

    private static LeaseFileKind Detect(ImportLines lines)
    {
        while (lines.Peek() is { } line)
        {
            var word = line.Trim();
            if (word.Length == 0 || word[0] == '#')
            {
                lines.Next();
                continue;
            }
            if (word.StartsWith("address,", StringComparison.Ordinal))
            {
                return LeaseFileKind.Kea;
            }
            var first = word.Split(' ', 2)[0];
            return first == "duid" || first.All(char.IsAsciiDigit) ? LeaseFileKind.Dnsmasq
                : first is "lease" or "authoring-byte-order" or "server-duid" or "failover" or "host" ? LeaseFileKind.IscDhcpd
                : throw new FormatException($"line {lines.Number + 1}: neither dhcpd.leases nor Kea's CSV nor dnsmasq.leases begins like this");
        }
        throw new FormatException("the file has no line that tells whose it is");
    }

    /// <summary>Collects; the last entry of an address counts.</summary>
    internal sealed class ImportedLeases(DateTimeOffset now)
    {
        private readonly Dictionary<IPv4Address, Lease> _leases = [];
        private readonly ImmutableArray<LeaseImportFault>.Builder _faults = ImmutableArray.CreateBuilder<LeaseImportFault>();

        public void Fault(int line, string message) => _faults.Add(new LeaseImportFault(line, message));

        public void Add(
            IPv4Address address, LeaseState state, HardwareAddress hardware, ImmutableArray<byte> clientId, DateTimeOffset ends, string hostName)
        {
            if (state == LeaseState.Declined && ends <= now)
            {
                ends = now + Quarantine;                         // dhcpd writes down when it gave up, not until when
            }
            var ended = state == LeaseState.Released || ends <= now;
            var end = ended && ends > now ? now : ends;
            _leases[address] = new Lease
            {
                Address = address,
                State = ended ? LeaseState.Released : state,
                Hardware = hardware,
                ClientId = clientId,
                Granted = ended ? end : now,
                Expires = end,
                HostName = Escape(hostName),
            };
        }

        public LeaseImportResult Result(LeaseFileKind kind) =>
            new(kind, [.. _leases.Values.OrderBy(lease => lease.Address)], _faults.DrainToImmutable());

        private static string Escape(string name)
        {
            var text = new StringBuilder(name.Length);
            foreach (var character in name.AsSpan(0, Math.Min(name.Length, 255)))
            {
                _ = char.IsControl(character)
                    ? text.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}")
                    : text.Append(character);
            }
            return text.ToString();
        }
    }
}

/// <summary>Lines with their numbers, and a look at the next one.</summary>
internal sealed class ImportLines(TextReader text)
{
    private string? _next;

    /// <summary>Number of the line that <see cref="Next"/> returned last.</summary>
    public int Number { get; private set; }

    public string? Peek() => _next ??= text.ReadLine();

    public string? Next()
    {
        var line = Peek();
        _next = null;
        Number += line is null ? 0 : 1;
        return line;
    }
}

/// <summary>Octets and times as these files write them.</summary>
internal static class ImportText
{
    /// <summary>Octets in hex with colons; shorter than a hardware address may be, as client identifiers are.</summary>
    public static bool TryOctets(string text, out ImmutableArray<byte> octets)
    {
        octets = [];
        var parts = text.Split(':');
        var bytes = new byte[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }
        octets = [.. bytes];
        return true;
    }

    public static bool TryHardware(string text, out HardwareAddress hardware)
    {
        hardware = default;
        if (!TryOctets(text, out var octets) || octets.Length > HardwareAddress.MaxLength)
        {
            return false;
        }
        hardware = new HardwareAddress(octets.AsSpan());
        return true;
    }

    /// <summary>Seconds since 1970, as far as a date can hold them.</summary>
    public static DateTimeOffset Epoch(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
