using System.Buffers.Binary;
using Matchbox.Protocols;

namespace Matchbox.Testing;

/// <summary>One UDP datagram of a capture. <see cref="Frame"/> counts from 1, as tshark does.</summary>
public sealed record CapturedDatagram(
    int Frame, TimeSpan Time, IPv4Address Source, ushort SourcePort, IPv4Address Destination, ushort DestinationPort, byte[] Payload);

/// <summary>Reads the IPv4 UDP datagrams of a classic pcap file (Ethernet, microseconds or nanoseconds, either byte order).</summary>
public static class CaptureReader
{
    private const int FileHeader = 24;
    private const int RecordHeader = 16;
    private const int EthernetHeader = 14;
    private const int UdpHeader = 8;
    private const uint Ethernet = 1;

    public static IEnumerable<CapturedDatagram> Read(string path)
    {
        var file = File.ReadAllBytes(path);
        var (littleEndian, ticksPerUnit) = BinaryPrimitives.ReadUInt32BigEndian(file) switch
        {
            0xa1b2c3d4 => (false, 10.0),
            0xd4c3b2a1 => (true, 10.0),
            0xa1b23c4d => (false, 0.01),
            0x4d3cb2a1 => (true, 0.01),
            var magic => throw new InvalidDataException($"{path}: {magic:x8} begins no pcap file"),
        };
        uint Number(int at) => littleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at))
            : BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
        if (Number(20) != Ethernet)
        {
            throw new InvalidDataException($"{path}: link type {Number(20)} is not Ethernet");
        }
        TimeSpan? start = null;
        for (int at = FileHeader, frame = 1; at + RecordHeader <= file.Length; frame++)
        {
            var time = TimeSpan.FromSeconds(Number(at)) + new TimeSpan((long)(Number(at + 4) * ticksPerUnit));
            var length = (int)Number(at + 8);
            start ??= time;
            if (TryReadUdp(file.AsSpan(at + RecordHeader, length), frame, time - start.Value) is { } datagram)
            {
                yield return datagram;
            }
            at += RecordHeader + length;
        }
    }

    private static CapturedDatagram? TryReadUdp(ReadOnlySpan<byte> frame, int number, TimeSpan time)
    {
        if (frame.Length < EthernetHeader + 20 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != 0x0800)
        {
            return null;
        }
        var packet = frame[EthernetHeader..];
        var header = (packet[0] & 15) * 4;
        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0;
        if (packet[9] != 17 || isFragment || packet.Length < header + UdpHeader)
        {
            return null;
        }
        var udp = packet[header..];
        var length = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]);
        if (length < UdpHeader || length > udp.Length)
        {
            return null;                                       // cut short when it was captured
        }
        return new CapturedDatagram(
            number,
            time,
            IPv4Address.Read(packet[12..]),
            BinaryPrimitives.ReadUInt16BigEndian(udp),
            IPv4Address.Read(packet[16..]),
            BinaryPrimitives.ReadUInt16BigEndian(udp[2..]),
            udp[UdpHeader..length].ToArray());
    }
}
