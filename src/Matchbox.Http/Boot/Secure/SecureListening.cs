using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;

namespace Matchbox.Http.Boot.Secure;

/// <summary>Opens the listener of protected configs, now or later.</summary>
public static class SecureListening
{
    /// <summary>Listens over TLS wherever and as soon as <paramref name="secure"/> says. Its connections reach the boot listener.</summary>
    public static void ListenSecureBoot(this KestrelServerOptions kestrel, SecureListener secure)
    {
        var loader = kestrel.Configure(new ConfigurationBuilder().Add(secure).Build(), reloadOnChange: true);
        for (var index = 0; index < secure.Endpoints.Count; index++)
        {
            loader.Endpoint($"{SecureListener.Prefix}{index}", endpoint =>
            {
                endpoint.ListenOptions.Protocols = HttpProtocols.Http1;
                endpoint.ListenOptions.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = handshake => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = secure.Authority.For((handshake.Connection.LocalEndPoint as IPEndPoint)?.Address, handshake.ClientHelloInfo.ServerName),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        AllowRenegotiation = false,
                    }),
                });
                endpoint.ListenOptions.Use(next => connection =>
                {
                    connection.Features.Set(secure);
                    return next(connection);
                });
                endpoint.ListenOptions.MarkAsBoot();
            });
        }
    }
}
