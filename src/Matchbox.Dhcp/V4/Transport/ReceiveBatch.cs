using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Matchbox.Protocols;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>A datagram as it lies in a <see cref="ReceiveBatch"/>: valid until the next receive.</summary>
internal readonly ref struct ReceivedDatagram(ReadOnlySpan<byte> payload, IPv4Address source, ushort sourcePort, bool unicast)
{
    public ReadOnlySpan<byte> Payload { get; } = payload;

    public IPv4Address Source { get; } = source;

    public ushort SourcePort { get; } = sourcePort;

    /// <summary>Sent to one of our addresses, not to 255.255.255.255 or a network's last address.</summary>
    public bool Unicast { get; } = unicast;
}

/// <summary>
/// Memory for what one call receives: up to <see cref="Capacity"/> datagrams with source and destination. Allocated once,
/// outside the managed heap, because the kernel writes into it.
/// </summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    public const int Capacity = 64;
    private const int BufferLength = 2048;                     // an Ethernet frame; what is longer is no DHCP of a client
    private const int AddressLength = 16;                      // struct sockaddr_in

    private readonly LibC.MessageSlot* _slots = (LibC.MessageSlot*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(LibC.MessageSlot));
    private readonly LibC.IOVector* _vectors = (LibC.IOVector*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(LibC.IOVector));
    private readonly LibC.PacketInfoMessage* _controls =
        (LibC.PacketInfoMessage*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(LibC.PacketInfoMessage));
    private readonly byte* _addresses = (byte*)NativeMemory.AllocZeroed(Capacity * AddressLength);
    private readonly byte* _buffers = (byte*)NativeMemory.Alloc(Capacity * BufferLength);
    private bool _disposed;

    public ReceiveBatch()
    {
        for (var i = 0; i < Capacity; i++)
        {
            _vectors[i] = new LibC.IOVector { Base = _buffers + (i * BufferLength), Length = BufferLength };
            _slots[i].Header.Vectors = _vectors + i;
            _slots[i].Header.VectorCount = 1;
            _slots[i].Header.Name = _addresses + (i * AddressLength);
            _slots[i].Header.Control = _controls + i;
        }
    }

    ~ReceiveBatch() => Free();

    public int Count { get; private set; }

    public ReceivedDatagram this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);
            var slot = _slots + index;
            var address = new ReadOnlySpan<byte>(_addresses + (index * AddressLength), AddressLength);
            return new ReceivedDatagram(
                new ReadOnlySpan<byte>(_buffers + (index * BufferLength), (int)slot->Length),
                IPv4Address.Read(address[4..]),
                BinaryPrimitives.ReadUInt16BigEndian(address[2..]),
                IsUnicast(_controls + index, slot->Header.ControlLength));
        }
    }

    /// <summary>Takes what is there; waits for a first datagram as long as the socket's own limit says.</summary>
    /// <returns>0, or the error number.</returns>
    public int Receive(int socket, bool wait)
    {
        for (var i = 0; i < Capacity; i++)
        {
            _slots[i].Header.NameLength = AddressLength;
            _slots[i].Header.ControlLength = (nuint)sizeof(LibC.PacketInfoMessage);
        }
        Count = 0;
        var count = LibC.ReceiveMany(socket, _slots, Capacity, wait ? LibC.WaitForOne : LibC.DoNotWait, null);
        if (count >= 0)
        {
            Count = count;
            return 0;
        }
        var error = Marshal.GetLastPInvokeError();
        return error is LibC.Again or LibC.Interrupted ? 0 : error;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // The kernel gives the local address that took the datagram beside the one it was sent to: they are equal for a unicast.
    private static bool IsUnicast(LibC.PacketInfoMessage* control, nuint length) =>
        length >= (nuint)(sizeof(LibC.PacketInfoMessage) - 4)
        && control->Level == LibC.IPLevel && control->Type == LibC.PacketInfo
        && control->Destination == control->LocalAddress;

    private void Free()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMemory.Free(_slots);
            NativeMemory.Free(_vectors);
            NativeMemory.Free(_controls);
            NativeMemory.Free(_addresses);
            NativeMemory.Free(_buffers);
        }
    }
}
