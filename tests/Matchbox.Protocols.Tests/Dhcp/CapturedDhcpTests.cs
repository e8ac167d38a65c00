using System.Text;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Dhcp;

/// <summary>Real packets, and another decoder's opinion of them (tests/captures).</summary>
public class CapturedDhcpTests
{
    public static TheoryData<string> Names => [.. Captures.Names];

    [Theory, MemberData(nameof(Names))]
    public void A_captured_message_is_read_as_another_decoder_reads_it(string name)
    {
        var datagrams = Captures.Dhcp(name).ToDictionary(datagram => datagram.Frame);
        var expectations = Captures.ExpectedDhcp.Where(expected => expected.Capture == name).ToList();
        Assert.Equal(datagrams.Keys.Order(), expectations.Select(expected => expected.Frame).Order());
        Assert.NotEmpty(expectations);
        foreach (var expected in expectations)
        {
            Assert.True(DhcpMessage.TryParse(datagrams[expected.Frame].Payload, out var message, out _));
            Assert.Equal((DhcpMessageType)expected.Type, message.Type);
            Assert.Equal((DhcpOperation)expected.Op, message.Op);
            Assert.Equal(expected.Xid, message.Xid);
            Assert.Equal(expected.Secs, message.Secs);
            Assert.Equal(expected.Broadcast, message.Broadcast);
            Assert.Equal(expected.Ciaddr, message.Ciaddr);
            Assert.Equal(expected.Yiaddr, message.Yiaddr);
            Assert.Equal(expected.Siaddr, message.Siaddr);
            Assert.Equal(expected.Giaddr, message.Giaddr);
            Assert.Equal(expected.Chaddr, message.Chaddr);
            Assert.Equal((ClientArchitecture?)expected.Architecture, message.Options.ClientArchitecture);
            Assert.Equal(expected.VendorClass ?? "", Encoding.ASCII.GetString(message.Options.VendorClass));
            Assert.Equal(expected.OptionCodes.Where(code => code is not (0 or 255)), Codes(message));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void No_prefix_of_a_captured_message_throws(string name)
    {
        foreach (var datagram in Captures.Dhcp(name))
        {
            for (var length = 0; length < datagram.Payload.Length; length++)
            {
                var parsed = DhcpMessage.TryParse(datagram.Payload.AsSpan(0, length), out var message, out var error);
                Assert.Equal(parsed, error == DhcpParseError.None);
                Assert.Equal(parsed, message is not null);
                Assert.False(parsed && length < 240);
            }
        }
    }

    private static List<byte> Codes(DhcpMessage message)
    {
        var codes = new List<byte>();
        foreach (var option in message.Options)
        {
            codes.Add((byte)option.Code);
        }
        return codes;
    }
}
