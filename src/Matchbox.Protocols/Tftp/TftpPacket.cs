using System.Buffers.Binary;
using System.Text;

namespace Matchbox.Protocols.Tftp;

/// <summary>The packets of a running transfer (RFC 1350 §5, RFC 2347), read and written in place.</summary>
public static class TftpPacket
{
    /// <summary>Octets before the data of a DATA packet, and the length of an ACK.</summary>
    public const int HeaderLength = 4;

    /// <summary>Room that <see cref="WriteOptionAck"/> and <see cref="WriteError"/> never exceed.</summary>
    public const int MaxControlLength = 128;

    public static TftpOpcode Opcode(ReadOnlySpan<byte> datagram) =>
        datagram.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(datagram) is var code and > (ushort)TftpOpcode.OptionAck
            ? TftpOpcode.None
            : (TftpOpcode)BinaryPrimitives.ReadUInt16BigEndian(datagram);

    public static void WriteDataHeader(Span<byte> buffer, ushort block) => WriteHeader(buffer, TftpOpcode.Data, block);

    public static int WriteAck(Span<byte> buffer, ushort block)
    {
        WriteHeader(buffer, TftpOpcode.Ack, block);
        return HeaderLength;
    }

    /// <summary>An ACK longer than its four octets is still one: some ROMs pad to the minimum frame.</summary>
    public static bool TryReadAck(ReadOnlySpan<byte> datagram, out ushort block)
    {
        var isAck = datagram.Length >= HeaderLength && Opcode(datagram) == TftpOpcode.Ack;
        block = isAck ? BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) : (ushort)0;
        return isAck;
    }

    public static int WriteOptionAck(Span<byte> buffer, in TftpOptions accepted)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)TftpOpcode.OptionAck);
        return 2 + accepted.Write(buffer[2..]);
    }

    /// <summary>Writes an ERROR; the text is ours, ASCII, and cut to fit.</summary>
    public static int WriteError(Span<byte> buffer, TftpErrorCode code, string text)
    {
        WriteHeader(buffer, TftpOpcode.Error, (ushort)code);
        var room = Math.Min(text.Length, MaxControlLength - HeaderLength - 1);
        var length = Encoding.ASCII.GetBytes(text.AsSpan(0, room), buffer[HeaderLength..]);
        buffer[HeaderLength + length] = 0;
        return HeaderLength + length + 1;
    }

    /// <summary>Reads an ERROR; the text is the client's (hostile, at most 128 characters), and may lack its NUL.</summary>
    public static bool TryReadError(ReadOnlySpan<byte> datagram, out TftpErrorCode code, out string text)
    {
        if (datagram.Length < HeaderLength || Opcode(datagram) != TftpOpcode.Error)
        {
            code = TftpErrorCode.SeeMessage;
            text = "";
            return false;
        }
        code = (TftpErrorCode)BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        var message = datagram[HeaderLength..];
        var end = message.IndexOf((byte)0);
        message = end < 0 ? message : message[..end];
        text = Encoding.Latin1.GetString(message[..Math.Min(message.Length, 128)]);
        return true;
    }

    private static void WriteHeader(Span<byte> buffer, TftpOpcode opcode, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)opcode);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], value);
    }
}
