using System.Text;
using CsCheck;
using Matchbox.Protocols.Tftp;

namespace Matchbox.Protocols.Tests.Tftp;

public sealed class TftpPacketTests
{
    [Fact]
    public void Data_begins_with_opcode_and_block()
    {
        Span<byte> header = stackalloc byte[4];
        TftpPacket.WriteDataHeader(header, 0xfffe);
        Assert.Equal([0, 3, 0xff, 0xfe], header.ToArray());
    }

    [Fact]
    public void An_option_ack_lists_what_was_accepted()
    {
        Span<byte> buffer = stackalloc byte[TftpPacket.MaxControlLength];
        var length = TftpPacket.WriteOptionAck(buffer, new TftpOptions { BlockSize = 1468, TransferSize = 1_000_000, Timeout = 5, WindowSize = 4 });
        Assert.Equal("\0\x06tsize\01000000\0blksize\01468\0timeout\05\0windowsize\04\0", Encoding.Latin1.GetString(buffer[..length]));
    }

    [Fact]
    public void The_longest_option_ack_fits()
    {
        var buffer = new byte[TftpPacket.MaxControlLength];
        var longest = new TftpOptions { BlockSize = 65464, TransferSize = long.MaxValue, Timeout = 255, WindowSize = 65535 };
        Assert.InRange(TftpPacket.WriteOptionAck(buffer, longest), 3, 82);
    }

    [Theory]
    [InlineData(new byte[] { 0, 4, 0x12, 0x34 }, true, 0x1234)]
    [InlineData(new byte[] { 0, 4, 0x12, 0x34, 0, 0, 0 }, true, 0x1234)]     // padded to the minimum frame
    [InlineData(new byte[] { 0, 4, 0x12 }, false, 0)]
    [InlineData(new byte[] { 0, 3, 0x12, 0x34 }, false, 0)]
    [InlineData(new byte[] { }, false, 0)]
    public void An_ack_is_four_octets(byte[] wire, bool isAck, ushort expected)
    {
        Assert.Equal(isAck, TftpPacket.TryReadAck(wire, out var block));
        Assert.Equal(expected, block);
    }

    [Fact]
    public void An_error_survives_the_wire_and_is_cut_to_fit()
    {
        var buffer = new byte[TftpPacket.MaxControlLength];
        var length = TftpPacket.WriteError(buffer, TftpErrorCode.FileNotFound, new string('x', 500));
        Assert.Equal(TftpPacket.MaxControlLength, length);
        Assert.True(TftpPacket.TryReadError(buffer.AsSpan(0, length), out var code, out var text));
        Assert.Equal(TftpErrorCode.FileNotFound, code);
        Assert.Equal(new string('x', TftpPacket.MaxControlLength - 5), text);
    }

    [Fact]
    public void An_error_without_its_nul_is_read_to_its_end()
    {
        Assert.True(TftpPacket.TryReadError("\0\x05\0\x08User aborted"u8, out var code, out var text));
        Assert.Equal(TftpErrorCode.OptionRefused, code);
        Assert.Equal("User aborted", text);
    }

    [Fact]
    public void Netascii_pairs_line_ends_wherever_buffers_end()
    {
        Gen.Select(Gen.Byte.Select(octet => octet < 80 ? (byte)'\n' : octet < 160 ? (byte)'\r' : octet).Array[0, 60], Gen.Int[1, 9], Gen.Int[1, 9]).Sample(
            (text, readSize, writeSize) =>
            {
                var encoded = new List<byte>();
                byte? pending = null;
                var position = 0;
                var block = new byte[writeSize];
                while (true)
                {
                    var source = text.AsSpan(position, Math.Min(readSize, text.Length - position));
                    Netascii.Encode(source, block, ref pending, out var consumed, out var written);
                    position += consumed;
                    encoded.AddRange(block.AsSpan(0, written));
                    if (written == 0)
                    {
                        break;
                    }
                }
                var expected = text.SelectMany(octet => octet switch { (byte)'\n' => "\r\n"u8.ToArray(), (byte)'\r' => "\r\0"u8.ToArray(), _ => [octet] });
                Assert.Equal(expected, encoded);
            });
    }
}
