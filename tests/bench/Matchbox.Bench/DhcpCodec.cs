using System.Diagnostics;
using System.Globalization;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Matchbox.Testing;

namespace Matchbox.Bench;

/// <summary>Time and memory per parsed request and per written reply, over all captured requests; the median of five passes.</summary>
internal static class DhcpCodec
{
    private const int Passes = 5;
    private const int Rounds = 5_000;

    public static int Run()
    {
        var datagrams = Captures.DhcpRequests;
        var messages = datagrams.Select(Parse).ToArray();
        var buffer = new byte[DhcpReply.MaxLength];
        var replies = messages.Select(Offer).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{datagrams.Count} captured requests, {Rounds} rounds"));
        Measure("parse", datagrams.Count, () =>
        {
            foreach (var datagram in datagrams)
            {
                Parse(datagram);
            }
        });
        Measure("look at (8 options)", messages.Length, () =>
        {
            foreach (var message in messages)
            {
                LookAt(message);
            }
        });
        Measure("compose", messages.Length, () =>
        {
            foreach (var message in messages)
            {
                Offer(message);
            }
        });
        Measure("write", replies.Length, () =>
        {
            foreach (var reply in replies)
            {
                reply.Write(buffer);
            }
        });
        return 0;
    }

    private static void Measure(string name, int items, Action pass)
    {
        for (var i = 0; i < Rounds; i++)
        {
            pass();
        }
        var nanoseconds = new double[Passes];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Passes; i++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var round = 0; round < Rounds; round++)
            {
                pass();
            }
            nanoseconds[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Rounds / items;
        }
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Passes / Rounds / items;
        Array.Sort(nanoseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {nanoseconds[Passes / 2],8:F0} ns {bytes,8:F0} B"));
    }

    private static DhcpMessage Parse(byte[] datagram) => DhcpMessage.TryParse(datagram, out var message, out var error)
        ? message
        : throw new InvalidDataException($"a capture is no message: {error}");

    private static bool LookAt(DhcpMessage message)
    {
        var options = message.Options;
        return options.RequestedAddress is not null | options.ServerIdentifier is not null | options.SubnetSelection is not null
            | options.RelayAgentInformation.IsPresent | options.ClientArchitecture is not null | options.IpxeFeatures.Has(IpxeFeature.Http)
            | options.HasUserClass("iPXE"u8) | options.VendorClass.StartsWith("PXEClient"u8);
    }

    private static DhcpReply Offer(DhcpMessage message)
    {
        var self = new IPv4Address(0x0a4d0001);
        var reply = message.ReplyWith(DhcpMessageType.Offer) with
        {
            ServerIdentifier = self, Yiaddr = new IPv4Address(0x0a4d0064), Siaddr = self, LeaseTime = 600, File = "ipxe.efi",
        };
        reply.Options.Set(DhcpOptionCode.SubnetMask, new IPv4Address(0xffffff00));
        reply.Options.Set(DhcpOptionCode.Router, self);
        reply.Options.Set(DhcpOptionCode.DomainNameServers, self);
        reply.Options.Set(DhcpOptionCode.DomainName, "rack.example");
        reply.Options.Set(DhcpOptionCode.VendorClass, "PXEClient");
        reply.Options.Set(DhcpOptionCode.VendorSpecificInformation, [6, 1, 8, 255]);
        return reply;
    }
}
