using Matchbox.Protocols.Tftp;
using Matchbox.Tftp.Files;
using Matchbox.Tftp.Transport;

namespace Matchbox.Tftp.Transfers;

/// <summary>One read under way: its bookkeeping, its file and its socket. Owned by one <see cref="TransferLoop"/>.</summary>
internal sealed class ActiveTransfer(
    TransferSlot slot, string name, Negotiation agreed, BlockSource source, TransferSocket socket, TftpSettings settings, TimeSpan started) : IDisposable
{
    public TransferSlot Slot => slot;

    public string Name => name;

    public Negotiation Agreed => agreed;

    public BlockSource Source => source;

    public TransferSocket Socket => socket;

    public TimeSpan Started => started;

    public ReadTransfer State { get; } = new(agreed, settings);

    /// <summary>Octets of the last block, once it was sent.</summary>
    public int LastBlockLength { get; set; }

    /// <summary>Octets that the client has acknowledged.</summary>
    public long BytesAcknowledged => State.Acknowledged == State.LastBlock
        ? ((State.LastBlock - 1) * agreed.BlockSize) + LastBlockLength
        : State.Acknowledged * agreed.BlockSize;

    /// <summary>An option negotiation that ended before any data: how EDK2 asks for the size of a file.</summary>
    public bool OnlyNegotiated => !agreed.Accepted.IsEmpty && !State.Heard;

    public void Dispose()
    {
        source.Dispose();
        socket.Dispose();
    }

    /// <summary>Writes the OACK.</summary>
    public int WriteOptionAck(Span<byte> buffer) => TftpPacket.WriteOptionAck(buffer, agreed.Accepted);
}
