using CsCheck;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Dhcp;

/// <summary>A failing mutation is printed whole and comes again with each run; CsCheck names the seed of its own failures.</summary>
public class DhcpFuzzTests
{
    private const int Seed = 20131;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("MATCHBOX_LONG") == "1" ? 10_000_000 : 200_000;

    [Fact]
    public void Mutated_packets_break_nothing_and_cost_no_more_than_their_size()
    {
        var seeds = Captures.DhcpRequests;
        Assert.NotEmpty(seeds);
        var random = new Random(Seed);
        var packet = new byte[2048];
        var reply = new byte[DhcpReply.MaxLength];
        var options = DhcpReplyTests.Full(DhcpPacket.Of(DhcpMessageType.Discover).ToMessage().ReplyWith(DhcpMessageType.Offer)).Options;
        var parsed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var length = Mutate(seeds[random.Next(seeds.Count)], packet, random);
            try
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var ok = DhcpMessage.TryParse(packet.AsSpan(0, length), out var message, out var error);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated <= length + 1024, $"{allocated} bytes allocated");
                Assert.Equal(ok, error == DhcpParseError.None);
                if (ok)
                {
                    parsed++;
                    ReadEverything(message!);
                    Answer(message!, options, reply);
                }
            }
            catch (Exception ex)
            {
                Assert.Fail($"round {round}: {Convert.ToHexString(packet.AsSpan(0, length))}: {ex}");
            }
        }
        Assert.InRange(parsed, Rounds / 20, Rounds);           // else the mutations only ever hit the door
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var addresses = Gen.UInt.Select(value => new IPv4Address(value));
        var text = Gen.Char['a', 'z'].Array[0, 120].Select(letters => new string(letters));
        var options = Gen.Select(Gen.Byte[1, 254], Gen.Byte.Array[0, 400]).Array[0, 12];
        var echoed = Gen.Byte.Array[1, 255];
        Gen.Select(addresses, addresses, Gen.UInt, text, options, echoed, echoed, Gen.Byte.Array[0, 60]).Sample(
            (yiaddr, siaddr, leaseTime, file, list, clientId, relay, wishes) =>
            {
                var request = DhcpPacket.Of(DhcpMessageType.Discover)
                    .Option(DhcpOptionCode.MaxMessageSize, 0x05, 0xdc)
                    .Option(DhcpOptionCode.ParameterRequestList, wishes)
                    .Option(DhcpOptionCode.ClientId, clientId)
                    .Option(DhcpOptionCode.RelayAgentInformation, relay)
                    .ToMessage();
                var reply = request.ReplyWith(DhcpMessageType.Offer) with
                {
                    Yiaddr = yiaddr, Siaddr = siaddr, LeaseTime = leaseTime, File = file, ServerIdentifier = siaddr,
                };
                foreach (var (code, value) in list)
                {
                    // What cannot be left out must fit; the case where it does not has its own test.
                    reply.Options.Set((DhcpOptionCode)code, code is 1 or 67 ? value.AsSpan()[..Math.Min(value.Length, 100)] : value);
                }
                var buffer = new byte[DhcpReply.MaxLength];
                var length = reply.Write(buffer);
                Assert.True(DhcpMessage.TryParse(buffer.AsSpan(0, length), out var read, out _));
                Assert.Equal((DhcpMessageType.Offer, request.Xid, request.Chaddr), (read.Type, read.Xid, read.Chaddr));
                Assert.Equal((yiaddr, siaddr, file), (read.Yiaddr, read.Siaddr, read.File));
                Assert.Equal(((uint?)leaseTime, (IPv4Address?)siaddr), (read.Options.LeaseTime, read.Options.ServerIdentifier));
                Assert.Equal(clientId, read.Options.ClientId);
                Assert.Equal(relay, read.Options.RelayAgentInformation.Octets);
                AssertWholeOrAbsent(reply, read, spare: buffer.Length - length);
            },
            iter: 2000);
    }

    private static void AssertWholeOrAbsent(DhcpReply reply, DhcpMessage read, int spare)
    {
        foreach (var option in reply.Options.View)
        {
            if (DhcpOptionCatalog.WhyReserved(option.Code) is not null)
            {
                continue;
            }
            if (read.Options.TryGet(option.Code, out var value))
            {
                Assert.Equal(option.Value, value);
            }
            else
            {
                Assert.True(option.Value.Length + 4 > spare || option.Code == DhcpOptionCode.VendorClass
                    || option.Code == DhcpOptionCode.VendorSpecificInformation, $"{option.Code} would have fitted");
                Assert.False(option.Code is DhcpOptionCode.SubnetMask or DhcpOptionCode.BootFileName);
            }
        }
    }

    private static int Mutate(byte[] seed, byte[] packet, Random random)
    {
        seed.CopyTo(packet, 0);
        var length = seed.Length;
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            // Mostly among the options: that is where lengths lie.
            var at = random.Next(8) == 0 ? random.Next(length) : random.Next(Math.Min(240, length - 1), length);
            switch (random.Next(6))
            {
                case 0:
                    packet[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    packet[at] = (byte)random.Next(256);
                    break;
                case 2:
                    packet[at] = random.Next(4) switch { 0 => 0, 1 => 255, 2 => (byte)DhcpOptionCode.Overload, _ => 53 };
                    break;
                case 3 when random.Next(4) == 0:
                    length = Math.Max(at, 1);
                    break;
                case 4:
                    var count = random.Next(Math.Min(64, packet.Length - length));
                    packet.AsSpan(at, length - at).CopyTo(packet.AsSpan(at + count));
                    random.NextBytes(packet.AsSpan(at, count));
                    length += count;
                    break;
                default:
                    var piece = random.Next(length - at);
                    packet.AsSpan(at, piece).CopyTo(packet.AsSpan(random.Next(Math.Min(240, length - piece), length - piece + 1)));
                    break;
            }
        }
        return length;
    }

    private static void ReadEverything(DhcpMessage message)
    {
        var options = message.Options;
        _ = (message.Op, message.Htype, message.Hops, message.Xid, message.Secs, message.Broadcast, message.Ciaddr, message.Yiaddr);
        _ = (message.Siaddr, message.Giaddr, message.Chaddr, message.Sname, message.File, message.ToString());
        _ = (options.RequestedAddress, options.LeaseTime, options.ServerIdentifier, options.MaxMessageSize, options.ClientArchitecture);
        _ = (options.UndiVersion, options.Uuid?.LittleEndian, options.Uuid?.BigEndian, options.HostName, options.SubnetSelection);
        _ = options.HasUserClass("iPXE"u8);
        _ = options.Requests(DhcpOptionCode.Router);
        var relay = options.RelayAgentInformation;
        _ = (relay.CircuitId.Length, relay.RemoteId.Length, relay.SubscriberId.Length, relay.LinkSelection, relay.CameByUnicast);
        _ = relay.ServerIdentifierOverride;
        var features = options.IpxeFeatures;
        _ = (features.Has(IpxeFeature.Http), features.BusId, features.Version);
        _ = PxeVendorOptions.TryParse(options.VendorSpecificInformation, out _);
        var seen = new HashSet<DhcpOptionCode>();
        foreach (var option in options)
        {
            Assert.True(seen.Add(option.Code), $"{option.Code} twice");
            Assert.False(option.Code is DhcpOptionCode.Pad or DhcpOptionCode.End);
        }
    }

    private static void Answer(DhcpMessage request, DhcpOptionList options, byte[] buffer)
    {
        var type = (DhcpMessageType)((request.Xid % 3) switch { 0 => 2, 1 => 5, _ => 6 });
        var reply = request.ReplyWith(type) with
        {
            Yiaddr = new IPv4Address(0x0a4d0064), LeaseTime = 600, File = "ipxe.efi", Options = options,
        };
        _ = ReplyRoute.For(request, reply);
        if (!reply.TryWrite(buffer, out var length))
        {
            var echoes = request.Options.ClientId.Length + request.Options.RelayAgentInformation.Octets.Length;
            Assert.True(echoes > 200, "an ordinary request went unanswered");
            return;
        }
        Assert.InRange(length, 300, DhcpReply.MaxLength);
        Assert.True(DhcpMessage.TryParse(buffer.AsSpan(0, length), out var read, out _));
        Assert.Equal(DhcpOperation.BootReply, read.Op);
        Assert.Equal((type, request.Xid, request.Chaddr, request.Giaddr), (read.Type, read.Xid, read.Chaddr, read.Giaddr));
        Assert.Equal(request.Options.ClientId, read.Options.ClientId);
        Assert.Equal(request.Options.RelayAgentInformation.Octets, read.Options.RelayAgentInformation.Octets);
    }
}
