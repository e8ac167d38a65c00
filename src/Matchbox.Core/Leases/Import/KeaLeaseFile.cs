using System.Collections.Immutable;
using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Core.Leases.Import;

/// <summary>Kea's memfile for DHCPv4: CSV with a header line; columns are found by name, as versions add some.</summary>
internal static class KeaLeaseFile
{
    private const long Forever = uint.MaxValue;

    public static void Read(ImportLines lines, LeaseImport.ImportedLeases found)
    {
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        while (lines.Next() is { } line)
        {
            if (line.Trim().Length == 0 || line[0] == '#')
            {
                continue;
            }
            var cells = line.Split(',');
            if (cells[0] == "address")
            {
                columns = cells.Index().ToDictionary(cell => cell.Item.Trim(), cell => cell.Index, StringComparer.Ordinal);
                foreach (var needed in new[] { "hwaddr", "client_id", "valid_lifetime", "expire", "hostname", "state" })
                {
                    if (!columns.ContainsKey(needed))
                    {
                        found.Fault(lines.Number, $"the header has no column '{needed}'");
                        return;
                    }
                }
                continue;
            }
            if (columns.Count == 0)
            {
                found.Fault(lines.Number, "a lease before the header line");
                return;
            }
            if (Row(cells, columns, found) is { } fault)
            {
                found.Fault(lines.Number, fault);
            }
        }
    }

    private static string? Row(string[] cells, Dictionary<string, int> columns, LeaseImport.ImportedLeases found)
    {
        string Cell(string name) => columns[name] < cells.Length ? cells[columns[name]] : "";

        if (!IPv4Address.TryParse(cells[0], out var address))
        {
            return $"'{cells[0]}' is no IPv4 address";
        }
        HardwareAddress hardware = default;
        if (Cell("hwaddr").Length > 0 && !ImportText.TryHardware(Cell("hwaddr"), out hardware))
        {
            return $"'{Cell("hwaddr")}' is no hardware address";
        }
        ImmutableArray<byte> clientId = [];
        if (Cell("client_id").Length > 0 && !ImportText.TryOctets(Cell("client_id"), out clientId))
        {
            return $"'{Cell("client_id")}' is no client identifier";
        }
        if (!long.TryParse(Cell("expire"), NumberStyles.None, CultureInfo.InvariantCulture, out var expire)
            || !long.TryParse(Cell("valid_lifetime"), NumberStyles.None, CultureInfo.InvariantCulture, out var lifetime))
        {
            return "expire or valid_lifetime is no number";
        }
        LeaseState? state = Cell("state") switch
        {
            "0" => LeaseState.Bound,
            "1" => LeaseState.Declined,
            "2" or "3" => LeaseState.Released,                   // expired and reclaimed; released
            _ => null,
        };
        if (state is null)
        {
            return $"state '{Cell("state")}' is unknown";
        }
        // A record with lifetime 0 takes the lease out of the file: released, or deleted by an operator.
        found.Add(
            address,
            lifetime == 0 ? LeaseState.Released : state.Value,
            hardware,
            clientId,
            lifetime == Forever ? DateTimeOffset.MaxValue : ImportText.Epoch(expire),
            Cell("hostname").Replace("&#x2c", ",", StringComparison.Ordinal));
        return null;
    }
}
