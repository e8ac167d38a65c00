using System.Runtime.InteropServices;
using Matchbox.Protocols;
using Matchbox.Protocols.Tftp;

namespace Matchbox.Tftp.Transport;

/// <summary>
/// The server's end of one transfer: a port of its own (its TID, RFC 1350 §4) on the address that was asked. Not connected, so
/// that a stranger's packet is seen and can be answered by ERROR 5. One thread at a time.
/// </summary>
internal sealed unsafe class TransferSocket : IDisposable
{
    private const int MaxDatagram = 65507;
    private const int MaxSegments = 64;             // UDP_MAX_SEGMENTS of the kernels before 6.9
    private const int SegmentControl = 24;          // CMSG_SPACE of one 16-bit number
    private readonly int _blockSize;
    private Libc.SockAddrIn _client;
    private bool _segmented = true;                 // until the kernel refuses

    public TransferSocket(IPv4Address local, UdpEndpoint client, int blockSize, int windowSize)
    {
        _client = client.ToSockAddr();
        _blockSize = blockSize;
        Descriptor = RequestSocket.Open();
        try
        {
            _ = RequestSocket.BindTo(Descriptor, new UdpEndpoint(local, 0));
        }
        catch
        {
            Dispose();
            throw;
        }
        var datagram = blockSize + TftpPacket.HeaderLength;
        if (windowSize > 1)
        {
            // A window must fit into the send buffer, or its tail is lost before it leaves.
            _ = RequestSocket.TrySet(Descriptor, Libc.SOL_SOCKET, Libc.SO_SNDBUF, 2 * windowSize * (datagram + 1024));
        }
        BlocksPerSend = Math.Clamp(MaxDatagram / datagram, 1, MaxSegments);
    }

    public int Descriptor { get; }

    /// <summary>Blocks that <see cref="SendBlocks"/> takes at once.</summary>
    public int BlocksPerSend { get; }

    /// <summary>One datagram, or -1 when none waits.</summary>
    public int Receive(Span<byte> buffer, out UdpEndpoint from)
    {
        Libc.SockAddrIn address;
        uint length = (uint)sizeof(Libc.SockAddrIn);
        fixed (byte* data = buffer)
        {
            var received = (int)Libc.RecvFrom(Descriptor, data, (nuint)buffer.Length, 0, &address, &length);
            from = received < 0 ? default : UdpEndpoint.From(address);
            return received;
        }
    }

    /// <summary>Sends to the client. A datagram that cannot leave is lost, as on the wire: the timer repeats it.</summary>
    public void Send(ReadOnlySpan<byte> datagram) => Send(datagram, _client);

    public void SendTo(ReadOnlySpan<byte> datagram, UdpEndpoint to) => Send(datagram, to.ToSockAddr());

    /// <summary>Sends consecutive blocks, of which only the last may be short, in one call where the kernel can (UDP_SEGMENT).</summary>
    public void SendBlocks(long first, int count, byte* data, int length)
    {
        var headers = stackalloc byte[TftpPacket.HeaderLength * MaxSegments];
        var vectors = stackalloc Libc.IoVec[2 * MaxSegments];
        for (var i = 0; i < count; i++)
        {
            var header = headers + (i * TftpPacket.HeaderLength);
            var offset = i * _blockSize;
            TftpPacket.WriteDataHeader(new Span<byte>(header, TftpPacket.HeaderLength), (ushort)(first + i));
            vectors[2 * i] = new Libc.IoVec { Base = header, Length = TftpPacket.HeaderLength };
            vectors[(2 * i) + 1] = new Libc.IoVec { Base = data + offset, Length = (nuint)Math.Min(_blockSize, length - offset) };
        }
        if (count == 1 || _segmented)
        {
            var error = TrySend(vectors, 2 * count);
            if (count == 1 || error is not (Libc.EINVAL or Libc.EIO or Libc.EMSGSIZE))
            {
                return;
            }
            // The path has a small MTU or its device no checksum offload: one call for each block from now on.
            _segmented = false;
        }
        for (var i = 0; i < count; i++)
        {
            _ = TrySend(vectors + (2 * i), 2);
        }
    }

    public void Dispose() => _ = Libc.Close(Descriptor);

    private int TrySend(Libc.IoVec* vectors, int count)
    {
        fixed (Libc.SockAddrIn* to = &_client)
        {
            var message = new Libc.MsgHdr { Name = to, NameLength = (uint)sizeof(Libc.SockAddrIn), Vectors = vectors, VectorCount = (nuint)count };
            var control = stackalloc byte[SegmentControl];
            if (count > 2)
            {
                // By message, not for the socket: a long OACK must not be cut into blocks.
                *(Libc.CMsgHdr*)control = new Libc.CMsgHdr
                {
                    Length = (nuint)sizeof(Libc.CMsgHdr) + sizeof(ushort), Level = Libc.SOL_UDP, Type = Libc.UDP_SEGMENT,
                };
                *(ushort*)(control + sizeof(Libc.CMsgHdr)) = (ushort)(_blockSize + TftpPacket.HeaderLength);
                message.Control = control;
                message.ControlLength = SegmentControl;
            }
            return Libc.SendMsg(Descriptor, &message, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    private void Send(ReadOnlySpan<byte> datagram, Libc.SockAddrIn to)
    {
        fixed (byte* data = datagram)
        {
            _ = Libc.SendTo(Descriptor, data, (nuint)datagram.Length, 0, &to, (uint)sizeof(Libc.SockAddrIn));
        }
    }
}
