using Matchbox.Dhcp.V4.Transport;
using Matchbox.Dhcp.V4.Watching;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.Tests.V4.Transport;

public sealed class UdpFrameTests
{
    private static readonly HardwareAddress Us = HardwareAddress.Parse("52:54:00:00:00:01");
    private static readonly HardwareAddress Them = HardwareAddress.Parse("52:54:00:00:00:02");
    private static readonly IPv4Address From = IPv4Address.Parse("10.77.0.1");
    private static readonly IPv4Address To = IPv4Address.Parse("10.77.0.100");

    [Fact]
    public void A_frame_is_laid_out_as_the_standards_say()
    {
        byte[] frame = [.. new byte[UdpFrame.HeaderLength], (byte)'h', (byte)'i', (byte)'!'];
        Assert.Equal(45, UdpFrame.Write(frame, Us, Them, From, 67, To, 68, 3));
        Assert.Equal(
        [
            0x52, 0x54, 0, 0, 0, 2, 0x52, 0x54, 0, 0, 0, 1, 8, 0,                                     // to, from, IPv4
            0x45, 0, 0, 31, 0, 0, 0x40, 0, 64, 17, 0x25, 0xd0, 10, 77, 0, 1, 10, 77, 0, 100,          // IPv4, checksum 25d0
            0, 67, 0, 68, 0, 11, 0x60, 0xe9, (byte)'h', (byte)'i', (byte)'!',                         // UDP, checksum 60e9
        ], frame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(1472)]
    public void Both_checksums_add_up_to_nothing(int length)
    {
        var frame = new byte[UdpFrame.HeaderLength + length];
        new Random(1).NextBytes(frame);
        UdpFrame.Write(frame, Us, Them, From, 67, To, 68, length);
        Assert.Equal(0, InternetChecksum.Of(frame.AsSpan(14, 20)));
        var pseudo = (From.Value >> 16) + (From.Value & 0xffff) + (To.Value >> 16) + (To.Value & 0xffff) + 17u + 8u + (uint)length;
        Assert.Equal(0, InternetChecksum.Of(frame.AsSpan(34), pseudo));
    }

    [Fact]
    public void What_was_written_is_read_and_every_prefix_is_not()
    {
        byte[] frame = [.. new byte[UdpFrame.HeaderLength], 1, 2, 3, 4];
        UdpFrame.Write(frame, Us, Them, From, 67, To, 68, 4);
        Assert.True(UdpFrame.TryRead(frame, 67, 68, out var source, out var from, out var payload));
        Assert.Equal((Us, From), (source, from));
        Assert.Equal([1, 2, 3, 4], payload.ToArray());
        Assert.False(UdpFrame.TryRead(frame, 68, 67, out _, out _, out _));
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.False(UdpFrame.TryRead(frame.AsSpan(0, length), 67, 68, out _, out _, out _));
        }
    }

    [Fact]
    public void Random_frames_are_read_or_not_without_an_exception()
    {
        var random = new Random(7);
        var frame = new byte[80];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(frame);
            frame[12] = 8;
            frame[13] = (byte)(random.Next(2) * 6);
            frame[14] = (byte)(0x40 | random.Next(16));
            frame[23] = 17;
            UdpFrame.TryRead(frame.AsSpan(0, random.Next(frame.Length)), 67, 68, out _, out _, out _);
            ArpProbe.TryReadReply(frame.AsSpan(0, random.Next(frame.Length)), out _, out _);
        }
    }

    [Fact]
    public void A_probe_asks_for_an_address_and_tells_none()
    {
        var frame = new byte[ArpProbe.Length];
        ArpProbe.Write(frame, Us, To);
        Assert.Equal(
        [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0, 0, 0, 1, 8, 6,
            0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x54, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 77, 0, 100,
        ], frame);
        Assert.False(ArpProbe.TryReadReply(frame, out _, out _));
    }
}
