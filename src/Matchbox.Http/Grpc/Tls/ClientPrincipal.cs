using System.Security.Claims;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>Who a client is by its certificate. Every one that comes in may do everything, as with poseidon/matchbox.</summary>
internal static class ClientPrincipal
{
    public const string Role = "admin";

    private const string Scheme = "client-certificate";

    public static ClaimsPrincipal Of(X509Certificate2? certificate) => certificate is null
        ? new ClaimsPrincipal(new ClaimsIdentity())
        : new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, certificate.Subject),
                new Claim(ClaimTypes.Thumbprint, certificate.GetCertHashString(HashAlgorithmName.SHA256)),
                new Claim(ClaimTypes.Role, Role),
            ],
            Scheme));
}
