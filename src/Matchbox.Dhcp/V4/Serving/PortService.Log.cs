using Matchbox.Protocols;
using Matchbox.Protocols.Dhcp;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp.V4.Serving;

internal sealed partial class PortService
{
    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Debug, "No DHCP message from {Source} on {Interface}: {Error}")]
        public static partial void Unreadable(ILogger logger, IPv4Address source, string @interface, DhcpParseError error);

        [LoggerMessage(1002, LogLevel.Error, "Going on after answering {Chaddr} (xid {Xid:x8}) failed.")]
        public static partial void AnswerFailed(ILogger logger, HardwareAddress chaddr, uint xid, Exception exception);
    }
}
