using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Dhcp;

public class DhcpReplyTests
{
    private static readonly IPv4Address Self = IPv4Address.Parse("10.77.0.1");
    private static readonly IPv4Address Given = IPv4Address.Parse("10.77.0.100");

    [Fact]
    public void An_offer_is_laid_out_octet_by_octet()
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover)
            .Option(DhcpOptionCode.RelayAgentInformation, 1, 2, 9, 9)
            .Option(DhcpOptionCode.ClientId, 1, 2, 3)
            .Option(DhcpOptionCode.ParameterRequestList, 6, 3, 1);
        (packet.Hops, packet.Secs, packet.Flags, packet.Giaddr) = (1, 9, 0x8000, IPv4Address.Parse("10.78.0.1"));
        var reply = packet.ToMessage().ReplyWith(DhcpMessageType.Offer) with
        {
            ServerIdentifier = Self, Yiaddr = Given, Siaddr = Self, LeaseTime = 600, File = "ipxe.efi", Sname = "rack",
        };
        reply.Options.Set(DhcpOptionCode.DomainName, "x");
        reply.Options.Set(DhcpOptionCode.DomainNameServers, [Self]);
        reply.Options.Set(DhcpOptionCode.Router, Self);
        reply.Options.Set(DhcpOptionCode.SubnetMask, IPv4Address.Parse("255.255.255.0"));

        byte[] expected =
        [
            2, 1, 6, 0,                                        // BOOTREPLY, Ethernet, hops 0
            0x12, 0x34, 0x56, 0x78, 0, 0, 0x80, 0,             // xid, secs 0, broadcast
            0, 0, 0, 0, 10, 77, 0, 100,                        // ciaddr, yiaddr
            10, 77, 0, 1, 10, 78, 0, 1,                        // siaddr, giaddr
            0x52, 0x54, 0, 0x77, 0, 1, .. new byte[10],
            .. "rack"u8, .. new byte[60],
            .. "ipxe.efi"u8, .. new byte[120],
            0x63, 0x82, 0x53, 0x63,
            53, 1, 2, 54, 4, 10, 77, 0, 1, 51, 4, 0, 0, 2, 88,
            1, 4, 255, 255, 255, 0, 3, 4, 10, 77, 0, 1,        // the mask before the router (RFC 2132 §3.3)
            6, 4, 10, 77, 0, 1,                                // asked for
            15, 1, (byte)'x',                                  // not asked for
            61, 3, 1, 2, 3,
            82, 4, 1, 2, 9, 9,                                 // last
            255, .. new byte[12],                              // padded to 300 octets
        ];
        Assert.Equal(300, expected.Length);
        Assert.Equal(expected, Write(reply));
    }

    [Theory]
    // Table 3 of RFC 2131: which of ciaddr, yiaddr, siaddr, file, 51 and other options each kind carries.
    [InlineData(DhcpMessageType.Discover, DhcpMessageType.Offer, false, true, true, true)]
    [InlineData(DhcpMessageType.Request, DhcpMessageType.Ack, true, true, true, true)]
    [InlineData(DhcpMessageType.Inform, DhcpMessageType.Ack, true, false, true, false)]
    [InlineData(DhcpMessageType.Request, DhcpMessageType.Nak, false, false, false, false)]
    public void Fields_follow_table_3(
        DhcpMessageType asked, DhcpMessageType answered, bool ciaddr, bool yiaddr, bool boots, bool leaseTime)
    {
        var packet = DhcpPacket.Of(asked).Option(DhcpOptionCode.ClientId, 1);
        packet.Ciaddr = Given;
        var reply = Full(packet.ToMessage().ReplyWith(answered));
        reply.Options.Set(DhcpOptionCode.Message, "why");
        var read = Read(reply);
        Assert.Equal(answered, read.Type);
        Assert.Equal(ciaddr, !read.Ciaddr.IsAny);
        Assert.Equal(yiaddr, !read.Yiaddr.IsAny);
        Assert.Equal(boots, !read.Siaddr.IsAny);
        Assert.Equal(boots, read.File.Length > 0);
        Assert.Equal(boots, read.Options.Contains(DhcpOptionCode.Router));
        Assert.Equal(leaseTime, read.Options.LeaseTime is not null);
        Assert.Equal(Self, read.Options.ServerIdentifier);
        Assert.Equal((ReadOnlySpan<byte>)[1], read.Options.ClientId);
        Assert.Equal("why", read.Options.GetText(DhcpOptionCode.Message));
    }

    [Theory]
    [InlineData("10.78.0.1", true)]
    [InlineData("0.0.0.0", false)]
    public void A_nak_through_a_relay_has_the_broadcast_bit(string giaddr, bool broadcast)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Request);
        packet.Giaddr = IPv4Address.Parse(giaddr);
        Assert.Equal(broadcast, Read(packet.ToMessage().ReplyWith(DhcpMessageType.Nak)).Broadcast);
    }

    [Fact]
    public void What_the_request_or_a_property_decides_is_not_taken_from_the_options()
    {
        var reply = Full(DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer));
        foreach (var code in new[] { 0, 50, 51, 52, 53, 54, 55, 57, 61, 82, 255 })
        {
            reply.Options.Set((DhcpOptionCode)code, [9, 9, 9, 9, 9]);
        }
        var read = Read(reply);
        Assert.Equal(Self, read.Options.ServerIdentifier);
        Assert.Equal(600u, read.Options.LeaseTime);
        foreach (var code in new[] { 50, 52, 55, 57, 61, 82 })
        {
            Assert.False(read.Options.Contains((DhcpOptionCode)code), $"{code} was written");
        }
    }

    [Theory]
    [InlineData(null, 548)]                                    // 576 without IP and UDP headers
    [InlineData(100, 548)]                                     // below the legal least
    [InlineData(1000, 972)]
    [InlineData(1500, 1472)]
    [InlineData(65535, 1472)]
    public void A_reply_is_no_larger_than_the_client_takes(int? size, int limit)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.ParameterRequestList, 224, 225);
        if (size is { } octets)
        {
            packet.Option(DhcpOptionCode.MaxMessageSize, (byte)(octets >> 8), (byte)octets);
        }
        var reply = Full(packet.ToMessage().ReplyWith(DhcpMessageType.Offer));
        reply.Options.Set((DhcpOptionCode)230, new byte[200]);
        reply.Options.Set((DhcpOptionCode)224, new byte[150]);
        for (var code = 231; code < 240; code++)
        {
            reply.Options.Set((DhcpOptionCode)code, new byte[120]);
        }
        var written = Write(reply);
        Assert.InRange(written.Length, limit - 122, limit);    // not one more option would have fitted
        Assert.True(DhcpMessage.TryParse(written, out var read, out _));
        Assert.True(read.Options.Contains((DhcpOptionCode)224), "asked for, and crowded out");
        Assert.True(read.Options.Contains(DhcpOptionCode.SubnetMask));
        Assert.Equal(255, written[^1]);
    }

    [Fact]
    public void Option_60_never_stays_without_43()
    {
        var reply = Full(DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer));
        reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient");
        reply.Options.Set(DhcpOptionCode.VendorSpecificInformation, new byte[400]);
        var read = Read(reply);
        Assert.False(read.Options.Contains(DhcpOptionCode.VendorClass));
        reply.Options.Set(DhcpOptionCode.VendorSpecificInformation, PxeVendorOptions.BootOfferedFile.ToArray());
        Assert.True(Read(reply).Options.Contains(DhcpOptionCode.VendorClass));
    }

    [Theory]
    [InlineData(127, false)]
    [InlineData(128, true)]
    [InlineData(254, true)]
    [InlineData(255, true)]                                    // with its NUL the option takes two pieces
    public void A_boot_file_beyond_the_field_goes_into_option_67_with_a_nul(int length, bool inOption)
    {
        var url = new string('u', length);
        var read = Read(DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer) with { File = url });
        Assert.Equal(inOption ? "" : url, read.File);
        Assert.Equal(inOption ? url : null, read.Options.GetText(DhcpOptionCode.BootFileName));
        Assert.Equal(inOption ? length + 1 : 0, read.Options.Get(DhcpOptionCode.BootFileName).Length);
    }

    [Fact]
    public void A_request_that_leaves_no_room_gets_no_reply()
    {
        var request = DhcpPacket.Of(DhcpMessageType.Discover)
            .Option(DhcpOptionCode.ClientId, new byte[255]).Option(DhcpOptionCode.ClientId, new byte[255]).ToMessage();
        Assert.False(request.ReplyWith(DhcpMessageType.Offer).TryWrite(new byte[1500], out var length));
        Assert.Equal(0, length);
        var ordinary = DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer);
        Assert.False(ordinary.TryWrite(new byte[299], out _));
        Assert.Throws<ArgumentException>(() => ordinary.Write(new byte[299]));
        Assert.Equal(300, ordinary.Write(new byte[300]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(510)]
    [InlineData(600)]
    public void Relay_information_comes_back_byte_for_byte_and_last(int length)
    {
        var relay = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();
        var packet = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.MaxMessageSize, 0x05, 0xdc);
        foreach (var piece in length == 0 ? [[]] : relay.Chunk(200))
        {
            packet.Option(DhcpOptionCode.RelayAgentInformation, piece);
        }
        var reply = Full(packet.Option(DhcpOptionCode.ClientId, 1, 2).ToMessage().ReplyWith(DhcpMessageType.Offer));
        var read = Read(reply);
        Assert.True(read.Options.TryGet(DhcpOptionCode.RelayAgentInformation, out var echoed));
        Assert.Equal(relay, echoed);
        var last = DhcpOptionCode.Pad;
        foreach (var option in read.Options)
        {
            last = option.Code;
        }
        Assert.Equal(DhcpOptionCode.RelayAgentInformation, last);
    }

    [Fact]
    public void Sname_has_63_octets_at_most()
    {
        var reply = DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer);
        Assert.Throws<ArgumentException>(() => reply.Sname = new string('s', 64));
        reply.Sname = new string('s', 63);
        Assert.Equal(63, Read(reply).Sname.Length);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var reply = Full(DhcpPacket.Of(DhcpMessageType.Discover)
            .Option(DhcpOptionCode.ParameterRequestList, 1, 3, 6, 15).ToMessage().ReplyWith(DhcpMessageType.Offer));
        var buffer = new byte[DhcpReply.MaxLength];
        reply.Write(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        reply.Write(buffer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_list_holds_each_option_once()
    {
        var list = new DhcpOptionList(capacity: 4);
        list.Set(DhcpOptionCode.DomainName, "first");
        list.Set(DhcpOptionCode.InterfaceMtu, (ushort)1500);
        list.Set(DhcpOptionCode.DomainName, "second");
        list.Set(DhcpOptionCode.BootFileName, "f", nulEnded: true);
        Assert.Equal("second", list.View.GetText(DhcpOptionCode.DomainName));
        Assert.Equal((ushort)1500, list.View.GetUInt16(DhcpOptionCode.InterfaceMtu));
        Assert.Equal((ReadOnlySpan<byte>)[(byte)'f', 0], list.View.Get(DhcpOptionCode.BootFileName));
        list.Remove(DhcpOptionCode.InterfaceMtu);
        Assert.False(list.View.Contains(DhcpOptionCode.InterfaceMtu));
        list.Clear();
        Assert.False(list.View.Contains(DhcpOptionCode.DomainName));
    }

    internal static DhcpReply Full(DhcpReply reply)
    {
        reply.ServerIdentifier = Self;
        reply.Yiaddr = Given;
        reply.Siaddr = Self;
        reply.LeaseTime = 600;
        reply.File = "ipxe.efi";
        reply.Options.Set(DhcpOptionCode.SubnetMask, IPv4Address.Parse("255.255.255.0"));
        reply.Options.Set(DhcpOptionCode.Router, Self);
        reply.Options.Set(DhcpOptionCode.DomainNameServers, Self);
        return reply;
    }

    private static byte[] Write(DhcpReply reply)
    {
        var buffer = new byte[1500];
        buffer.AsSpan().Fill(0xee);                            // what was there before must not show
        return buffer[..reply.Write(buffer)];
    }

    private static DhcpMessage Read(DhcpReply reply) =>
        DhcpMessage.TryParse(Write(reply), out var message, out var error) ? message : throw new InvalidOperationException($"{error}");
}
