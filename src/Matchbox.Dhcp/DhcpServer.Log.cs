using Matchbox.Protocols;
using Microsoft.Extensions.Logging;

namespace Matchbox.Dhcp;

public sealed partial class DhcpServer
{
    private static partial class Log
    {
        [LoggerMessage(1030, LogLevel.Information, "DHCP listens on {Interface} port {Port} as {Address}")]
        public static partial void Joined(ILogger logger, string @interface, ushort port, IPv4Address address);

        [LoggerMessage(1031, LogLevel.Warning, "DHCP left {Interface} port {Port}: the interface is gone or no longer served")]
        public static partial void Left(ILogger logger, string @interface, ushort port);

        [LoggerMessage(1032, LogLevel.Information, "Interface {Interface} changed: addresses {Addresses}, up {Up}")]
        public static partial void Changed(ILogger logger, string @interface, string addresses, bool up);

        [LoggerMessage(1033, LogLevel.Warning, "Interface {Interface} is absent, down or without an address; DHCP joins when it comes")]
        public static partial void Absent(ILogger logger, string @interface);

        [LoggerMessage(1034, LogLevel.Error, "{Error}; trying again")]
        public static partial void CannotJoin(ILogger logger, string error);

        [LoggerMessage(1035, LogLevel.Information, "{Bound} leases restored")]
        public static partial void Restored(ILogger logger, long bound);

        [LoggerMessage(1036, LogLevel.Information, "Looking {Seconds} s for another DHCP server before serving {Subnet}")]
        public static partial void Searching(ILogger logger, string subnet, double seconds);

        [LoggerMessage(1037, LogLevel.Error, "The search for another DHCP server on {Interface} failed, it is not served: {Error}")]
        public static partial void SearchFailed(ILogger logger, string @interface, string error);

        [LoggerMessage(1038, LogLevel.Warning, "Listening for other DHCP servers failed: {Error}")]
        public static partial void WatchFailed(ILogger logger, string error);
    }
}
