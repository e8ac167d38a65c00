using Matchbox.Tftp.Transport;
using Microsoft.Extensions.Logging;

namespace Matchbox.Tftp;

public sealed partial class TftpServer
{
    private static partial class Log
    {
        [LoggerMessage(3020, LogLevel.Information, "TFTP listens on {Endpoint}")]
        public static partial void Listening(ILogger logger, UdpEndpoint endpoint);

        [LoggerMessage(3021, LogLevel.Error, "TFTP could not serve a request of {Client}")]
        public static partial void RequestFault(ILogger logger, Exception fault, UdpEndpoint client);

        [LoggerMessage(3022, LogLevel.Critical, "A thread of the TFTP service died; stopping")]
        public static partial void LoopDied(ILogger logger, Exception fault);
    }
}
