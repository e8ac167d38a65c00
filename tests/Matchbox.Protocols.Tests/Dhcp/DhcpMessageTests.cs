using System.Text;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Dhcp;

public class DhcpMessageTests
{
    [Fact]
    public void Hand_written_octets_are_read_field_by_field()
    {
        byte[] datagram =
        [
            1,                                                 // op: BOOTREQUEST
            1, 6, 2,                                           // htype Ethernet, hlen 6, hops 2
            0xba, 0x3a, 0xd0, 0x9f,                            // xid
            0x00, 0x12,                                        // secs 18
            0x80, 0x00,                                        // flags: broadcast
            10, 77, 0, 100,                                    // ciaddr
            0, 0, 0, 0,                                        // yiaddr
            10, 77, 0, 2,                                      // siaddr
            10, 78, 0, 1,                                      // giaddr
            0x52, 0x54, 0x00, 0x77, 0x00, 0x03, .. new byte[10],
            .. "rack"u8, .. new byte[60],                      // sname
            .. "pxelinux.0"u8, 0, .. "left over"u8, .. new byte[108],
            0x63, 0x82, 0x53, 0x63,                            // magic cookie
            0,                                                 // pad
            53, 1, 3,                                          // REQUEST
            50, 4, 10, 77, 0, 100,                             // requested address
            54, 4, 10, 77, 0, 1,                               // server identifier
            57, 2, 0x05, 0xc0,                                 // max size 1472
            93, 4, 0x00, 0x09, 0x00, 0x07,                     // architectures: EBC, then x64
            94, 3, 1, 3, 16,                                   // UNDI 3.16
            118, 4, 10, 79, 0, 0,                              // subnet selection
            12, 5, (byte)'n', (byte)'o', (byte)'d', (byte)'e', 0,
            255,                                               // end
            53, 1, 1,                                          // behind the end: nothing
        ];
        Assert.True(DhcpMessage.TryParse(datagram, out var message, out var error));
        Assert.Equal(DhcpParseError.None, error);
        Assert.Equal(DhcpMessageType.Request, message.Type);
        Assert.Equal((DhcpOperation.BootRequest, (byte)1, (byte)6, (byte)2), (message.Op, message.Htype, message.Hlen, message.Hops));
        Assert.Equal(0xba3ad09fu, message.Xid);
        Assert.Equal(18, message.Secs);
        Assert.True(message.Broadcast);
        Assert.Equal("10.77.0.100", message.Ciaddr.ToString());
        Assert.True(message.Yiaddr.IsAny);
        Assert.Equal("10.77.0.2", message.Siaddr.ToString());
        Assert.Equal("10.78.0.1", message.Giaddr.ToString());
        Assert.Equal("52:54:00:77:00:03", message.Chaddr.ToString());
        Assert.Equal("rack", message.Sname);
        Assert.Equal("pxelinux.0", message.File);
        Assert.Equal("10.77.0.100", message.Options.RequestedAddress.ToString());
        Assert.Equal("10.77.0.1", message.Options.ServerIdentifier.ToString());
        Assert.Equal((ushort)1472, message.Options.MaxMessageSize);
        Assert.Equal(ClientArchitecture.Ebc, message.Options.ClientArchitecture);
        Assert.Equal(((byte)3, (byte)16), message.Options.UndiVersion);
        Assert.Equal("10.79.0.0", message.Options.SubnetSelection.ToString());
        Assert.Equal("node", message.Options.HostName);
    }

    [Fact]
    public void Overloaded_fields_are_read_after_the_options_file_before_sname()
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover)
            .Option(DhcpOptionCode.Overload, 3)                // both fields hold options
            .Option(DhcpOptionCode.HostName, (byte)'a');
        packet.File =
        [
            12, 1, (byte)'b',                                  // continues option 12 (RFC 3396 §7)
            15, 2, (byte)'i', (byte)'o',                       // domain name
            52, 1, 0,                                          // means nothing here
            255,
        ];
        packet.Sname = [0, 12, 1, (byte)'c'];                  // pad, the last piece, no end
        var message = packet.ToMessage();
        Assert.Equal("abc", message.Options.HostName);
        Assert.Equal("io", message.Options.GetText(DhcpOptionCode.DomainName));
        Assert.Equal("", message.File);
        Assert.Equal("", message.Sname);
    }

    [Theory]
    [InlineData(1, "", "sname")]
    [InlineData(2, "file", "")]
    [InlineData(0, "file", "sname")]
    public void A_field_that_is_not_overloaded_stays_text(byte overload, string file, string sname)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.Overload, overload);
        packet.File = (overload & 1) != 0 ? [255] : Encoding.ASCII.GetBytes(file);
        packet.Sname = (overload & 2) != 0 ? [255] : Encoding.ASCII.GetBytes(sname);
        var message = packet.ToMessage();
        Assert.Equal((file, sname), (message.File, message.Sname));
    }

    [Fact]
    public void Pieces_of_one_option_are_joined_in_order()
    {
        var long43 = Enumerable.Range(0, 600).Select(i => (byte)i).ToArray();
        var message = new DhcpPacket()
            .Option(DhcpOptionCode.VendorSpecificInformation, long43[..255])
            .Option(DhcpOptionCode.MessageType, 1)             // another option between the pieces
            .Option(DhcpOptionCode.VendorSpecificInformation, long43[255..510])
            .Option(DhcpOptionCode.VendorSpecificInformation)  // a piece may be empty
            .Option(DhcpOptionCode.VendorSpecificInformation, long43[510..])
            .ToMessage();
        Assert.Equal(long43, message.Options.VendorSpecificInformation);
        Assert.Equal(DhcpMessageType.Discover, message.Type);
    }

    [Fact]
    public void Relay_information_shows_its_sub_options()
    {
        byte[] relay =
        [
            1, 4, 0, 4, 0, 7,                                  // circuit id: VLAN 4, port 7
            2, 3, 1, 2, 3,                                     // remote id
            5, 4, 10, 80, 0, 0,                                // link selection
            6, 2, (byte)'h', (byte)'i',                        // subscriber id
            10, 1, 0x80,                                       // came by unicast
            11, 4, 10, 80, 0, 1,                               // server identifier override
            0, 1, 9,                                           // sub-option 0 is no pad here
            255, 0,                                            // nor 255 an end
        ];
        var information = DhcpPacket.Of(DhcpMessageType.Discover)
            .Option(DhcpOptionCode.RelayAgentInformation, relay).ToMessage().Options.RelayAgentInformation;
        Assert.True(information.IsPresent);
        Assert.Equal(relay, information.Octets);
        Assert.Equal((ReadOnlySpan<byte>)[0, 4, 0, 7], information.CircuitId);
        Assert.Equal((ReadOnlySpan<byte>)[1, 2, 3], information.RemoteId);
        Assert.Equal("10.80.0.0", information.LinkSelection.ToString());
        Assert.Equal("hi"u8, information.SubscriberId);
        Assert.True(information.CameByUnicast);
        Assert.Equal("10.80.0.1", information.ServerIdentifierOverride.ToString());
    }

    [Fact]
    public void A_missing_end_is_forgiven() =>
        Assert.True(DhcpMessage.TryParse(DhcpPacket.Of(DhcpMessageType.Discover).ToArray().AsSpan()[..^1], out _, out _));

    [Fact]
    public void IPoIB_has_no_hardware_address()
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.ClientId, 255, 1, 2);
        (packet.Htype, packet.Hlen, packet.Chaddr) = (32, 0, default);
        var message = packet.ToMessage();
        Assert.True(message.Chaddr.IsEmpty);
        Assert.Equal((ReadOnlySpan<byte>)[255, 1, 2], message.Options.ClientId);
    }

    public static TheoryData<DhcpParseError, byte[]> Refused => new()
    {
        { DhcpParseError.Length, [] },
        { DhcpParseError.Length, DhcpPacket.Of(DhcpMessageType.Discover).ToArray()[..239] },
        { DhcpParseError.Length, new byte[65536] },
        { DhcpParseError.Operation, new DhcpPacket { Op = 0 }.ToArray() },
        { DhcpParseError.Operation, new DhcpPacket { Op = 3 }.ToArray() },
        { DhcpParseError.HardwareLength, new DhcpPacket { Hlen = 17 }.ToArray() },
        { DhcpParseError.MagicCookie, [1, 1, 6, .. new byte[300]] },
        { DhcpParseError.TruncatedOption, DhcpPacket.Of(DhcpMessageType.Discover).Raw(12, 2).ToArray() },
        { DhcpParseError.TruncatedOption, DhcpPacket.Of(DhcpMessageType.Discover).Raw(12).ToArray()[..^1] },
        { DhcpParseError.Overload, DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.Overload, 4).ToArray() },
        { DhcpParseError.Overload, DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.Overload, 1, 1).ToArray() },
        { DhcpParseError.Overload, DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.Overload).ToArray() },
        { DhcpParseError.TruncatedOption, OverloadedFile(12, 127) },
        { DhcpParseError.Bootp, new DhcpPacket().Option(DhcpOptionCode.HostName, 97).ToArray() },
        { DhcpParseError.Bootp, [1, 1, 6, .. new byte[233], 0x63, 0x82, 0x53, 0x63, .. new byte[60]] },
        { DhcpParseError.MessageType, DhcpPacket.Of(0).ToArray() },
        { DhcpParseError.MessageType, DhcpPacket.Of((DhcpMessageType)19).ToArray() },
        { DhcpParseError.MessageType, DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.MessageType, 1).ToArray() },
        { DhcpParseError.MessageType, new DhcpPacket().Option(DhcpOptionCode.MessageType).ToArray() },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_is_no_message_is_refused_with_a_reason(DhcpParseError reason, byte[] datagram)
    {
        Assert.False(DhcpMessage.TryParse(datagram, out var message, out var error));
        Assert.Null(message);
        Assert.Equal(reason, error);
    }

    [Fact]
    public void User_classes_are_found_in_both_forms()
    {
        static DhcpOptions Of(params byte[] value) =>
            DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.UserClass, value).ToMessage().Options;

        Assert.True(Of([.. "iPXE"u8]).HasUserClass("iPXE"u8));
        Assert.True(Of([4, .. "iPXE"u8]).HasUserClass("iPXE"u8));
        Assert.True(Of([1, 97, 4, .. "iPXE"u8]).HasUserClass("iPXE"u8));
        Assert.False(Of([.. "iPXE2"u8]).HasUserClass("iPXE"u8));
        Assert.False(Of([4, .. "iPXE"u8, 9]).HasUserClass("iPXE"u8));
        Assert.False(Of([0]).HasUserClass("iPXE"u8));
        Assert.False(Of().HasUserClass(""u8));
    }

    [Theory]
    [InlineData(0, 17, true)]
    [InlineData(1, 17, false)]
    [InlineData(0, 16, false)]
    [InlineData(0, 18, false)]
    public void A_uuid_is_type_0_and_16_octets(byte type, int length, bool isUuid)
    {
        var value = new byte[length];
        value[0] = type;
        value.AsSpan(1).Fill(7);
        var options = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.ClientMachineId, value).ToMessage().Options;
        Assert.Equal(isUuid, options.Uuid is not null);
    }

    [Fact]
    public void A_blank_uuid_names_nobody()
    {
        Assert.True(new ClientUuid(new byte[16]).IsBlank);
        Assert.True(new ClientUuid(Enumerable.Repeat((byte)255, 16).ToArray()).IsBlank);
        Assert.False(new ClientUuid([.. new byte[15], 1]).IsBlank);
    }

    [Fact]
    public void Firmware_and_iPXE_of_one_machine_tell_the_same_uuid_and_what_they_can()
    {
        var messages = Captures.Dhcp("uefi").Select(datagram => DhcpMessage.TryParse(datagram.Payload, out var message, out _)
            ? message
            : throw new InvalidOperationException("capture broken")).ToList();
        var firmware = messages.First(message => message.Type == DhcpMessageType.Discover);
        var ipxe = messages.First(message => message.Options.HasUserClass("iPXE"u8));

        Assert.False(firmware.Options.IpxeFeatures.IsPresent);
        Assert.Equal(Guid.Parse("7a62656e-6368-4c61-8000-525400770003"), firmware.Options.Uuid!.Value.LittleEndian);
        Assert.Equal(Guid.Parse("6e65627a-6863-614c-8000-525400770003"), firmware.Options.Uuid!.Value.BigEndian);
        Assert.Equal(firmware.Options.Uuid, ipxe.Options.Uuid);
        Assert.True(firmware.Options.Requests(DhcpOptionCode.BootFileName));
        Assert.False(firmware.Options.Requests(DhcpOptionCode.Ipxe));

        var features = ipxe.Options.IpxeFeatures;
        Assert.True(features.Has(IpxeFeature.Http));
        Assert.True(features.Has(IpxeFeature.Efi));
        Assert.False(features.Has(IpxeFeature.Https));
        Assert.Equal(((byte)1, (ushort)0x1af4, (ushort)0x1000), features.BusId);
        Assert.Equal(((byte)1, (byte)0, (byte)0), features.Version);
    }

    private static byte[] OverloadedFile(params byte[] file)
    {
        var packet = DhcpPacket.Of(DhcpMessageType.Discover).Option(DhcpOptionCode.Overload, 1);
        packet.File = file;
        return packet.ToArray();
    }
}
