using System.Globalization;
using Matchbox.Protocols;

namespace Matchbox.Testing;

/// <summary>What another decoder says about one captured DHCP packet: a row of <c>dhcp.expected.tsv</c>.</summary>
public sealed record ExpectedDhcp(
    string Capture,
    int Frame,
    byte Op,
    uint Xid,
    ushort Secs,
    bool Broadcast,
    IPv4Address Ciaddr,
    IPv4Address Yiaddr,
    IPv4Address Siaddr,
    IPv4Address Giaddr,
    HardwareAddress Chaddr,
    byte Type,
    ushort? Architecture,
    string? VendorClass,
    byte[] OptionCodes);

/// <summary>The captures of real firmware in <c>tests/captures</c>; its README says who sent what.</summary>
public static class Captures
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "captures");

    /// <summary>Names without their ending.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static IEnumerable<CapturedDatagram> Read(string name) => CaptureReader.Read(Path.Combine(Folder, name + ".pcap"));

    /// <summary>Every DHCPv4 datagram of a capture, both directions.</summary>
    public static IEnumerable<CapturedDatagram> Dhcp(string name) =>
        Read(name).Where(datagram => datagram.DestinationPort is 67 or 68 or 4011);

    /// <summary>What clients sent, of all captures.</summary>
    public static IReadOnlyList<byte[]> DhcpRequests { get; } =
        [.. Names.SelectMany(Dhcp).Where(datagram => datagram.Payload[0] == 1).Select(datagram => datagram.Payload)];

    public static IReadOnlyList<ExpectedDhcp> ExpectedDhcp { get; } =
        [.. File.ReadLines(Path.Combine(Folder, "dhcp.expected.tsv")).Where(line => !line.StartsWith('#')).Select(ParseExpected)];

    private static ExpectedDhcp ParseExpected(string line)
    {
        var fields = line.Split('\t');
        return new ExpectedDhcp(
            fields[0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            byte.Parse(fields[4], CultureInfo.InvariantCulture),
            Convert.ToUInt32(fields[5], 16),
            ushort.Parse(fields[6], CultureInfo.InvariantCulture),
            fields[7] is "1" or "True",
            IPv4Address.Parse(fields[8]),
            IPv4Address.Parse(fields[9]),
            IPv4Address.Parse(fields[10]),
            IPv4Address.Parse(fields[11]),
            HardwareAddress.Parse(fields[12]),
            byte.Parse(fields[13], CultureInfo.InvariantCulture),
            fields[14].Length == 0 ? null : ushort.Parse(fields[14], CultureInfo.InvariantCulture),
            fields[15].Length == 0 ? null : fields[15],
            [.. fields[16].Split(',').Select(code => byte.Parse(code, CultureInfo.InvariantCulture))]);
    }
}
