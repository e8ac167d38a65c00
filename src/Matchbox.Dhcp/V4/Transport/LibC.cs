using System.Runtime.InteropServices;

namespace Matchbox.Dhcp.V4.Transport;

/// <summary>The few calls of Linux that the base class library has no form of. Layouts are those of 64-bit Linux.</summary>
internal static unsafe partial class LibC
{
    public const int SocketLevel = 1;                          // SOL_SOCKET
    public const int IPLevel = 0;                              // IPPROTO_IP
    public const int PacketLevel = 263;                        // SOL_PACKET
    public const int BindToDevice = 25;
    public const int AttachFilter = 26;
    public const int PacketInfo = 8;                           // IP_PKTINFO
    public const int IgnoreOutgoing = 23;                      // PACKET_IGNORE_OUTGOING
    public const int WaitForOne = 0x10000;                     // MSG_WAITFORONE
    public const int DoNotWait = 0x40;                         // MSG_DONTWAIT
    public const ushort InternetFamily = 2;                    // AF_INET
    public const ushort PacketFamily = 17;                     // AF_PACKET

    public const int Again = 11;                               // EAGAIN
    public const int Interrupted = 4;                          // EINTR
    public const int NetworkDown = 100;                        // ENETDOWN

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(int socket, MessageSlot* slots, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "getifaddrs", SetLastError = true)]
    public static partial int GetInterfaceAddresses(out InterfaceAddress* first);

    [LibraryImport("libc", EntryPoint = "freeifaddrs")]
    public static partial void FreeInterfaceAddresses(InterfaceAddress* first);

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IndexOf(string name);

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IOVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageSlot
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IOVector
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>struct cmsghdr with struct in_pktinfo behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketInfoMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int InterfaceIndex;
        public uint LocalAddress;                              // ipi_spec_dst, network order
        public uint Destination;                               // ipi_addr, network order
        private readonly uint _padding;
    }

    /// <summary>struct ifaddrs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InterfaceAddress
    {
        public InterfaceAddress* Next;
        public byte* Name;
        public uint Flags;
        public byte* Address;
        public byte* Mask;
        public byte* Other;
        public void* Data;
    }
}
