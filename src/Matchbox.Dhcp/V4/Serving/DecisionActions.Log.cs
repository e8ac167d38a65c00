using Matchbox.Dhcp.V4.Responding;
using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp.V4.Serving;

internal sealed partial class DecisionActions
{
    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Information, "{Yiaddr} leased to {Chaddr} (xid {Xid:x8})")]
        public static partial void Granted(ILogger logger, IPv4Address yiaddr, HardwareAddress chaddr, uint xid);

        [LoggerMessage(1011, LogLevel.Debug, "{Type} {Yiaddr} to {Chaddr} (xid {Xid:x8}) {File}")]
        public static partial void Replied(ILogger logger, DhcpMessageType type, IPv4Address yiaddr, HardwareAddress chaddr, uint xid, string file);

        [LoggerMessage(1012, LogLevel.Information, "Request of {Chaddr} refused (xid {Xid:x8}): {Reason}")]
        public static partial void Refused(ILogger logger, HardwareAddress chaddr, uint xid, string reason);

        [LoggerMessage(1013, LogLevel.Debug, "{Type} of {Chaddr} not answered (xid {Xid:x8}): {Reason}")]
        public static partial void Silent(ILogger logger, DhcpMessageType type, HardwareAddress chaddr, uint xid, SilenceReason reason);

        [LoggerMessage(1014, LogLevel.Information, "{Address} given back by {Chaddr} (xid {Xid:x8})")]
        public static partial void Released(ILogger logger, IPv4Address address, HardwareAddress chaddr, uint xid);

        [LoggerMessage(1015, LogLevel.Warning, "{Address} declined by {Chaddr} (xid {Xid:x8}): it found somebody else there")]
        public static partial void Declined(ILogger logger, IPv4Address address, HardwareAddress chaddr, uint xid);

        [LoggerMessage(1016, LogLevel.Warning, "{Address} not given to {Chaddr} (xid {Xid:x8}), the lease could not be stored: {Error}")]
        public static partial void NotStored(ILogger logger, IPv4Address address, HardwareAddress chaddr, uint xid, string error);

        [LoggerMessage(1017, LogLevel.Warning, "{Type} to {Chaddr} not sent (xid {Xid:x8}): {Error}")]
        public static partial void NotSent(ILogger logger, DhcpMessageType type, HardwareAddress chaddr, uint xid, string error);
    }
}
