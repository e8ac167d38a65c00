using System.Collections.Immutable;
using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases.Import;

/// <summary>dnsmasq: <c>expiry mac address name client-id</c>, <c>*</c> for what is unknown; what follows <c>duid</c> is DHCPv6.</summary>
internal static class DnsmasqLeaseFile
{
    public static void Read(ImportLines lines, LeaseImport.ImportedLeases found)
    {
        while (lines.Next() is { } line)
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0 || fields[0][0] == '#')
            {
                continue;
            }
            if (fields[0] == "duid")
            {
                return;
            }
            if (fields.Length != 5)
            {
                found.Fault(lines.Number, $"{fields.Length} fields instead of 5");
            }
            else if (!long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var expiry))
            {
                found.Fault(lines.Number, $"'{fields[0]}' is no time");
            }
            else if (!IPv4Address.TryParse(fields[2], out var address))
            {
                found.Fault(lines.Number, $"'{fields[2]}' is no IPv4 address");
            }
            else if (!TryHardware(fields[1], out var hardware))
            {
                found.Fault(lines.Number, $"'{fields[1]}' is no hardware address");
            }
            else if (!TryClientId(fields[4], out var clientId))
            {
                found.Fault(lines.Number, $"'{fields[4]}' is no client identifier");
            }
            else
            {
                found.Add(
                    address, LeaseState.Bound, hardware, clientId,
                    expiry == 0 ? DateTimeOffset.MaxValue : ImportText.Epoch(expiry),
                    fields[3] == "*" ? "" : fields[3]);
            }
        }
    }

    // Other links than Ethernet have their type in front: 20-fe:80:...; a client without chaddr has a lone asterisk.
    private static bool TryHardware(string field, out HardwareAddress hardware)
    {
        hardware = default;
        return field == "*" || ImportText.TryHardware(field[(field.IndexOf('-', StringComparison.Ordinal) + 1)..], out hardware);
    }

    private static bool TryClientId(string field, out ImmutableArray<byte> clientId)
    {
        clientId = [];
        return field == "*" || ImportText.TryOctets(field, out clientId);
    }
}
