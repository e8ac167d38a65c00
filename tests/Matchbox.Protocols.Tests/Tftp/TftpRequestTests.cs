using System.Text;
using CsCheck;
using Matchbox.Protocols.Tftp;
using Matchbox.Testing;

namespace Matchbox.Protocols.Tests.Tftp;

public sealed class TftpRequestTests
{
    public static TheoryData<string, string, int?, long?, int?> FirstRequests => new()
    {
        // capture, file, blksize, tsize, windowsize
        { "uefi", "ipxe.efi", 1468, 0, 4 },                // EDK2 asks for the size first
        { "bios-plain", "undionly.kpxe", 1432, 0, null },  // iPXE
    };

    [Theory, MemberData(nameof(FirstRequests))]
    public void Firmware_asks_as_it_was_captured(string capture, string file, int? blockSize, long? transferSize, int? windowSize)
    {
        var datagram = Captures.Read(capture).First(datagram => datagram.DestinationPort == 69).Payload;

        Assert.True(TftpRequest.TryParse(datagram, out var request, out _));

        Assert.Equal(file, request.FileName);
        Assert.Equal(TftpMode.Octet, request.Mode);
        Assert.False(request.IsWrite);
        Assert.Equal(new TftpOptions { BlockSize = blockSize, TransferSize = transferSize, WindowSize = windowSize }, request.Options);
    }

    [Fact]
    public void Every_captured_request_is_understood_and_no_part_of_it_throws()
    {
        var count = 0;
        foreach (var datagram in Captures.Names.SelectMany(Captures.Read).Where(datagram => datagram.DestinationPort == 69))
        {
            Assert.True(TftpRequest.TryParse(datagram.Payload, out var request, out _));
            Assert.True(TftpFileName.TryNormalize(request.FileName, out _), request.FileName);
            for (var length = 0; length < datagram.Payload.Length; length++)
            {
                _ = TftpRequest.TryParse(datagram.Payload.AsSpan(0, length), out _, out _);
            }
            count++;
        }
        Assert.True(count >= 30, $"only {count} requests in the captures");
    }

    [Fact]
    public void A_request_survives_the_wire()
    {
        var gen = Gen.Select(
            Gen.Char['a', 'z'].Array[1, 40],
            Gen.Int[8, 65464].Nullable(),
            Gen.Long[0, long.MaxValue].Nullable(),
            Gen.Int[1, 255].Nullable(),
            Gen.Int[1, 65535].Nullable(),
            (name, block, size, timeout, window) => new TftpRequest
            {
                IsWrite = false,
                FileName = new string(name),
                Mode = window is null ? TftpMode.Netascii : TftpMode.Octet,
                Options = new TftpOptions { BlockSize = block, TransferSize = size, Timeout = timeout, WindowSize = window },
            });
        gen.Sample(
            request =>
            {
                var buffer = new byte[TftpRequest.MaxLength];
                var length = request.Write(buffer);
                Assert.True(TftpRequest.TryParse(buffer.AsSpan(0, length), out var parsed, out _));
                Assert.Equal(request, parsed);
            },
            iter: 2000);
    }

    [Fact]
    public void Mutated_requests_throw_nothing_and_their_paths_cannot_climb()
    {
        var seeds = Captures.Names.SelectMany(Captures.Read).Where(datagram => datagram.DestinationPort == 69).Select(datagram => datagram.Payload).ToArray();
        var random = new Random(20260);
        var understood = 0;
        var buffer = new byte[TftpRequest.MaxLength + 8];
        for (var round = 0; round < 200_000; round++)
        {
            var seed = seeds[random.Next(seeds.Length)];
            seed.CopyTo(buffer, 0);
            var length = seed.Length;
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                switch (random.Next(3))
                {
                    case 0:
                        buffer[random.Next(length)] = (byte)random.Next(256);
                        break;
                    case 1:
                        buffer[random.Next(length)] = (byte)"\0/\\.:%~\r\n\xff"[random.Next(10)];
                        break;
                    default:
                        length = random.Next(1, buffer.Length);
                        break;
                }
            }
            if (TftpRequest.TryParse(buffer.AsSpan(0, length), out var request, out var error))
            {
                understood++;
                Assert.InRange(request.Options.BlockSize ?? 512, 8, 65464);
                Assert.InRange(request.Options.WindowSize ?? 1, 1, 65535);
                if (TftpFileName.TryNormalize(request.FileName, out var path))
                {
                    Assert.StartsWith("/root/", Path.GetFullPath("/root/" + path), StringComparison.Ordinal);
                }
            }
            else
            {
                Assert.NotEqual(TftpParseError.None, error);
            }
        }
        Assert.True(understood > 10_000, $"only {understood} mutations were requests still");
    }

    [Theory]
    [InlineData("\0\x01name\0OCTET\0BLKSIZE\01024\0WindowSize\08\0", 1024, 8)]
    [InlineData("\0\x01name\0octet\0blksize\07\0windowsize\00\0", null, null)]          // below the least: as if not asked
    [InlineData("\0\x01name\0octet\0blksize\099999999999999999999\0", 65464, null)]      // "as much as you have"
    [InlineData("\0\x01name\0octet\0blksize\01024\0blksize\0512\0", 1024, null)]         // once each: the first
    [InlineData("\0\x01name\0octet\0blksize\0-1\0windowsize\0x\0", null, null)]
    [InlineData("\0\x01name\0octet\0multicast\0\0blksize\01024\0", 1024, null)]          // unknown: skipped
    [InlineData("\0\x01name\0octet\0blksize\01024\0windowsize\04", 1024, null)]          // cut: the pair does not count
    [InlineData("\0\x01name\0octet\0\0\0\0\0\0", null, null)]                            // padded
    public void Options_mean(string wire, int? blockSize, int? windowSize)
    {
        Assert.True(TftpRequest.TryParse(Encoding.Latin1.GetBytes(wire), out var request, out _));
        Assert.Equal(blockSize, request.Options.BlockSize);
        Assert.Equal(windowSize, request.Options.WindowSize);
    }

    [Theory]
    [InlineData("", TftpParseError.NotARequest)]
    [InlineData("\0", TftpParseError.NotARequest)]
    [InlineData("\0\x04\0\x01", TftpParseError.NotARequest)]
    [InlineData("\x01\x01name\0octet\0", TftpParseError.NotARequest)]
    [InlineData("\0\x01name", TftpParseError.Unterminated)]
    [InlineData("\0\x01name\0octet", TftpParseError.Unterminated)]
    [InlineData("\0\x01\0octet\0", TftpParseError.EmptyName)]
    [InlineData("\0\x01\xff\xff\0octet\0", TftpParseError.EmptyName)]
    [InlineData("\0\x01name\0binary\0", TftpParseError.UnknownMode)]
    public void No_request(string wire, TftpParseError expected)
    {
        Assert.False(TftpRequest.TryParse(Encoding.Latin1.GetBytes(wire), out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void More_than_512_octets_are_no_request()
    {
        var wire = Encoding.Latin1.GetBytes("\0\x01" + new string('a', 505) + "\0octet\0");
        Assert.False(TftpRequest.TryParse(wire, out _, out var error));
        Assert.Equal(TftpParseError.TooLong, error);
    }

    [Fact]
    public void A_padded_option_67_is_cut_from_the_name()
    {
        Assert.True(TftpRequest.TryParse(Encoding.Latin1.GetBytes("\0\x01undionly.kpxe\xff\xff\0octet\0"), out var request, out _));
        Assert.Equal("undionly.kpxe", request.FileName);
    }

    [Theory]
    [InlineData("ipxe.efi", "ipxe.efi")]
    [InlineData("/ipxe.efi", "ipxe.efi")]
    [InlineData("//grub//grub.cfg", "grub/grub.cfg")]
    [InlineData("\\Boot\\x64\\wdsnbp.com", "Boot/x64/wdsnbp.com")]
    [InlineData("./a/./b", "a/b")]
    [InlineData("a..b/..c", "a..b/..c")]
    [InlineData("..", null)]
    [InlineData("../etc/passwd", null)]
    [InlineData("a/../../etc/passwd", null)]
    [InlineData("a\\..\\..\\etc", null)]
    [InlineData("C:\\boot", null)]
    [InlineData("c:boot", null)]
    [InlineData("a\nb", null)]
    [InlineData("a\u0085b", null)]
    [InlineData("/", null)]
    [InlineData(".", null)]
    public void A_name_means_a_path_below_the_root_or_nothing(string name, string? path)
    {
        Assert.Equal(path is not null, TftpFileName.TryNormalize(name, out var normalized));
        Assert.Equal(path, normalized);
    }
}
