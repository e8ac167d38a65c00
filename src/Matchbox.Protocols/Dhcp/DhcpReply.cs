using System.Text;

namespace Matchbox.Protocols.Dhcp;

/// <summary>
/// An answer being composed: what RFC 2131 table 3 leaves to the server. The rest of the header, 61 and 82 come from the
/// request. Belongs to one thread at a time; a copy made by <c>with</c> shares the options.
/// </summary>
public sealed record DhcpReply
{
    internal DhcpReply(DhcpMessage request, DhcpMessageType type)
    {
        Request = request;
        Type = type;
        Flags = request.Flags;
    }

    /// <summary>The largest UDP payload we send: an Ethernet frame without fragments.</summary>
    public const int MaxLength = 1472;

    /// <summary>The message that this answers.</summary>
    public DhcpMessage Request { get; }

    public DhcpMessageType Type { get; }

    /// <summary>Option 54, in every reply. For RFC 5107 the relay's override.</summary>
    public IPv4Address ServerIdentifier { get; set; }

    /// <summary>The address we give. Not written in a NAK or to an INFORM.</summary>
    public IPv4Address Yiaddr { get; set; }

    /// <summary>The next server (TFTP). Not written in a NAK.</summary>
    public IPv4Address Siaddr { get; set; }

    /// <summary>Option 51 in seconds; null for a proxy. Not written in a NAK or to an INFORM.</summary>
    public uint? LeaseTime { get; set; }

    public ushort Flags { get; set; }

    public bool Broadcast
    {
        get => (Flags & DhcpMessage.BroadcastFlag) != 0;
        set => Flags = (ushort)(value ? Flags | DhcpMessage.BroadcastFlag : Flags & ~DhcpMessage.BroadcastFlag);
    }

    /// <summary>The server's name, 63 octets at most.</summary>
    public string Sname
    {
        get;
        set => field = Encoding.UTF8.GetByteCount(value) < DhcpMessage.SnameLength
            ? value
            : throw new ArgumentException("sname holds 63 octets and a NUL (RFC 2131 §2)", nameof(value));
    } = "";

    /// <summary>The boot file. Above 127 octets it goes into option 67 with a NUL, and the field stays empty.</summary>
    public string File { get; set; } = "";

    /// <summary>
    /// Everything else. What the properties above, the request or the form of a message decide (0, 50-55, 57, 61, 82, 255) is
    /// not taken from here.
    /// </summary>
    public DhcpOptionList Options { get; init; } = new();

    /// <summary>
    /// Writes the UDP payload and says its length: at least 300 octets, at most what the client's option 57 allows (RFC 2131 §2)
    /// and <see cref="MaxLength"/>. What does not fit is left out, what was not asked for first. False only when not even the
    /// indispensable fits. Allocates nothing.
    /// </summary>
    public bool TryWrite(Span<byte> destination, out int length) => DhcpReplyWriter.TryWrite(this, destination, out length);

    /// <summary>As <see cref="TryWrite"/>.</summary>
    /// <exception cref="ArgumentException">The indispensable does not fit.</exception>
    public int Write(Span<byte> destination) => TryWrite(destination, out var length)
        ? length
        : throw new ArgumentException("the reply does not fit", nameof(destination));
}
